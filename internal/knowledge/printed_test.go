package knowledge

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/mir"
)

var update = flag.Bool("update", false, "rewrite testdata from what the tables say now; read the difference")

// TestPrintedCallsGetTheirRows reads lines `callee => answer`. The callees are printed by rustc 1.95 for small programs that
// use std, tokio, smol, async-std and blocking crates; most of them are near misses, which must get no blocking row.
func TestPrintedCallsGetTheirRows(t *testing.T) {
	eachPrinted(t, "calls_*.txt", func(printed string) string { return describeCall(parseCallee(printed)) })
}

// TestPrintedTypesGetTheirRows does the same for the types that coroutines save.
func TestPrintedTypesGetTheirRows(t *testing.T) {
	eachPrinted(t, "types_*.txt", describeType)
}

func eachPrinted(t *testing.T, glob string, describe func(string) string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", glob))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s in testdata: %v", glob, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for line := range strings.Lines(string(text)) {
			printed, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
			got := describe(printed)
			fmt.Fprintf(&out, "%s => %s\n", printed, got)
			if got != want && !*update {
				t.Errorf("%s: %s\n got %s\nwant %s", path, printed, got, want)
			}
		}
		if *update {
			if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func describeCall(c Callee) string {
	d := Default()
	var out []string
	if call, ok := d.Call(c); ok {
		out = append(out, fmt.Sprintf("%s %s %s", call.ID, call.Effect, call.Severity))
	}
	for _, a := range d.Argument(c) {
		out = append(out, fmt.Sprintf("%s argument %d %s", a.ID, a.Index, a.Runs))
	}
	if d.Harmless(c) {
		out = append(out, "harmless")
	}
	if i, ok := d.Carries(c); ok {
		out = append(out, fmt.Sprintf("carries %d", i))
	}
	if out == nil {
		return "unknown"
	}
	return strings.Join(out, ", ")
}

func describeType(printed string) string {
	d := Default()
	path := selfPath(withoutReference(printed))
	var out []string
	if g, ok := d.Guard(path, mir.Args(printed)); ok {
		out = append(out, fmt.Sprintf("%s %s send=%s", g.ID, g.Severity, g.Send))
	}
	if f, ok := d.Future(path); ok {
		out = append(out, fmt.Sprintf("%s eager=%v", f.ID, f.Eager))
	}
	if c, ok := d.Dropping(path); ok {
		out = append(out, fmt.Sprintf("%s %s on drop", c.ID, c.Effect))
	}
	if out == nil {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

// parseCallee takes a printed callee apart as the reader of MIR does. A self type of one capital word is a type parameter.
func parseCallee(printed string) Callee {
	rest, isTrait := strings.CutPrefix(printed, "<")
	if !isTrait {
		path := mir.WithoutGenerics(printed)
		return Callee{Path: path, Method: mir.LastSegment(path), SelfArgs: functionArgs(printed)}
	}
	inner := rest[:mir.TypeEnd(rest, ">")]
	at := strings.LastIndex(inner, " as ")
	self := withoutReference(inner[:at])
	method := mir.WithoutGenerics(strings.TrimPrefix(rest[len(inner):], ">::"))
	c := Callee{Trait: mir.WithoutGenerics(inner[at+4:]), Method: method, Self: selfPath(self), SelfArgs: mir.Args(self)}
	if len(c.Self) == 1 {
		c.Self = ""
	}
	return c
}

func functionArgs(printed string) []string {
	i := strings.LastIndex(printed, "::<")
	if i < 0 || !strings.HasSuffix(printed, ">") {
		return nil
	}
	return mir.Args(printed)
}
