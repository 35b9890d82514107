package wrapper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/child"
)

// capture is one call of rustc whose MIR is wanted.
type capture struct {
	inv      invocation
	call     call
	env      []string
	stem     string
	record   *Record
	earlier  *Record // of the call before; nil when there was none
	compiler compiler
	emitted  string    // what rustc is told to be newText
	out      io.Writer // cargo listens here for JSON
}

func newCapture(inv invocation, c call, env []string) *capture {
	dir, _ := os.Getwd()
	cp := &capture{inv: inv, call: c, env: env, stem: c.stem(), out: os.Stderr}
	cp.earlier, _ = ReadRecord(cp.stem) // without a record this is the first call
	cp.record = &Record{
		Format: Format, State: Running, Run: inv.env[EnvRun], Member: inv.member,
		Crate: c.crate, Types: c.types, Test: c.test, Edition: c.edition, Cfgs: c.cfgs, Source: c.source, Target: c.target,
		Dir: dir, Package: inv.env["CARGO_PKG_NAME"], Version: inv.env["CARGO_PKG_VERSION"], PackageDir: inv.env["CARGO_MANIFEST_DIR"],
		Externs: c.externStems(),
	}
	if cp.earlier != nil {
		cp.record.Text = cp.earlier.Text
	}
	return cp
}

// run makes the call by the best remedy that holds and gives cargo the plain call's outcome.
func (c *capture) run() int {
	var err error
	c.compiler, err = identify(c.inv.rustc, c.inv.env[EnvCache], c.env)
	if err != nil {
		return c.unrecorded()
	}
	c.record.Rustc = c.compiler.version()
	if !c.inv.member {
		c.record.SummaryKey = c.summaryKey()
	}
	if SummaryExists(c.inv.env[EnvCache], c.record.SummaryKey) {
		c.note(Summary)
		return c.inv.pass(c.env)
	}
	c.note(Running)
	var done func()
	c.emitted, done = c.emitPath()
	defer done()
	switch {
	case c.compiler.Proven && !c.compiler.OneCall && !c.compiler.TwoCalls:
		return c.without("this rustc gives no MIR: " + c.compiler.Reason)
	case c.wantsTwoCalls():
		return c.twoCalls()
	}
	return c.oneCall()
}

// note writes the record. A record that cannot be written is removed, so that no old one vouches for new files.
func (c *capture) note(s State) {
	c.record.State = s
	if err := c.record.write(c.stem); err != nil {
		_ = os.Remove(RecordPath(c.stem))
	}
}

// wantsTwoCalls tells whether the first choice is known to fail, or to show, in this crate.
func (c *capture) wantsTwoCalls() bool {
	if c.compiler.Proven && !c.compiler.OneCall && c.call.exportsGenerics() {
		return true
	}
	if c.earlier != nil && c.earlier.Remedy == TwoCalls && c.earlier.Rustc == c.record.Rustc && c.earlier.Reason != "" {
		c.record.Reason = c.earlier.Reason
		return true
	}
	source, err := os.ReadFile(c.call.source)
	return err == nil && touchy(source)
}

// touchy tells whether the crate root speaks of what our attribute and options would trip: then the captured call fails,
// shows a warning that is not the user's, or lets pass what his call refuses.
func touchy(root []byte) bool {
	for _, word := range []string{"unstable_features", "stable_features", "internal_features", "compiler_builtins"} {
		if bytes.Contains(root, []byte(word)) {
			return true
		}
	}
	return false
}

