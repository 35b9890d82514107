package cargo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
)

// event is one line of cargo's JSON. Only the fields of its reason are set.
type event struct {
	Reason    string       `json:"reason"`
	PackageID string       `json:"package_id"`
	Manifest  string       `json:"manifest_path"`
	Target    target       `json:"target"`
	Profile   profile      `json:"profile"`
	Features  []string     `json:"features"`
	Filenames []string     `json:"filenames"`
	Program   string       `json:"executable"`
	Fresh     bool         `json:"fresh"`
	Message   *rustMessage `json:"message"`
	Success   bool         `json:"success"`
}

type target struct {
	Kind    []string `json:"kind"`
	Name    string   `json:"name"`
	Source  string   `json:"src_path"`
	Edition string   `json:"edition"`
}

type profile struct {
	Test bool `json:"test"`
}

// The reasons that matter here.
const (
	reasonArtifact = "compiler-artifact"
	reasonMessage  = "compiler-message"
	reasonFinished = "build-finished"
)

// rustMessage is a diagnostic in rustc's JSON.
type rustMessage struct {
	Rendered string        `json:"rendered"`
	Message  string        `json:"message"`
	Level    string        `json:"level"`
	Code     *rustCode     `json:"code"`
	Spans    []rustSpan    `json:"spans"`
	Children []rustMessage `json:"children"`
}

type rustCode struct {
	Code string `json:"code"`
}

type rustSpan struct {
	File          string         `json:"file_name"`
	Line          int            `json:"line_start"`
	Column        int            `json:"column_start"`
	EndLine       int            `json:"line_end"`
	EndColumn     int            `json:"column_end"`
	Primary       bool           `json:"is_primary"`
	Replacement   *string        `json:"suggested_replacement"`
	Applicability string         `json:"suggestion_applicability"`
	Label         string         `json:"label"`
	Text          []rustText     `json:"text"`
	Expansion     *rustExpansion `json:"expansion"`
}

type rustText struct {
	Text string `json:"text"`
}

type rustExpansion struct {
	Macro string `json:"macro_decl_name"`
}

// decodeEvent reads one line. A line that is not a JSON object is not cargo's (a build script's print, say): no event.
func decodeEvent(line []byte) (event, bool, error) {
	var e event
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '{' {
		return e, false, nil
	}
	if err := json.Unmarshal(line, &e); err != nil {
		return event{}, false, fmt.Errorf("read cargo's JSON: %w", err)
	}
	return e, e.Reason != "", nil
}

// kind is the target kind in one word; the crate types of a library are all "lib".
func (t target) kind() string {
	if len(t.Kind) == 0 {
		return ""
	}
	switch k := t.Kind[0]; k {
	case "bin", "test", "example", "bench", "proc-macro", "custom-build":
		return k
	}
	return "lib"
}

// crate is the target's name as rustc sees it.
func (t target) crate() string { return strings.ReplaceAll(t.Name, "-", "_") }

// packageName parts a package id into name and version: `path+file:///dir/name#1.0.0`, `registry+url#name@1.0.0`, or
// the form before cargo 1.77, `name 1.0.0 (source)`.
func packageName(id string) (name, version string) {
	if fields := strings.Fields(id); len(fields) == 3 && strings.HasPrefix(fields[2], "(") {
		return fields[0], fields[1]
	}
	source, fragment, _ := strings.Cut(id, "#")
	if name, version, ok := strings.Cut(fragment, "@"); ok {
		return name, version
	}
	source, _, _ = strings.Cut(source, "?")
	return filepath.Base(source), fragment
}

func (m rustMessage) diagnostic() Diagnostic {
	d := Diagnostic{Level: m.Level, Message: m.Message, Rendered: m.Rendered}
	if m.Code != nil {
		d.Code = m.Code.Code
	}
	for _, s := range m.Spans {
		d.Spans = append(d.Spans, s.span())
	}
	for _, c := range m.Children {
		d.Children = append(d.Children, c.diagnostic())
	}
	return d
}

func (s rustSpan) span() DiagnosticSpan {
	span := DiagnosticSpan{
		File: s.File, Line: s.Line, Column: s.Column, EndLine: s.EndLine, EndColumn: s.EndColumn,
		Primary: s.Primary, Label: s.Label, Replacement: s.Replacement, Applicability: s.Applicability,
	}
	for _, t := range s.Text {
		span.Text = append(span.Text, t.Text)
	}
	if s.Expansion != nil {
		span.Macro = strings.TrimSuffix(s.Expansion.Macro, "!")
	}
	return span
}

// closing tells rustc's last words, which only count what was said before.
func (m rustMessage) closing() bool {
	if m.Level == "failure-note" {
		return true
	}
	return len(m.Spans) == 0 && m.Code == nil && (strings.HasPrefix(m.Message, "aborting due to ") ||
		strings.HasSuffix(m.Message, " warning emitted") || strings.HasSuffix(m.Message, " warnings emitted"))
}
