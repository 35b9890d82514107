package report

import (
	"bytes"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// The lines of `cargo check --message-format=json` (https://doc.rust-lang.org/cargo/reference/external-tools.html) with
// rustc's diagnostics in them (https://doc.rust-lang.org/rustc/json.html). rust-analyzer splits the code at `::` into the
// source and the name of a diagnostic, makes related information of children that have a span, and appends the words of
// those that have none.
type (
	cargoMessage struct {
		Reason   string      `json:"reason"`
		ID       string      `json:"package_id"`
		Manifest string      `json:"manifest_path"`
		Target   cargoTarget `json:"target"`
		Message  rustcNote   `json:"message"`
	}
	cargoTarget struct {
		Kind       []string `json:"kind"`
		CrateTypes []string `json:"crate_types"`
		Name       string   `json:"name"`
		Source     string   `json:"src_path"`
		Edition    string   `json:"edition"`
		Doc        bool     `json:"doc"`
		Doctest    bool     `json:"doctest"`
		Test       bool     `json:"test"`
	}
	rustcNote struct {
		Type     string      `json:"$message_type,omitempty"`
		Message  string      `json:"message"`
		Code     *rustcCode  `json:"code"`
		Level    string      `json:"level"`
		Spans    []rustcSpan `json:"spans"`
		Children []rustcNote `json:"children"`
		Rendered *string     `json:"rendered"`
	}
	rustcCode struct {
		Code        string  `json:"code"`
		Explanation *string `json:"explanation"`
	}
	rustcSpan struct {
		File        string      `json:"file_name"`
		ByteStart   int         `json:"byte_start"`
		ByteEnd     int         `json:"byte_end"`
		LineStart   int         `json:"line_start"`
		LineEnd     int         `json:"line_end"`
		ColumnStart int         `json:"column_start"`
		ColumnEnd   int         `json:"column_end"`
		Primary     bool        `json:"is_primary"`
		Text        []rustcLine `json:"text"`
		Label       *string     `json:"label"`
		Replacement *string     `json:"suggested_replacement"`
		Applicable  *string     `json:"suggestion_applicability"`
		Expansion   *struct{}   `json:"expansion"`
	}
	rustcLine struct {
		Text  string `json:"text"`
		Start int    `json:"highlight_start"`
		End   int    `json:"highlight_end"`
	}
	buildFinished struct {
		Reason  string `json:"reason"`
		Success bool   `json:"success"`
	}
)

// writeCargo writes rustc's diagnostics of the build, as an editor gets nothing else from cargo when pollux stands in for
// it, then one compiler-message for each finding, then build-finished.
func writeCargo(b *bytes.Buffer, v *view) error {
	if v.Build != nil {
		for _, d := range v.Build.Diagnostics {
			if d.Explained {
				continue // a finding stands for it
			}
			if err := encode(b, repeated(v, d)); err != nil {
				return err
			}
		}
	}
	shown, _ := v.visible()
	for _, f := range shown {
		if err := encode(b, compilerMessage(v, f)); err != nil {
			return err
		}
	}
	return encode(b, buildFinished{"build-finished", v.Verdict != engine.DoesNotBuild})
}

func compilerMessage(v *view, f finding.Finding) cargoMessage {
	rendered := plainBlock(v, f)
	m := messageFrom(v, f.Package, f.File)
	m.Message = rustcNote{
		Type: "diagnostic", Message: f.Message, Code: &rustcCode{Code: "pollux::" + f.Rule}, Level: rustcLevel(f.Severity),
		Spans: spans(v, anchor(f.Span), f.Label), Children: children(v, f), Rendered: &rendered,
	}
	return m
}

// repeated is a diagnostic of rustc as cargo gave it, with its suggestions, which editors offer as quick fixes. Macro backtraces were
// not kept.
func repeated(v *view, d cargo.Diagnostic) cargoMessage {
	m := messageFrom(v, d.Package, "")
	m.Message = rustcNoteOf(v, d)
	m.Message.Type = "diagnostic"
	if d.Rendered != "" {
		rendered := ansi.Strip(d.Rendered)
		m.Message.Rendered = &rendered
	}
	return m
}

func rustcNoteOf(v *view, d cargo.Diagnostic) rustcNote {
	n := rustcNote{Message: d.Message, Level: d.Level, Spans: []rustcSpan{}, Children: []rustcNote{}}
	if d.Code != "" {
		n.Code = &rustcCode{Code: d.Code}
	}
	for _, s := range d.Spans {
		at := finding.Span{File: s.File, Line: s.Line, Column: s.Column, EndLine: s.EndLine, EndColumn: s.EndColumn}
		for _, span := range spans(v, at, s.Label) {
			span.Primary, span.Replacement = s.Primary, s.Replacement
			if s.Applicability != "" {
				span.Applicable = &s.Applicability
			}
			n.Spans = append(n.Spans, span)
		}
	}
	for _, c := range d.Children {
		n.Children = append(n.Children, rustcNoteOf(v, c))
	}
	return n
}

// messageFrom is an empty message from the unit of a package that most likely holds a file: a library before others, the
// root of its own crate before any. What the build does not tell is filled with what every cargo project has.
func messageFrom(v *view, name, file string) cargoMessage {
	u := cargo.Unit{
		Package: name, PackageDir: v.Root, Crate: strings.ReplaceAll(name, "-", "_"), Kind: "lib", Edition: "2021",
		Source: path.Join(v.Root, "src/lib.rs"),
	}
	best := -1
	for _, candidate := range v.units() {
		if fit := fitness(candidate, name, path.Join(v.Root, file)); fit > best {
			u, best = candidate, fit
		}
	}
	crateType := u.Kind
	if crateType != "lib" && crateType != "proc-macro" {
		crateType = "bin"
	}
	return cargoMessage{
		Reason: "compiler-message", ID: packageID(u), Manifest: path.Join(u.PackageDir, "Cargo.toml"),
		Target: cargoTarget{
			Kind: []string{u.Kind}, CrateTypes: []string{crateType}, Name: u.Crate, Source: u.Source, Edition: u.Edition,
			Doc: u.Kind == "lib", Doctest: u.Kind == "lib", Test: true,
		},
	}
}

// packageID is the package id specification that cargo prints for a package of the workspace: the name is left out where the directory
// says it (https://doc.rust-lang.org/cargo/reference/pkgid-spec.html). Editors group and clear diagnostics by it.
func packageID(u cargo.Unit) string {
	dir := filepath.ToSlash(u.PackageDir)
	place := url.URL{Scheme: "path+file", Path: dir}
	id := place.String() + "#"
	switch {
	case u.Version == "":
		return id + u.Package
	case path.Base(dir) == u.Package:
		return id + u.Version
	}
	return id + u.Package + "@" + u.Version
}

func (v *view) units() []cargo.Unit {
	if v.Build == nil {
		return nil
	}
	return v.Build.Units
}

// fitness orders units by how well they fit a package and a file; -1 does not fit.
func fitness(u cargo.Unit, name, file string) int {
	switch {
	case u.Package != name:
		return -1
	case u.Source == file:
		return 2
	case u.Kind == "lib":
		return 1
	}
	return 0
}

// rustcLevel is rustc's word; rust-analyzer shows a note as information.
func rustcLevel(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "error"
	case finding.Warning:
		return "warning"
	}
	return "note"
}

