package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// text writes the report for a person or a model, in rustc's manner. Its only state is where it writes and how.
type text struct {
	*view
	b *bytes.Buffer
}

func writeText(b *bytes.Buffer, v *view) error {
	t := &text{view: v, b: b}
	t.rendered()
	shown, hidden := v.visible()
	for _, f := range shown {
		t.block(f)
		t.b.WriteByte('\n')
	}
	t.summary(shown, hidden)
	return nil
}

// plainBlock is the text block of one finding without colour and wrapping, for formats that carry a rendering.
func plainBlock(v *view, f finding.Finding) string {
	plain := *v
	plain.opt.Color, plain.opt.Width = false, 0
	t := &text{view: &plain, b: &bytes.Buffer{}}
	t.block(f)
	return t.b.String()
}

// Block is the text block of one finding without colour and wrapping, for faces that show single findings.
func Block(f finding.Finding, opt Options) string {
	return plainBlock(newView(&engine.Result{}, opt), f)
}

// block writes one finding: what goes wrong, where, why, the fix, the evidence.
func (t *text) block(f finding.Finding) {
	t.headline(f)
	if f.Known() {
		fmt.Fprintf(t.b, "  %s %s\n", t.paint(gutter, "-->"), printable(place(f.Span), false))
	}
	if !t.code(f) && f.Label != "" {
		t.note("here", "", f.Label)
	}
	for _, b := range f.Because {
		t.note("because", "", because(b))
	}
	if f.Fix != "" {
		t.note("fix", "", f.Fix)
	}
	t.evidence(f)
}

func (t *text) headline(f finding.Finding) {
	name := fmt.Sprintf("%s[%s]", f.Severity, f.Rule)
	lines := wrap(name+": "+printable(f.Message, false), t.opt.Width, 4)
	lines[0] = t.paint(severityStyle(f.Severity), name) + t.paint(bold, strings.TrimPrefix(lines[0], name))
	for i := range lines[1:] {
		lines[i+1] = t.paint(bold, lines[i+1])
	}
	t.hanging(lines, 4)
}

// code writes the marked source lines, and says whether it could.
func (t *text) code(f finding.Finding) bool {
	found := excerpts(t.lines(f.File), f.Span, t.codeColumns())
	label := printable(f.Label, false)
	for i, e := range found {
		t.gutterLine(e.text)
		marks := e.marks()
		if marks == "" {
			continue
		}
		if i < len(found)-1 || label == "" {
			t.gutterLine(t.paint(severityStyle(f.Severity), marks))
			continue
		}
		t.labelled(f.Severity, marks, label)
	}
	return len(found) > 0
}

// labelled writes the last line of carets with the label behind it, or below it when the terminal is too narrow.
func (t *text) labelled(s finding.Severity, marks, label string) {
	style := severityStyle(s)
	if t.opt.Width <= 0 || gutterColumns+len(marks)+1+ansi.StringWidth(label) <= t.opt.Width {
		t.gutterLine(t.paint(style, marks+" "+label))
		return
	}
	t.gutterLine(t.paint(style, marks))
	indent := min(len(marks)-len(strings.TrimLeft(marks, " ")), t.opt.Width/2)
	for _, line := range wrap(label, t.opt.Width-gutterColumns, indent) {
		t.gutterLine(strings.Repeat(" ", indent) + t.paint(style, line))
	}
}

// gutterColumns is what stands before a source line.
const gutterColumns = len("   |  ")

func (t *text) gutterLine(line string) {
	fmt.Fprintf(t.b, "   %s  %s\n", t.paint(gutter, "|"), line)
}

func (t *text) codeColumns() int {
	if t.opt.Width <= 0 {
		return pipeColumns
	}
	return max(t.opt.Width-gutterColumns, 20)
}

// evidence says how sure the finding is, and whether it is an old one.
func (t *text) evidence(f finding.Finding) {
	if t.Compare != nil && !f.New {
		t.note("known", "", "already in "+t.Compare.With)
	}
	if words := evidence(f); words != "" {
		t.note("verdict", f.Reproduce, strings.TrimSpace(strings.TrimSuffix(words, f.Reproduce)))
	}
	if f.Witness != "" && !strings.Contains(f.Reproduce, f.Witness) {
		t.note("witness", f.Witness, "")
	}
}

// noteColumns is where the words of a note begin.
const noteColumns = len("   = because ")

// note writes one line below a finding. Exact is a command or a path at its end that must stay in one piece.
func (t *text) note(kind, exact, words string) {
	words, exact = printable(words, false), printable(exact, false)
	lines := wrap(words, t.opt.Width, noteColumns)
	last := &lines[len(lines)-1]
	switch {
	case exact == "":
	case *last == "":
		*last = exact
	case t.opt.Width > 0 && noteColumns+ansi.StringWidth(*last)+1+ansi.StringWidth(exact) > t.opt.Width:
		lines = append(lines, exact)
	default:
		*last += " " + exact
	}
	fmt.Fprintf(t.b, "   %s %s ", t.paint(gutter, "="), t.paint(bold, fmt.Sprintf("%-7s", kind)))
	t.hanging(lines, noteColumns)
}

// hanging writes lines, all but the first indented.
func (t *text) hanging(lines []string, indent int) {
	t.b.WriteString(strings.Join(lines, "\n"+strings.Repeat(" ", indent)))
	t.b.WriteByte('\n')
}

// wrap breaks words into lines that fit into width columns when each is preceded by indent columns. It breaks at spaces
// only, so that a path or a name stays whole. Width 0 keeps one line. It gives at least one line.
func wrap(words string, width, indent int) []string {
	if width <= 0 {
		return []string{words}
	}
	limit := max(width-indent, 20)
	lines := []string{""}
	for i, word := range strings.Split(words, " ") {
		last := &lines[len(lines)-1]
		switch {
		case i == 0:
			*last = word
		case ansi.StringWidth(*last)+1+ansi.StringWidth(word) > limit:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}

// style is what a part of the text is, not how it looks.
type style int

const (
	bold style = iota
	gutter
	errorStyle
	warningStyle
	infoStyle
	goodStyle
)

// styles are rustc's own colours, so that both reports look like one.
var styles = [...]ansi.Style{
	bold:         ansi.NewStyle().Bold(),
	gutter:       ansi.NewStyle().Bold().ForegroundColor(ansi.BrightBlue),
	errorStyle:   ansi.NewStyle().Bold().ForegroundColor(ansi.BrightRed),
	warningStyle: ansi.NewStyle().Bold().ForegroundColor(ansi.BrightYellow),
	infoStyle:    ansi.NewStyle().Bold().ForegroundColor(ansi.BrightCyan),
	goodStyle:    ansi.NewStyle().Bold().ForegroundColor(ansi.BrightGreen),
}

func severityStyle(s finding.Severity) style {
	switch s {
	case finding.Error:
		return errorStyle
	case finding.Warning:
		return warningStyle
	}
	return infoStyle
}

func (t *text) paint(s style, words string) string {
	if !t.opt.Color || words == "" {
		return words
	}
	return styles[s].Styled(words)
}
