// Drift measures api-drift on snippets that are written for other versions of their libraries than the crate they stand in has.
//
//	go run ./tools/drift [-crate DIR] [-target DIR] [-v] [-o FILE]
//
// It copies the crate, checks all its programs at once, applies the edits of the findings, and repeats that until nothing changes:
// rustc checks types only where all names are found, so one version's gaps show in several rounds. A program whose remaining findings are
// words is compared with fixed/NAME.rs, in which the words were followed by hand. Each program begins with `//@ era VERSION`.
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/internal/wrapper"
)

// rounds bounds how often edits are applied.
const rounds = 8

func main() {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	crate := flag.String("crate", "internal/rules/apidrift/testdata/crate", "the crate with the snippets")
	target := flag.String("target", "", "directory for what cargo builds; empty for one below the copy")
	verbose := flag.Bool("v", false, "show findings and what is left")
	out := flag.String("o", "", "write the table to a file too")
	set := flag.String("set", "src/bin", "folder of the crate with the programs")
	toolchain := flag.String("toolchain", "", "toolchain of rustup")
	only := flag.String("only", "", "only programs whose name contains this")
	toRecord := flag.String("record", "", "write what rustc says in the first round to this directory, and stop")
	toReplay := flag.String("replay", "", "explain what was recorded in this directory, without a build")
	flag.Parse()
	if *toReplay != "" {
		if err := replay(context.Background(), *toReplay, *crate, *only); err != nil {
			fmt.Fprintln(os.Stderr, "drift:", err)
			os.Exit(1)
		}
		return
	}
	table, err := measure(context.Background(), options{*crate, *target, *set, *only, *toRecord, *toolchain, *verbose})
	fmt.Print(table)
	if err == nil && *out != "" {
		err = os.WriteFile(*out, []byte(table), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "drift:", err)
		os.Exit(1)
	}
}

// program is one snippet and how it went.
type program struct {
	name, era string
	found     []string // eras that findings name
	rows      []string
	edits     int // findings with edits that were applied
	broke     []string
	words     int      // findings without edits in the last round
	left      []string // errors that nothing explains in the last round
	firstLeft []string // errors that nothing explains in the first round
	builds    bool
	byHand    bool // the version in fixed/ builds
	touched   map[int]bool
}

// options are the flags.
type options struct {
	crate, target, set, only, record, toolchain string
	verbose                                     bool
}

func measure(ctx context.Context, opt options) (string, error) {
	dir, err := os.MkdirTemp("", "drift")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(opt.crate)); err != nil {
		return "", err
	}
	programs, err := load(dir, opt)
	if err != nil {
		return "", err
	}
	req := cargo.Request{Dir: dir, Bins: true, KeepGoing: true, TargetDir: opt.target, Toolchain: opt.toolchain}
	if opt.record != "" {
		capture, err := cargo.Check(ctx, req)
		if err != nil {
			return "", err
		}
		defer capture.Close()
		return "", record(opt.record, dir, capture)
	}
	for round := range rounds {
		again, err := step(ctx, req, dir, programs, round, opt.verbose)
		if err != nil {
			return "", err
		}
		if !again {
			break
		}
	}
	if err := byHand(ctx, req, dir, programs); err != nil {
		return "", err
	}
	return report(programs), nil
}

func load(dir string, opt options) (map[string]*program, error) {
	if bins := filepath.Join(dir, "src", "bin"); opt.set != "src/bin" {
		if err := os.RemoveAll(bins); err != nil {
			return nil, err
		}
		if err := os.CopyFS(bins, os.DirFS(filepath.Join(dir, filepath.FromSlash(opt.set)))); err != nil {
			return nil, err
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "src", "bin", "*.rs"))
	if err != nil {
		return nil, err
	}
	programs := map[string]*program{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".rs")
		if !strings.Contains(name, opt.only) {
			if err := os.Remove(file); err != nil {
				return nil, err
			}
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		first, _, _ := strings.Cut(string(text), "\n")
		programs[name] = &program{name: name, era: strings.TrimPrefix(first, "//@ era ")}
	}
	return programs, nil
}

