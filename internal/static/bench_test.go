package static

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir/parse"
	"pollux/internal/rules"
)

// BenchmarkUnit times pollux's own work on one unit: the MIR text named by POLLUX_MIR, with its sources below POLLUX_SRC. It
// reports each step in milliseconds and the rate of the whole.
func BenchmarkUnit(b *testing.B) {
	path := os.Getenv("POLLUX_MIR")
	if path == "" {
		b.Skip("set POLLUX_MIR to a MIR text and POLLUX_SRC to the directory that its paths are relative to")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	dir := os.Getenv("POLLUX_SRC")
	name, _, _ := strings.Cut(filepath.Base(path), "-")
	knowledge.Default()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		source := newSources().in(dir)
		c := facts.Analyze(facts.Unit{MIR: parse.Crate(name, string(text)), Source: source}, knowledge.Default(), facts.NewLibrary())
		pass := analysis.NewPass(nil, c, knowledge.Default(), analysis.Places{Root: dir, Dir: dir, Package: dir, Source: source}, nil)
		for _, rule := range rules.All() {
			if rule.Run != nil {
				rule.Run(pass.For(rule, func(finding.Finding) {}))
			}
		}
	}
}
