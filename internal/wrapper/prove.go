package wrapper

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Two crates, small but such that the plain flag line fails: `upper` uses generic and async functions of `lower`, whose
// optimised MIR its metadata lacks.
const (
	lowerSource = `pub struct Pair<T>(pub T);
impl<T: Clone> Pair<T> { pub fn twice(&self) -> (T, T) { (self.0.clone(), self.0.clone()) } }
pub async fn wait() -> u32 { 7 }
`
	upperSource = `pub fn twice() -> (String, String) { lower::Pair(String::new()).twice() }
pub async fn both() -> u32 { lower::wait().await }
`
	topSource = "pub fn top() -> (String, String) { upper::twice() }\n"
)

// prove tries the remedies on a tiny chain of crates. Proven stays false when not even plain calls work there, so that
// a full disk is not mistaken for a compiler that cannot do it.
func (c *compiler) prove(rustc string, env []string) {
	dir, err := os.MkdirTemp("", "pollux-proof-")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	p := proof{rustc: rustc, dir: dir, env: env}
	if p.compile("lower", lowerSource, nil) != nil || p.compile("upper", upperSource, nil, "lower") != nil {
		return
	}
	c.Proven = true
	if c.OneCall, err = p.oneCall(); err != nil {
		c.Reason = err.Error()
	}
	if c.TwoCalls, err = p.twoCalls(); err != nil && !c.OneCall {
		c.Reason = err.Error()
	}
}

type proof struct {
	rustc, dir string
	env        []string
}

// oneCall compiles upper with the attribute, and a crate on top of it that reads its metadata.
func (p proof) oneCall() (bool, error) {
	text := filepath.Join(p.dir, "one.mir")
	if err := p.compile("upper", upperSource, options(text, true, true), "lower"); err != nil {
		return false, err
	}
	if err := p.compile("top", topSource, nil, "upper"); err != nil {
		return false, err
	}
	return p.holdsBodies(text)
}

func (p proof) twoCalls() (bool, error) {
	text := filepath.Join(p.dir, "two.mir")
	args := secondCall(p.arguments("upper", "lower"), true)
	if _, err := output(p.rustc, withBootstrap(p.env), append(args, options(text, false, true)...)...); err != nil {
		return false, err
	}
	return p.holdsBodies(text)
}

func (p proof) holdsBodies(text string) (bool, error) {
	data, err := os.ReadFile(text)
	if err != nil {
		return false, fmt.Errorf("read MIR text: %w", err)
	}
	for _, want := range []string{"fn twice()", "fn both::{closure#0}"} {
		if !bytes.Contains(data, []byte(want)) {
			return false, fmt.Errorf("the MIR text lacks %q", want)
		}
	}
	return true, nil
}

func (p proof) arguments(crate string, deps ...string) []string {
	args := []string{
		"--crate-name", crate, "--edition=2021", filepath.Join(p.dir, crate+".rs"), "--error-format=short",
		"--crate-type", "lib", "--emit=metadata", "--out-dir", p.dir, "-L", p.dir,
	}
	for _, d := range deps {
		args = append(args, "--extern", d+"="+filepath.Join(p.dir, "lib"+d+".rmeta"))
	}
	return args
}

func (p proof) compile(crate, source string, extra []string, deps ...string) error {
	if err := os.WriteFile(filepath.Join(p.dir, crate+".rs"), []byte(source), 0o600); err != nil {
		return fmt.Errorf("write proof: %w", err)
	}
	env := p.env
	if len(extra) > 0 {
		env = withBootstrap(env)
	}
	_, err := output(p.rustc, env, append(p.arguments(crate, deps...), extra...)...)
	return err
}

const bootstrap = "RUSTC_BOOTSTRAP"

// withBootstrap lets this one rustc call use unstable options.
func withBootstrap(env []string) []string {
	out := make([]string, 0, len(env)+1)
	for _, kv := range env {
		if !strings.HasPrefix(kv, bootstrap+"=") {
			out = append(out, kv)
		}
	}
	return append(out, bootstrap+"=1")
}