// options are what a captured call gets beyond the user's command line. MIR is asked for as the compiler builds it for
// unoptimised code, whatever the profile says: inlining would move bodies between functions.
func options(text string, exportsGenerics, unlocked bool) []string {
	opts := []string{
		"--emit=mir=" + text, "-Zno-codegen", "-Zmir-include-spans=on", "-Ztrim-diagnostic-paths=no",
		"-Copt-level=0", "-Coverflow-checks=on",
	}
	allowed := ""
	if exportsGenerics {
		allowed = "compiler_builtins"
		opts = append(opts, "-Zcrate-attr=feature(compiler_builtins)", "-Zcrate-attr=compiler_builtins", "-Ainternal_features")
	}
	if !unlocked {
		// The user's call would refuse #![feature]; make ours refuse it too, for stabilised features by their lint.
		opts = append(opts, "-Zallow-features="+allowed, "-Fstable_features")
	}
	return opts
}

func (c *capture) options(exportsGenerics bool) []string {
	opts := options(c.emitted, exportsGenerics, c.compiler.unlocked(c.inv.env[bootstrap], c.call.crate))
	if c.call.optimised && !c.call.assertions {
		opts = append(opts, "-Cdebug-assertions=off") // its default follows the level we just changed
	}
	return opts
}

func (c *capture) newText() string { return NewTextPath(c.stem) }

// oneCall captures and checks at once. At the first error it stops: what the user sees must come from his own command.
func (c *capture) oneCall() int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	filter := &diagnostics{out: c.out, stop: cancel}
	err := c.runCaptured(ctx, append(append([]string{}, c.inv.args...), c.options(c.call.exportsGenerics())...), filter)
	filter.finish()
	if err != nil || filter.failed {
		return c.plainThenMIR(filter)
	}
	c.record.Remedy = OneCall
	if keep := c.keepText(); keep != nil {
		c.secondCall() // a wrapper of the user's swallowed our options
	}
	filter.release()
	return 0
}

// plainThenMIR follows a captured call that failed: is it the crate, or is it us?
func (c *capture) plainThenMIR(failed *diagnostics) int {
	var out io.Writer = c.out
	if failed.metadataSent {
		out = &diagnostics{out: c.out, through: true, metadataSent: true}
	}
	if !passing(failed.firstError) {
		c.record.Reason = failed.firstError
	}
	return c.plainAndMIR(out)
}

func (c *capture) twoCalls() int { return c.plainAndMIR(c.out) }

// plainAndMIR makes the user's own call and then, if the crate compiles, one of ours.
func (c *capture) plainAndMIR(out io.Writer) int {
	heard := &refusal{out: out}
	if code := c.plain(heard); code != 0 {
		return c.refused(code, heard)
	}
	c.record.Remedy = TwoCalls
	c.secondCall()
	return 0
}

// broken keeps the MIR of the last call that succeeded, if it is still whole.
func (c *capture) broken(code int) int {
	c.record.Reason = ""
	if !c.record.Text.Intact(TextPath(c.stem)) {
		c.record.Text = nil
	}
	if c.earlier != nil {
		c.record.Remedy, c.record.Reason = c.earlier.Remedy, c.earlier.Reason
	}
	_ = os.Remove(c.newText())
	c.note(Broken)
	return code
}

// without runs the plain call only and notes why there is no MIR.
func (c *capture) without(reason string) int {
	c.note(Running)
	code := c.plain(c.out)
	if code != 0 {
		return c.broken(code)
	}
	c.fail(reason)
	return 0
}

// unrecorded runs the plain call and leaves nothing behind, so that the build finds the unit lost and tries again.
func (c *capture) unrecorded() int {
	_ = os.Remove(RecordPath(c.stem))
	return c.plain(c.out)
}

func (c *capture) fail(reason string) {
	c.record.Reason, c.record.Text = reason, nil
	_ = os.Remove(TextPath(c.stem))
	_ = os.Remove(c.newText())
	if passing(reason) {
		_ = os.Remove(RecordPath(c.stem)) // the next build tries again
		return
	}
	c.note(Failed)
}

// passing tells failures that say nothing of the crate and may be gone next time: a full disk, too little memory, a kill.
func passing(reason string) bool {
	for _, words := range []string{"No space left on device", "os error 28", "os error 12", "signal: "} {
		if strings.Contains(reason, words) {
			return true
		}
	}
	return false
}

