// Command hookbench measures what `pollux hook` costs on an unchanged, warm crate of about five thousand lines:
// `go run ./tools/hookbench [-n RUNS] [-write]`.
//
// It makes a crate without dependencies, and times in turn: `cargo check` when there is nothing to do, the hook after an edit that
// changed nothing, the hook after a shell command that changed nothing, and the hook before a stop. The hook's own share is its time
// less that of cargo in the same round. With -write the medians go to results.json beside this file.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pollux/internal/hook"
	"pollux/tools/repo"
)

// result is one measurement. Times are medians in milliseconds, on the machine and under the load of that hour.
type result struct {
	Lines        int     `json:"lines"`
	Runs         int     `json:"runs"`
	CargoMS      float64 `json:"cargo_check_ms"`
	CheckMS      float64 `json:"pollux_check_ms"` // what the hook asks for, from the command line
	EditMS       float64 `json:"hook_edit_ms"`
	EditOwnMS    float64 `json:"hook_edit_own_ms"` // median of the differences in a round
	EditRatio    float64 `json:"hook_edit_ratio"`  // to cargo check
	ShellMS      float64 `json:"hook_shell_ms"`    // no cargo: nothing has changed since
	StopMS       float64 `json:"hook_stop_ms"`
	OtherMS      float64 `json:"hook_other_file_ms"` // an edit of a file that is no Rust
	SilentBytes  int     `json:"silent_bytes"`       // of the answer to an edit or a shell call when there is nothing new
	StopBytes    int     `json:"stop_bytes"`         // of the answer to a stop: the crate has no tests that can be explored, and that is told
	FindingBytes int     `json:"finding_bytes"`      // of the answer with one new finding
}

func main() {
	runs := flag.Int("n", 21, "rounds")
	write := flag.Bool("write", false, "store the result")
	flag.Parse()
	if err := run(*runs, *write); err != nil {
		fmt.Fprintln(os.Stderr, "hookbench:", err)
		os.Exit(1)
	}
}

// bench is a crate and the programs that look at it.
type bench struct {
	dir, file, pollux string
	env               []string
}

func run(runs int, write bool) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "pollux-hookbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	b := &bench{dir: filepath.Join(tmp, "crate"), pollux: filepath.Join(tmp, "pollux")}
	b.file = filepath.Join(b.dir, "src", "lib.rs")
	b.env = append(os.Environ(), "POLLUX_CACHE_DIR="+filepath.Join(tmp, "cache"))
	build := exec.Command("go", "build", "-o", b.pollux, "./cmd/pollux")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build pollux: %w\n%s", err, out)
	}
	res, err := b.measure(runs)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(res, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	if write {
		return os.WriteFile(filepath.Join(root, "tools", "hookbench", "results.json"), append(text, '\n'), 0o644)
	}
	return nil
}

func (b *bench) measure(runs int) (*result, error) {
	source := crate()
	res := &result{Lines: strings.Count(source, "\n"), Runs: runs}
	if err := b.prepare(source); err != nil {
		return nil, err
	}
	var cargo, check, edit, own, shell, stop, other []float64
	for range runs {
		c, _, err := b.time(nil, "cargo", "check", "--quiet")
		if err != nil {
			return nil, err
		}
		k, _, err := b.time(nil, b.pollux, "check", "-q")
		if err != nil {
			return nil, err
		}
		var e, s, t, o float64
		var out string
		for _, call := range []struct {
			sample, file string
			ms           *float64
		}{{"claude.edit", b.file, &e}, {"claude.shell", b.file, &s}, {"claude.stop", b.file, &t}, {"claude.edit", filepath.Join(b.dir, "notes.md"), &o}} {
			if *call.ms, out, err = b.hook(call.sample, call.file); err != nil {
				return nil, err
			}
			if call.ms == &t {
				res.StopBytes = max(res.StopBytes, len(out))
			} else {
				res.SilentBytes = max(res.SilentBytes, len(out))
			}
		}
		cargo, check, edit, own = append(cargo, c), append(check, k), append(edit, e), append(own, e-c)
		shell, stop, other = append(shell, s), append(stop, t), append(other, o)
	}
	res.CargoMS, res.CheckMS, res.EditMS, res.EditOwnMS = median(cargo), median(check), median(edit), median(own)
	res.ShellMS, res.StopMS, res.OtherMS = median(shell), median(stop), median(other)
	res.EditRatio = round(res.EditMS / res.CargoMS)
	if err := os.WriteFile(b.file, []byte(source+"\npub async fn sleeps() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n"), 0o644); err != nil {
		return nil, err
	}
	_, out, err := b.hook("claude.edit", b.file)
	if !strings.Contains(out, "blocking-in-async") {
		return nil, fmt.Errorf("the hook does not find what was added: %s, %v", out, err)
	}
	res.FindingBytes = len(out)
	return res, err
}

