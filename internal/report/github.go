package report

import (
	"bytes"
	"fmt"
	"strings"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// writeGitHub writes workflow commands, which GitHub Actions turns into annotations of the changed files. It keeps the
// first ten of each kind in a step, so worst first is also what survives.
func writeGitHub(b *bytes.Buffer, v *view) error {
	if v.Verdict == engine.DoesNotBuild {
		command(b, "error", []property{{"title", "pollux"}}, "the crate does not build, see rustc's own errors")
	}
	shown, _ := v.visible()
	for _, f := range shown {
		command(b, gitHubLevel(f.Severity), gitHubPlace(v, f), prose(f))
	}
	if text := notCheckedText(v); text != "" {
		command(b, "notice", []property{{"title", "pollux: not checked"}}, text)
	}
	return nil
}

// property is one key and value of a workflow command.
type property struct{ key, value string }

// gitHubPlace is where an annotation goes. GitHub takes columns only for a range within one line; the end column named here
// is that of the last character.
func gitHubPlace(v *view, f finding.Finding) []property {
	title := property{"title", f.Rule}
	if !f.Known() {
		return []property{title}
	}
	end := max(f.EndLine, f.Line)
	props := []property{{"file", v.repositoryPath(f.File)}, {"line", fmt.Sprint(f.Line)}, {"endLine", fmt.Sprint(end)}}
	if end == f.Line && f.Column > 0 {
		last := max(f.EndColumn-1, f.Column)
		props = append(props, property{"col", fmt.Sprint(f.Column)}, property{"endColumn", fmt.Sprint(last)})
	}
	return append(props, title)
}

func gitHubLevel(s finding.Severity) string {
	if s == finding.Info {
		return "notice"
	}
	return s.String()
}

// escapes of a workflow command: a line feed in a value would end the command and let checked source issue its own.
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func command(b *bytes.Buffer, name string, props []property, message string) {
	b.WriteString("::" + name)
	for i, p := range props {
		separator := ","
		if i == 0 {
			separator = " "
		}
		b.WriteString(separator + p.key + "=" + escapeProperty.Replace(printable(p.value, true)))
	}
	b.WriteString("::" + escapeData.Replace(printable(message, true)) + "\n")
}

// notCheckedText lists what was not checked, one reason per line, for formats that have one place for it.
func notCheckedText(v *view) string {
	var lines []string
	for _, r := range v.Rungs {
		if r.Status == "unknown" {
			lines = append(lines, r.Name+reasonSuffix(r.Reason))
		}
	}
	for _, g := range groupUnknowns(v.Unknowns) {
		lines = append(lines, g.line(2))
	}
	return strings.Join(lines, "\n")
}
