package loop

import (
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"pollux/internal/compare"
	"pollux/internal/engine"
	"pollux/internal/report"
)

const (
	// maxPromptBytes bounds what goes back to the agent.
	maxPromptBytes = 8000
	// maxBlocks bounds how many findings are told in full: more at once do not help.
	maxBlocks = 5
	// maxSaidBytes bounds the agent's words in a report.
	maxSaidBytes = 2000
)

// first is the prompt of the first round.
func (r *run) first() string {
	if r.From != nil {
		if len(r.open) > 0 {
			return r.compose(fmt.Sprintf("%s open from the rounds before.", count(len(r.open), "finding")), "")
		}
		return r.Task
	}
	return r.Task + "\n\nWhen this turn ends, pollux checks the async code of the project, and what is open comes back as the next turn."
}

// findings is the prompt that tells what is open after a round.
func (r *run) findings(round *Round, res *engine.Result) string {
	if round.Verdict == engine.DoesNotBuild && len(r.open) == 0 {
		head := "The crate does not build after this turn, so its async code was not checked. rustc says:\n\n"
		if res.TestsBroken {
			head = "The tests of the crate do not build after this turn, so none could be run. rustc says:\n\n"
		}
		return limited(head + strings.Join(res.Rendered, "\n"))
	}
	head := fmt.Sprintf("pollux checked what this turn changed: %d new, %d fixed, %d open.", round.New, round.Fixed, len(r.open))
	var tail string
	if round.Verdict == engine.DoesNotBuild {
		tail = "\nThe crate or its tests do not build:\n\n" + strings.Join(res.Rendered, "\n")
	}
	return r.compose(head, tail)
}

// compose tells the worst findings in full.
func (r *run) compose(head, tail string) string {
	var b strings.Builder
	b.WriteString(head + "\n")
	for i, f := range r.open {
		block := report.Block(f, report.Options{Source: r.project.Source})
		if i == maxBlocks || b.Len()+len(block) > maxPromptBytes-200 {
			fmt.Fprintf(&b, "\nand %d more: pollux check --changed\n", len(r.open)-i)
			break
		}
		b.WriteString("\n" + block)
	}
	return limited(b.String() + tail)
}

func limited(text string) string {
	if len(text) <= maxPromptBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxPromptBytes-len("…")], "") + "…"
}

// cut bounds what an agent said.
func cut(text string, bytes int) string {
	text = strings.TrimSpace(text)
	if len(text) <= bytes {
		return text
	}
	return "…" + strings.ToValidUTF8(text[len(text)-bytes:], "")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func countFiles(files []File) string {
	if len(files) == 0 {
		return "no file changed"
	}
	added, removed := 0, 0
	for _, f := range files {
		added += f.Added
		removed += f.Removed
	}
	return fmt.Sprintf("%s changed, +%d -%d lines", count(len(files), "file"), added, removed)
}

// changedFiles counts lines as a diff would show them.
func changedFiles(versions []compare.Version) []File {
	out := []File{}
	for _, v := range versions {
		f := File{Path: v.Path}
		for line := range strings.Lines(udiff.Unified("a", "b", text(v.Old), text(v.New))) {
			switch {
			case strings.HasPrefix(line, "+++") || strings.HasPrefix(line, "---"):
			case strings.HasPrefix(line, "+"):
				f.Added++
			case strings.HasPrefix(line, "-"):
				f.Removed++
			}
		}
		out = append(out, f)
	}
	return out
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// words is the answer of a round in a line.
func (r *Round) words() string {
	switch r.Verdict {
	case engine.Clean:
		return fmt.Sprintf("clean, %d fixed", r.Fixed)
	case engine.DoesNotBuild:
		return "the crate or its tests do not build"
	case engine.Incomplete:
		return "not checked in full: " + strings.Join(r.NotKnown, "; ")
	}
	return fmt.Sprintf("%d new, %d fixed, %d open", r.New, r.Fixed, len(r.Open))
}

// basis says what the verdict of the round rests on.
func (r *Round) basis() string {
	switch {
	case r.By == ByRuns:
		return "verified by runs: " + r.Runs
	case r.By == ByReading && r.Runs != "":
		return "checked by reading alone: " + r.Runs
	case r.By == ByReading:
		return "checked by reading alone"
	}
	return ""
}

// Text is the report for people.
func (r *Report) Text() string {
	var b strings.Builder
	for _, round := range r.Rounds {
		fmt.Fprintf(&b, "round %d  %s\n", round.Number, round.words())
		if words := round.basis(); words != "" {
			fmt.Fprintf(&b, "           %s\n", words)
		}
		for _, f := range round.Files {
			fmt.Fprintf(&b, "           %s +%d -%d\n", f.Path, f.Added, f.Removed)
		}
	}
	if n := len(r.Rounds); n > 0 {
		for _, f := range r.Rounds[n-1].Open {
			fmt.Fprintf(&b, "open       %s[%s] %s:%d %s\n", f.Severity, f.Rule, f.File, f.Line, f.Message)
		}
	}
	fmt.Fprintf(&b, "%s: %s\n", r.Verdict, r.Ended)
	return b.String()
}
