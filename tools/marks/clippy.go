package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/child"
	"pollux/internal/rust"
)

// lintRow is how clippy's lints about guards stand to the marks of sync-guard-across-await.
type lintRow struct {
	version     string
	marks       int
	hits        int // marked awaits that a lint names
	missed      int
	falseAlarms int // reports that name no marked await
}

const guardRule = "sync-guard-across-await"

// guardLints are the lints compared. The third needs a list of types.
var guardLints = []string{"clippy::await_holding_lock", "clippy::await_holding_refcell_ref", "clippy::await_holding_invalid_type"}

//go:embed clippy.toml
var clippyConfiguration []byte

// lintReport is one message of a lint: the places it names, by file and line. await_holding_invalid_type names the guard only.
type lintReport struct {
	places  []place
	noAwait bool
}

type place struct {
	file string // absolute
	line int
}

// clippyOn compares clippy's reports on a crate with its marks.
func clippyOn(ctx context.Context, c *crate) (lintRow, error) {
	version, err := exec.CommandContext(ctx, "cargo", "clippy", "--version").Output()
	if err != nil {
		return lintRow{}, fmt.Errorf("clippy is not installed: %w", err)
	}
	reports, err := lint(ctx, c.dir)
	if err != nil {
		return lintRow{}, err
	}
	return judge(c, reports, strings.TrimSpace(string(version))), nil
}

// judge counts hits, misses and false alarms.
func judge(c *crate, reports []lintReport, version string) lintRow {
	r := lintRow{version: version}
	marked := map[place]bool{}
	for file, marks := range c.marks {
		for _, m := range marks {
			if m.Rule == guardRule {
				marked[place{file, m.Line}] = true
			}
		}
	}
	named := map[place]bool{}
	for _, report := range reports {
		hit := false
		for _, p := range c.awaits(report, marked) {
			hit = hit || marked[p]
			named[p] = true
		}
		if !hit {
			r.falseAlarms++
		}
	}
	for p := range marked {
		if named[p] {
			r.hits++
		}
	}
	r.marks, r.missed = len(marked), len(marked)-r.hits
	return r
}

// awaits are the places that a report speaks of. Where it names the guard only, those are the marked awaits of the same function from the
// guard on: in the linter's favour.
func (c *crate) awaits(report lintReport, marked map[place]bool) []place {
	if !report.noAwait || len(report.places) == 0 {
		return report.places
	}
	guard := report.places[0]
	body := c.function(guard)
	var out []place
	for p := range marked {
		if p.file == guard.file && p.line >= guard.line && c.function(p) == body {
			out = append(out, p)
		}
	}
	return out
}

// function is the range of the innermost function around a place.
func (c *crate) function(p place) rust.Range {
	var best rust.Range
	for _, fn := range rust.Parse(p.file, strings.Join(c.lines[p.file], "\n")).Fns {
		if fn.Line <= p.line && p.line <= fn.EndLine && fn.Line >= best.Line {
			best = fn.Range
		}
	}
	return best
}

// lint runs clippy outside of the crate's own target directory.
func lint(ctx context.Context, dir string) ([]lintReport, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	conf, err := os.MkdirTemp("", "pollux-marks-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(conf)
	if err := os.WriteFile(filepath.Join(conf, "clippy.toml"), clippyConfiguration, 0o600); err != nil {
		return nil, err
	}
	args := []string{"clippy", "--message-format=json", "--locked", "--"}
	for _, l := range guardLints {
		args = append(args, "-W", l)
	}
	cargo, err := exec.LookPath("cargo")
	if err != nil {
		return nil, err
	}
	// A crate that is up to date prints its old messages, made with another configuration perhaps.
	target := filepath.Join(cache, "pollux", "marks", filepath.Base(dir))
	var stdout, stderr bytes.Buffer
	err = child.Run(ctx, child.Command{
		Path: cargo, Args: args, Dir: dir, Env: append(os.Environ(), "CLIPPY_CONF_DIR="+conf, "CARGO_TARGET_DIR="+target),
		Stdout: &stdout, Stderr: &stderr, Group: true,
	})
	if err != nil {
		return nil, fmt.Errorf("cargo clippy: %w: %s", err, stderr.String())
	}
	return reportsIn(dir, stdout.Bytes())
}

type lintSpan struct {
	File      string `json:"file_name"`
	Line      int    `json:"line_start"`
	Expansion *struct {
		Span lintSpan `json:"span"`
	} `json:"expansion"`
}

type lintMessage struct {
	Message struct {
		Code     *struct{ Code string }
		Spans    []lintSpan
		Children []struct{ Spans []lintSpan }
	}
}

// reportsIn reads the messages of the lints out of cargo's JSON, each once.
func reportsIn(dir string, output []byte) ([]lintReport, error) {
	var out []lintReport
	seen := map[string]bool{}
	for line := range bytes.Lines(output) {
		var m lintMessage
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, fmt.Errorf("cargo clippy: %w", err)
		}
		if m.Message.Code == nil || !slices.Contains(guardLints, m.Message.Code.Code) {
			continue
		}
		spans := m.Message.Spans
		for _, c := range m.Message.Children {
			spans = append(spans, c.Spans...)
		}
		report := lintReport{noAwait: m.Message.Code.Code == "clippy::await_holding_invalid_type"}
		for _, s := range spans {
			report.places = append(report.places, s.place(dir))
		}
		if key := fmt.Sprint(m.Message.Code.Code, report); !seen[key] {
			seen[key] = true
			out = append(out, report)
		}
	}
	return out, nil
}

// place is where a span stands in the user's source: outside of all macros.
func (s lintSpan) place(dir string) place {
	for s.Expansion != nil {
		s = s.Expansion.Span
	}
	if !filepath.IsAbs(s.File) {
		s.File = filepath.Join(dir, s.File)
	}
	return place{filepath.Clean(s.File), s.Line}
}

func (t *table) clippyText() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, marks of %s\npollux with %s\n%s with %s\n\n", guardRule, "testdata/crates", t.toolchain, t.linter, strings.Join(guardLints, ", "))
	fmt.Fprintf(&out, "%-22s %6s  %-22s  %s\n", "", "", "pollux", "clippy")
	fmt.Fprintf(&out, "%-22s %6s  %6s %6s %8s  %6s %6s %8s\n", "crate", "marks", "hits", "missed", "false", "hits", "missed", "false")
	for _, r := range t.rows {
		g := r.guards
		fmt.Fprintf(&out, "%-22s %6d  %6d %6d %8d  %6d %6d %8d\n", r.name, r.clippy.marks, g.hits, g.missed, g.falseAlarms, r.clippy.hits, r.clippy.missed, r.clippy.falseAlarms)
	}
	return out.String()
}
