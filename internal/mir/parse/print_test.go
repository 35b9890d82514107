package parse

import (
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pollux/internal/mir"
)

// samples are the committed MIR texts by a short name, and the files that POLLUX_MIR names.
func samples(t testing.TB) iter.Seq2[string, string] {
	t.Helper()
	const root = "../../../testdata/mir/"
	files, err := filepath.Glob(root + "*/*.mir")
	if err != nil || len(files) == 0 {
		t.Fatalf("no MIR samples: %v", err)
	}
	files = append(files, strings.Fields(os.Getenv("POLLUX_MIR"))...)
	return func(yield func(name, text string) bool) {
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if !yield(strings.TrimPrefix(f, root), string(text)) {
				return
			}
		}
	}
}

func TestEverySampleIsUnderstoodWholly(t *testing.T) {
	for name, text := range samples(t) {
		c := Crate("sample", text)
		if c.Stats.Opaque != 0 {
			t.Errorf("%s: %d opaque, first %+v", name, c.Stats.Opaque, c.Problems[0])
		}
		if c.Stats.Funcs == 0 && strings.Contains(text, "\nfn ") {
			t.Errorf("%s: no bodies", name)
		}
		for _, problem := range mir.Check(c) {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

func TestWhatIsPrintedParsesBackToTheSame(t *testing.T) {
	for name, text := range samples(t) {
		first := Crate("sample", text)
		printed := mir.Format(first)
		second := Crate("sample", printed)
		if diff := difference(first, second); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if again := mir.Format(second); again != printed {
			t.Errorf("%s: printing twice gives two texts", name)
		}
	}
}

// difference says where two crates differ, positions left out. It is empty when they are equal.
func difference(a, b *mir.Crate) string {
	if len(a.Funcs) != len(b.Funcs) {
		return "different numbers of bodies"
	}
	for i := range a.Funcs {
		x, y := unplaced(a.Funcs[i]), unplaced(b.Funcs[i])
		if !reflect.DeepEqual(x, y) {
			return firstDifference(x, y)
		}
	}
	if a.Stats.Opaque != b.Stats.Opaque || a.Stats.Blocks != b.Stats.Blocks {
		return "different counts"
	}
	return ""
}

func firstDifference(x, y *mir.Func) string {
	a, b := strings.Split(x.String(), "\n"), strings.Split(y.String(), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return x.Path + ": " + a[i] + " and " + b[i]
		}
	}
	return x.Path + ": the same text from different nodes"
}

// unplaced is a copy without positions.
func unplaced(f *mir.Func) *mir.Func {
	c := *f
	c.Pos = 0
	c.Locals = append([]mir.Var(nil), f.Locals...)
	for i := range c.Locals {
		c.Locals[i].Pos = 0
	}
	c.Debug = append([]mir.DebugVar(nil), f.Debug...)
	for i := range c.Debug {
		c.Debug[i].Pos = 0
	}
	c.Blocks = append([]mir.BasicBlock(nil), f.Blocks...)
	for i := range c.Blocks {
		b := &c.Blocks[i]
		b.Term.Pos = 0
		b.Stmts = append([]mir.Stmt(nil), b.Stmts...)
		for j := range b.Stmts {
			b.Stmts[j].Pos = 0
		}
	}
	return &c
}
