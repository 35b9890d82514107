package report

import (
	"bytes"

	"pollux/internal/finding"
)

// Reviewdog's diagnostic format. Its columns count bytes of UTF-8 from 1, so they are given only where the source line is
// known; its ranges end before their end position, as ours. It has no place for what was not checked.
type (
	rdResult struct {
		Source      rdSource       `json:"source"`
		Severity    string         `json:"severity"`
		Diagnostics []rdDiagnostic `json:"diagnostics"`
	}
	rdSource struct {
		Name string `json:"name"`
	}
	rdDiagnostic struct {
		Message  string      `json:"message"`
		Location rdLocation  `json:"location"`
		Severity string      `json:"severity"`
		Code     rdCode      `json:"code"`
		Related  []rdRelated `json:"relatedLocations,omitempty"`
	}
	rdCode struct {
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	rdRelated struct {
		Message  string     `json:"message"`
		Location rdLocation `json:"location"`
	}
	rdLocation struct {
		Path  string  `json:"path"`
		Range rdRange `json:"range"`
	}
	rdRange struct {
		Start rdPosition  `json:"start"`
		End   *rdPosition `json:"end,omitempty"`
	}
	rdPosition struct {
		Line   int `json:"line"`
		Column int `json:"column,omitempty"`
	}
)

func writeRDJSON(b *bytes.Buffer, v *view) error {
	result := rdResult{Source: rdSource{"pollux"}, Severity: "WARNING", Diagnostics: []rdDiagnostic{}}
	for _, f := range v.Findings {
		d := rdDiagnostic{Message: prose(f), Location: rdPlace(v, anchor(f.Span)), Severity: rdSeverity(f.Severity), Code: rdCode{Value: f.Rule}}
		d.Code.URL = ruleOf(v, f.Rule).URI
		for _, reason := range f.Because {
			if reason.Known() {
				d.Related = append(d.Related, rdRelated{reason.Message, rdPlace(v, reason.Span)})
			}
		}
		result.Diagnostics = append(result.Diagnostics, d)
	}
	return encode(b, result)
}

func rdPlace(v *view, s finding.Span) rdLocation {
	start, startKnown := rdColumn(v, s.File, s.Line, s.Column)
	end, endKnown := rdColumn(v, s.File, s.EndLine, s.EndColumn)
	place := rdLocation{Path: v.repositoryPath(s.File), Range: rdRange{Start: rdPosition{s.Line, start}}}
	switch {
	case startKnown && endKnown && s.EndLine >= s.Line:
		place.Range.End = &rdPosition{s.EndLine, end}
	case s.EndLine > s.Line:
		place.Range = rdRange{rdPosition{Line: s.Line}, &rdPosition{Line: s.EndLine}}
	}
	return place
}

// rdColumn turns a column that counts Unicode scalar values into one that counts bytes.
func rdColumn(v *view, file string, number, column int) (int, bool) {
	line, ok := v.line(file, number)
	if !ok || column < 1 {
		return 0, false
	}
	return byteColumn(line, column) + 1, true
}

func rdSeverity(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "ERROR"
	case finding.Warning:
		return "WARNING"
	}
	return "INFO"
}