// prepare makes the crate, commits it, and lets everybody build once.
func (b *bench) prepare(source string) error {
	if err := os.MkdirAll(filepath.Dir(b.file), 0o755); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"Cargo.toml": "[package]\nname = \"bench\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n", ".gitignore": "/target\n", "src/lib.rs": source,
	} {
		if err := os.WriteFile(filepath.Join(b.dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"git", "init", "-q"}, {"git", "add", "-A"}, {"git", "-c", "user.name=b", "-c", "user.email=b@example.invalid", "commit", "-qm", "bench"},
		{"cargo", "check", "--quiet"},
	} {
		if _, _, err := b.time(nil, args...); err != nil {
			return err
		}
	}
	_, out, err := b.hook("claude.start", b.file)
	if err == nil && !strings.HasPrefix(out, "{") {
		err = fmt.Errorf("the hook says %q", out)
	}
	if err == nil { // the crate differs from its commit, so that a stop has something to verify
		err = os.WriteFile(b.file, []byte(source+"\npub async fn last() {}\n"), 0o644)
	}
	if err == nil {
		_, _, err = b.hook("claude.edit", b.file)
	}
	if err == nil {
		_, _, err = b.time(nil, "cargo", "check", "--quiet")
	}
	return err
}

func (b *bench) hook(sample, file string) (float64, string, error) {
	payload, _ := hook.Sample(sample, b.dir, file)
	return b.time(payload, b.pollux, "hook")
}

// time runs a program and gives its wall time in milliseconds.
func (b *bench) time(in []byte, args ...string) (float64, string, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdin = b.dir, b.env, bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	start := time.Now()
	out, err := cmd.Output()
	if err != nil {
		return 0, "", fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, errs.String())
	}
	return float64(time.Since(start).Microseconds()) / 1000, string(out), nil
}

func median(v []float64) float64 {
	slices.Sort(v)
	return round(v[len(v)/2])
}

func round(v float64) float64 { return float64(int(v*10+0.5)) / 10 }

// crate is async code of the usual kind: functions that await each other, hold values, match and loop.
func crate() string {
	var b strings.Builder
	b.WriteString("use std::collections::HashMap;\n\npub async fn step(n: u64) -> Result<u64, String> {\n    std::future::ready(()).await;\n    if n == u64::MAX { Err(\"too much\".to_string()) } else { Ok(n + 1) }\n}\n")
	for i := range 260 {
		fmt.Fprintf(&b, `
pub struct Job%[1]d {
    name: String,
    seen: HashMap<String, u64>,
}

impl Job%[1]d {
    pub async fn run(&mut self, limit: u64) -> Result<u64, String> {
        let mut total = step(limit).await?;
        for n in 0..limit {
            let key = format!("{}-{n}", self.name);
            let value = step(n).await?;
            *self.seen.entry(key).or_default() += value;
            total += value;
        }
        Ok(total)
    }
}
`, i)
	}
	return b.String()
}
