package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// CancelFormats are the formats of [WriteCancel], the default first.
func CancelFormats() []string { return []string{"text", "json", "markdown"} }

// CancelOptions says how to write inferred cancel safety.
type CancelOptions struct {
	Why  bool // with the derivation of each verdict
	Docs bool // only what documentation and inference disagree on, with both
}

// WriteCancel writes inferred cancel safety. An unknown format gives an [UnknownFormatError].
func WriteCancel(w io.Writer, format string, res *engine.CancelResult, opt CancelOptions) error {
	var b bytes.Buffer
	switch format {
	case "text":
		cancelText(&b, res, opt)
	case "markdown":
		cancelMarkdown(&b, res, opt)
	case "json":
		if err := encode(&b, cancelJSON(*res)); err != nil {
			return err
		}
	default:
		return &UnknownFormatError{Name: format}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func cancelJSON(r engine.CancelResult) engine.CancelResult {
	for i := range r.Functions {
		r.Functions[i].Why = list(r.Functions[i].Why)
	}
	r.Unknowns = list(r.Unknowns)
	return r
}

func cancelText(b *bytes.Buffer, res *engine.CancelResult, opt CancelOptions) {
	for _, words := range res.Rendered {
		b.WriteString(printable(words, true))
	}
	width, shown := 0, 0
	for _, f := range res.Functions {
		width = max(width, min(len(f.Function), 60))
	}
	for _, f := range res.Functions {
		if opt.Docs && !f.Contradicts {
			continue
		}
		shown++
		fmt.Fprintf(b, "%-8s  %-*s  %s\n", f.Verdict, width, clean(f.Function), clean(f.Reason))
		if opt.Docs {
			fmt.Fprintf(b, "          documented as %s at %s:%d: %q\n", f.Documented, clean(f.File), f.Line, clean(f.Claim))
		}
		if opt.Why || opt.Docs {
			cancelWhy(b, f.Why)
		}
	}
	if shown > 0 {
		b.WriteByte('\n')
	}
	cancelSummary(b, res, opt)
}

func cancelWhy(b *bytes.Buffer, why []finding.Because) {
	for _, w := range why {
		place := ""
		if w.Known() {
			place = fmt.Sprintf("%s:%d  ", w.File, w.Line)
		}
		fmt.Fprintf(b, "          = %s%s\n", clean(place), clean(w.Message))
	}
}

// verdictWords are the verdicts in the order of the summary, with what they mean.
var verdictWords = []struct{ verdict, means string }{
	{"lossy", "data, a value or progress is lost"},
	{"state", "memory that outlives the future stays changed"},
	{"detached", "work goes on by itself and its result is lost"},
	{"inherits", "as the future that it runs"},
	{"caller", "progress stays in an object of the caller, how much it was is not told"},
	{"fairness", "only the place in a queue is lost"},
	{"safe", "dropping it and making it anew changes nothing"},
	{"unknown", "not decided"},
}

func cancelSummary(b *bytes.Buffer, res *engine.CancelResult, opt CancelOptions) {
	for _, v := range verdictWords {
		if n := res.Counts[v.verdict]; n > 0 {
			fmt.Fprintf(b, "%4d %-8s  %s\n", n, v.verdict, v.means)
		}
	}
	if len(res.Functions) == 0 {
		b.WriteString("no function that gives a future\n")
	}
	if opt.Docs {
		n := 0
		for _, f := range res.Functions {
			if f.Contradicts {
				n++
			}
		}
		fmt.Fprintf(b, "%d of %d documented functions contradict what was inferred\n", n, len(res.Functions))
	}
	for _, u := range res.Unknowns {
		fmt.Fprintf(b, "not checked: %s: %s\n", clean(u.What), clean(u.Reason))
	}
}

// cancelMarkdown writes a section for a crate's documentation.
func cancelMarkdown(b *bytes.Buffer, res *engine.CancelResult, opt CancelOptions) {
	b.WriteString("# Cancel safety\n\nInferred by pollux from the code of each function: what is lost when its future is dropped between two polls.\n\n")
	b.WriteString("| function | verdict | what a cancel does |\n|---|---|---|\n")
	for _, f := range res.Functions {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", cell(f.Function), f.Verdict, cell(f.Reason))
	}
	b.WriteString("\n")
	for _, v := range verdictWords {
		if res.Counts[v.verdict] > 0 {
			fmt.Fprintf(b, "- **%s**: %s.\n", v.verdict, v.means)
		}
	}
	if !opt.Why {
		return
	}
	for _, f := range res.Functions {
		fmt.Fprintf(b, "\n## `%s`: %s\n\n", cell(f.Function), f.Verdict)
		for _, w := range f.Why {
			place := ""
			if w.Known() {
				place = fmt.Sprintf("`%s:%d` ", w.File, w.Line)
			}
			fmt.Fprintf(b, "- %s%s\n", place, clean(w.Message))
		}
	}
}

// cell makes text fit for a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(clean(s), "|", "\\|") }

// clean keeps text of the checked source on its line and harmless.
func clean(s string) string { return printable(s, false) }
