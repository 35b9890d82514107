package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"pollux/internal/engine"
	"pollux/internal/explore"
	"pollux/internal/finding"
)

// timeline tells who ran when and where it stopped, one line for each step.
func timeline(out io.Writer, test string, r *engine.Replay, source func(string) ([]string, bool)) {
	fmt.Fprintf(out, "interleaving of `%s`%s\n", test, marked(r))
	if r.Skipped > 0 {
		fmt.Fprintf(out, "   (%d polls before are left out)\n", r.Skipped)
	}
	width := placeColumns(r.Steps)
	for i, s := range r.Steps {
		mark := " "
		if s.Departs {
			mark = "*"
		}
		line := fmt.Sprintf(" %s%4d  %-9s  %-*s", mark, i+1, s.Who(), whatColumns, s.Does())
		if s.Place.Known() {
			line += fmt.Sprintf("  %-*s  %s", width, at(s.Place), sourceLine(s.Place, source))
		}
		fmt.Fprintln(out, strings.TrimRight(line, " ")+aside(s))
	}
	fmt.Fprintln(out)
}

// marked says what a star means, how far the schedule is from that of plain tokio, and whether a task is cancelled.
func marked(r *engine.Replay) string {
	for _, s := range r.Steps {
		if strings.HasPrefix(s.Does(), "is cancelled") {
			return departures(r) + "; " + s.Who() + " is cancelled"
		}
	}
	return departures(r)
}

func departures(r *engine.Replay) string {
	switch r.Deviations {
	case 0:
		return ": every decision is the one that plain tokio takes"
	case 1:
		return ": one decision, at the *, is not the one that plain tokio takes"
	}
	return fmt.Sprintf(": %d decisions, at the *, are not those that plain tokio takes", r.Deviations)
}

// shrunk says how far a witness could be shrunk.
func shrunk(out io.Writer, s *explore.Shrunk) {
	if s == nil {
		return
	}
	how := "none of them can be left out"
	if !s.Minimal {
		how = "more could perhaps be left out"
	}
	kept := "nothing could be left out, so nothing was written"
	if s.Path != "" {
		kept = "written to " + s.Path
	}
	fmt.Fprintf(out, "shrunk from %d to %d decisions that plain tokio does not take, in %d schedules: %s; %s\n\n", s.From, s.To, s.Tried, how, kept)
}

// whatColumns is the width of "is interrupted" and "spawns task 123".
const whatColumns = 15

// at is a place that an editor can jump to.
func at(s finding.Span) string { return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column) }

// placeColumns is the width of the longest place of a step.
func placeColumns(steps []explore.Step) int {
	width := 0
	for _, s := range steps {
		if s.Place.Known() {
			width = max(width, len(at(s.Place)))
		}
	}
	return width
}

// aside adds what else is to be known of a step.
func aside(s explore.Step) string {
	var words []string
	if s.Odd != "" {
		words = append(words, s.Odd)
	}
	if len(s.Via) > 0 {
		words = append(words, fmt.Sprintf("called at %s:%d", s.Via[0].File, s.Via[0].Line))
	}
	if len(words) == 0 {
		return ""
	}
	return "  (" + strings.Join(words, "; ") + ")"
}

// codeColumns bounds the source line that a step shows.
const codeColumns = 80

func sourceLine(s finding.Span, source func(string) ([]string, bool)) string {
	lines, ok := source(s.File)
	if !ok || s.Line > len(lines) {
		return ""
	}
	code := []rune(strings.Join(strings.Fields(cmp.Or(lines[s.Line-1], "")), " "))
	if len(code) > codeColumns {
		return string(code[:codeColumns]) + "…"
	}
	return string(code)
}