// step checks all programs and applies the edits of what is found.
func step(ctx context.Context, req cargo.Request, dir string, programs map[string]*program, round int, verbose bool) (again bool, err error) {
	capture, err := cargo.Check(ctx, req)
	if err != nil {
		return false, err
	}
	defer capture.Close()
	found, err := engine.ExplainDrift(ctx, req, capture)
	if err != nil {
		return false, err
	}
	explained := map[int]bool{}
	byFile := map[string][]finding.Finding{}
	for _, f := range found {
		byFile[f.File] = append(byFile[f.File], f.Finding)
		for _, i := range f.Errors {
			explained[i] = true
		}
	}
	for _, p := range programs {
		p.builds, p.left, p.words = true, nil, 0
	}
	for i, d := range capture.Diagnostics {
		p := programs[strings.TrimPrefix(d.Target, "bin ")]
		if p == nil || d.Level != "error" || len(d.Spans) == 0 {
			continue
		}
		p.builds = false
		if !explained[i] {
			p.note(d, round)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		p := programs[name]
		file := "src/bin/" + name + ".rs"
		changed, err := p.apply(filepath.Join(dir, filepath.FromSlash(file)), byFile[file], verbose)
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		again = again || changed
	}
	return again, nil
}

// note keeps an error that nothing explains. One at a line that edits of the last round made counts as their doing.
func (p *program) note(d cargo.Diagnostic, round int) {
	line := 0
	for _, s := range d.Spans {
		if s.Primary {
			line = s.Line
		}
	}
	text := fmt.Sprintf("%s:%d %s", d.Code, line, d.Message)
	p.left = append(p.left, text)
	if round == 0 {
		p.firstLeft = append(p.firstLeft, text)
	}
	if p.touched[line] && !slices.Contains(p.firstLeft, text) {
		p.broke = append(p.broke, text)
	}
}

// apply makes the edits of the findings of a file.
func (p *program) apply(file string, found []finding.Finding, verbose bool) (changed bool, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	var edits []finding.Edit
	for _, f := range found {
		_, rest, _ := strings.Cut(f.Label, "written for ")
		p.found = append(p.found, rest)
		p.rows = append(p.rows, f.Message)
		if verbose {
			fmt.Printf("%s:%d: %s\n    fix: %s\n", p.name, f.Line, f.Message, f.Fix)
		}
		if len(f.Edits) == 0 {
			p.words++
			continue
		}
		p.edits++
		edits = append(edits, f.Edits...)
	}
	slices.SortStableFunc(edits, func(a, b finding.Edit) int { return finding.ComparePlace(a.Span, b.Span) })
	if len(edits) == 0 {
		return false, nil
	}
	after, err := finding.Apply(string(text), edits)
	if err != nil {
		return false, err
	}
	p.touched = touched(edits)
	if verbose {
		fmt.Printf("--- %s\n%s", p.name, after)
	}
	return after != string(text), os.WriteFile(file, []byte(after), 0o644)
}

// touched are the lines, counted after the edits, that they made.
func touched(edits []finding.Edit) map[int]bool {
	lines := map[int]bool{}
	shift := 0
	for _, e := range edits {
		n := strings.Count(e.Text, "\n")
		for l := range n + 1 {
			lines[e.Line+shift+l] = true
		}
		shift += n - (e.EndLine - e.Line)
	}
	return lines
}

// byHand checks the versions in which words were followed.
func byHand(ctx context.Context, req cargo.Request, dir string, programs map[string]*program) error {
	bins := filepath.Join(dir, "src", "bin")
	if err := os.RemoveAll(bins); err != nil {
		return err
	}
	if err := os.Mkdir(bins, 0o755); err != nil {
		return err
	}
	n := 0
	for name, p := range programs {
		text, err := os.ReadFile(filepath.Join(dir, "fixed", name+".rs"))
		if err != nil {
			continue
		}
		n++
		p.byHand = true
		if err := os.WriteFile(filepath.Join(bins, name+".rs"), text, 0o644); err != nil {
			return err
		}
	}
	if n == 0 {
		return nil
	}
	capture, err := cargo.Check(ctx, req)
	if err != nil {
		return err
	}
	defer capture.Close()
	for _, d := range capture.Diagnostics {
		if p := programs[strings.TrimPrefix(d.Target, "bin ")]; p != nil && d.Level == "error" {
			p.byHand = false
			p.left = append(p.left, "by hand: "+d.Message)
		}
	}
	return nil
}

func report(programs map[string]*program) string {
	var b strings.Builder
	var explained, edited, hand, broke int
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		p := programs[name]
		era := slices.ContainsFunc(p.found, func(f string) bool { return strings.Contains(f, p.era) || strings.Contains(p.era, f) && f != "" })
		how := "not explained"
		switch {
		case len(p.found) > 0 && !era:
			how = "another era: " + strings.Join(p.found, ", ")
		case era && p.builds:
			how = "edits compile"
			edited++
		case era && p.byHand:
			how = "words, followed by hand compile"
			hand++
		case era:
			how = "explained, but nothing that compiles"
		}
		if era {
			explained++
		}
		if len(p.broke) > 0 {
			broke++
			how += "; EDIT BROKE: " + strings.Join(p.broke, " | ")
		}
		fmt.Fprintf(&b, "%-24s %-16s %s\n", name, p.era, how)
		if !p.builds && !p.byHand || len(p.left) > 0 && !p.byHand {
			for _, l := range p.left {
				fmt.Fprintf(&b, "    left: %s\n", strings.ReplaceAll(l, "\n", " "))
			}
		}
	}
	n := len(programs)
	fmt.Fprintf(&b, "\n%d programs: %d explained with the right era; of these %d compile by the edits alone, %d by the words; %d with an edit that broke the build\n",
		n, explained, edited, hand, broke)
	return b.String()
}