func children(v *view, f finding.Finding) []rustcNote {
	notes := []rustcNote{}
	for _, b := range f.Because {
		notes = append(notes, child("note", b.Message, spans(v, b.Span, "")))
	}
	if f.Fix != "" {
		notes = append(notes, child("help", f.Fix, suggestions(v, f.Edits)))
	}
	if text := evidence(f); text != "" {
		notes = append(notes, child("note", text, nil))
	}
	return notes
}

// suggestions are the edits of a finding as rustc writes what a tool may apply.
func suggestions(v *view, edits []finding.Edit) []rustcSpan {
	applicable := "MachineApplicable"
	var out []rustcSpan
	for _, e := range edits {
		for _, s := range spans(v, e.Span, "") {
			s.Replacement, s.Applicable = &e.Text, &applicable
			out = append(out, s)
		}
	}
	return out
}

func child(level, message string, at []rustcSpan) rustcNote {
	if at == nil {
		at = []rustcSpan{}
	}
	return rustcNote{Message: message, Level: level, Spans: at, Children: []rustcNote{}}
}

// spans is the place as rustc writes it, or no span when it is not known.
func spans(v *view, s finding.Span, label string) []rustcSpan {
	if !s.Known() {
		return []rustcSpan{}
	}
	span := rustcSpan{
		File: s.File, LineStart: s.Line, LineEnd: max(s.EndLine, s.Line), ColumnStart: max(s.Column, 1), ColumnEnd: s.EndColumn,
		Primary: true, Text: []rustcLine{},
	}
	if s.EndLine < s.Line || s.EndColumn < 1 {
		span.ColumnEnd = span.ColumnStart
	}
	if label != "" {
		span.Label = &label
	}
	span.ByteStart, span.ByteEnd = v.byteOffset(s.File, s.Line, span.ColumnStart), v.byteOffset(s.File, span.LineEnd, span.ColumnEnd)
	span.Text = spanText(v, span)
	return []rustcSpan{span}
}

// spanText is the source of a span; rust-analyzer needs it to turn columns into those of its protocol.
func spanText(v *view, s rustcSpan) []rustcLine {
	text := []rustcLine{}
	for n := s.LineStart; n <= s.LineEnd; n++ {
		line, ok := v.line(s.File, n)
		if !ok {
			break
		}
		l := rustcLine{Text: line, Start: 1, End: utf8.RuneCountInString(line) + 1}
		if n == s.LineStart {
			l.Start = s.ColumnStart
		}
		if n == s.LineEnd {
			l.End = s.ColumnEnd
		}
		text = append(text, l)
	}
	return text
}

// byteOffset is the 0-based byte of a place in its file, or 0 when the source is not known.
func (v *view) byteOffset(file string, line, column int) int {
	lines := v.lines(file)
	if line < 1 || line > len(lines) {
		return 0
	}
	offset := 0
	for _, l := range lines[:line-1] {
		offset += len(l) + 1
	}
	return offset + byteColumn(lines[line-1], column)
}

// byteColumn is the number of bytes before a 1-based column that counts Unicode scalar values.
func byteColumn(line string, column int) int {
	n := 1
	for i := range line {
		if n >= column {
			return i
		}
		n++
	}
	return len(line)
}