// plain runs what cargo asked for.
func (c *capture) plain(out io.Writer) int {
	program, before := c.inv.chain(false)
	err := child.Run(context.Background(), child.Command{
		Path: program, Args: append(before, c.inv.args...), Env: c.env, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: out,
	})
	code, ran := child.Code(err)
	if !ran {
		fmt.Fprintf(os.Stderr, "pollux: run %s: %v\n", program, err)
		return exitCannot
	}
	return code
}

func (c *capture) runCaptured(ctx context.Context, args []string, stderr io.Writer) error {
	program, before := c.inv.chain(true)
	return child.Run(ctx, child.Command{
		Path: program, Args: append(before, args...), Env: withBootstrap(c.env), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: stderr,
	})
}

// secondCall writes the MIR after the plain call went well, and notes the outcome.
func (c *capture) secondCall() {
	var last error
	for _, cdylib := range c.secondCallForms() {
		args := append(secondCall(expandFiles(c.inv.args), cdylib), c.options(c.call.exportsGenerics() && !cdylib)...)
		// Lints were judged by the plain call; capped, none can forbid our attribute.
		args = append(args, "--cap-lints=allow")
		tail := &child.Tail{Limit: 4 << 10}
		err := child.Run(context.Background(), child.Command{
			Path: c.inv.rustc, Args: args, Env: withBootstrap(c.env), Stderr: tail,
		})
		if err == nil {
			if err = c.keepText(); err == nil {
				return
			}
		}
		last = errors.Join(err, errors.New(firstMessage(tail.String())))
	}
	c.fail(fmt.Sprintf("rustc gave no MIR: %v", last))
}

// secondCallForms lists whether to compile as a cdylib, in the order of trying. The attribute comes first because a
// `no_std` library cannot be a cdylib.
func (c *capture) secondCallForms() []bool {
	switch {
	case !c.call.exportsGenerics():
		return []bool{false}
	case c.compiler.Proven && !c.compiler.OneCall:
		return []bool{true}
	}
	return []bool{false, true}
}

// secondCall turns a command line into one that writes nothing of what the first call wrote.
func secondCall(args []string, cdylib bool) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		name, value, glued := split(args[i])
		whole := args[i : i+1]
		if !glued && takesValue[name] && i+1 < len(args) {
			whole, value = args[i:i+2], args[i+1]
			i++
		}
		switch {
		case name == "--emit" || name == "--cap-lints":
		case name == "--crate-type" && cdylib && value != "bin" && value != "proc-macro":
			out = append(out, "--crate-type", "cdylib")
		case name == "-C" && strings.HasPrefix(value, "incremental="):
			out = append(out, "-C", value+"-mir")
		default:
			out = append(out, whole...)
		}
	}
	return out
}

// keepText moves the new MIR text into its place and notes the unit as done.
func (c *capture) keepText() error {
	text, err := Identify(c.newText())
	if err != nil {
		return err
	}
	if err := os.Rename(c.newText(), TextPath(c.stem)); err != nil {
		return fmt.Errorf("keep MIR text: %w", err)
	}
	c.record.Text = text
	if c.inv.member {
		c.record.Sources = SourcesHash(c.stem, c.record.Dir)
	}
	c.note(Done)
	return nil
}

// SummaryFormat names the form of the stored summaries. Those of another form do not count as there, so that a newer pollux captures
// its dependencies anew at once. A test in internal/static holds it to the form that is written.
const SummaryFormat = "10"

// SummaryPath is the file that stands for "a summary of this dependency exists"; its content is not our business.
func SummaryPath(cacheDir, key string) string {
	return filepath.Join(cacheDir, "summaries", SummaryFormat, key)
}

// SummaryExists tells whether a dependency need not be captured again.
func SummaryExists(cacheDir, key string) bool {
	if key == "" || cacheDir == "" {
		return false
	}
	_, err := os.Stat(SummaryPath(cacheDir, key))
	return err == nil
}
