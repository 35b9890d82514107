package futurenotsend

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files, and with POLLUX_HEAVY=1 the captures")

// captures are the compilers whose messages are kept, by folder.
var captures = []struct{ folder, toolchain string }{{"rustc-1.95.0", "1.95.0"}, {"nightly", "nightly"}}

func TestEveryCaptureIsExplainedAsItsGoldenTextSays(t *testing.T) {
	for _, c := range captures {
		files, err := filepath.Glob(filepath.Join("testdata", "captures", c.folder, "*.jsonl"))
		if err != nil || len(files) < 25 {
			t.Fatalf("only %d captures of %s, %v", len(files), c.folder, err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".jsonl")
			t.Run(c.folder+"/"+name, func(t *testing.T) { check(t, name, readCapture(t, file)) })
		}
	}
}

// check compares the findings of diags, in either order, with the golden text of the case, which all compilers share.
func check(t *testing.T, name string, diags []cargo.Diagnostic) {
	t.Helper()
	got := print(Explain("/project", diags))
	slices.Reverse(diags)
	if again := print(Explain("/project", diags)); again != got {
		t.Errorf("the findings depend on the order of the errors:\n%s\n---\n%s", got, again)
	}
	golden := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		writeFile(t, golden, []byte(got))
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func writeFile(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// print is a plain rendering that shows every field a reader sees.
func print(fs []finding.Finding) string {
	if len(fs) == 0 {
		return "no finding\n"
	}
	var b strings.Builder
	for i, f := range fs {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s[%s]: %s\n  --> %s:%d:%d  %s\n", f.Severity, f.Rule, f.Message, f.File, f.Line, f.Column, f.Label)
		for _, why := range f.Because {
			fmt.Fprintf(&b, "  because %s:%d:%d  %s\n", why.File, why.Line, why.Column, why.Message)
		}
		fmt.Fprintf(&b, "  fix %s\n", f.Fix)
	}
	return b.String()
}

// message is rustc's JSON form of a diagnostic, as far as this rule reads it.
type message struct {
	Message  string                 `json:"message"`
	Code     *struct{ Code string } `json:"code"`
	Level    string                 `json:"level"`
	Spans    []span                 `json:"spans"`
	Children []message              `json:"children"`
}

type span struct {
	File      string                  `json:"file_name"`
	Line      int                     `json:"line_start"`
	Column    int                     `json:"column_start"`
	EndLine   int                     `json:"line_end"`
	EndColumn int                     `json:"column_end"`
	Primary   bool                    `json:"is_primary"`
	Label     string                  `json:"label"`
	Text      []struct{ Text string } `json:"text"`
	Expansion *struct {
		Macro string `json:"macro_decl_name"`
	} `json:"expansion"`
}

func (m message) diagnostic() cargo.Diagnostic {
	d := cargo.Diagnostic{Package: "cases", Crate: "cases", Member: true, Level: m.Level, Message: m.Message}
	if m.Code != nil {
		d.Code = m.Code.Code
	}
	for _, s := range m.Spans {
		ds := cargo.DiagnosticSpan{File: s.File, Line: s.Line, Column: s.Column, EndLine: s.EndLine,
			EndColumn: s.EndColumn, Primary: s.Primary, Label: s.Label}
		for _, line := range s.Text {
			ds.Text = append(ds.Text, line.Text)
		}
		if s.Expansion != nil {
			ds.Macro = s.Expansion.Macro
		}
		d.Spans = append(d.Spans, ds)
	}
	for _, child := range m.Children {
		d.Children = append(d.Children, child.diagnostic())
	}
	return d
}

func readCapture(t *testing.T, file string) []cargo.Diagnostic {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var diags []cargo.Diagnostic
	for line := range bytes.Lines(data) {
		var m message
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		diags = append(diags, m.diagnostic())
	}
	return diags
}
