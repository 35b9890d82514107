package sanitize

import (
	"fmt"
	"regexp"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rung"
)

// The rules of this rung.
const (
	ruleUndefined = "undefined-behavior"
	ruleRace      = "data-race"
	ruleLeak      = "memory-leak"
)

// words of AddressSanitizer's kinds, in the terms of Rust.
var words = map[string]string{
	"heap-use-after-free":           "memory is used after it was freed",
	"heap-buffer-overflow":          "memory outside of an allocation is used",
	"stack-use-after-return":        "a local of a function that has returned is used",
	"stack-use-after-scope":         "a local is used after the end of its scope",
	"stack-buffer-overflow":         "memory outside of a local is used",
	"stack-buffer-underflow":        "memory outside of a local is used",
	"global-buffer-overflow":        "memory outside of a static is used",
	"double-free":                   "memory is freed twice",
	"SEGV":                          "an address without memory is used",
	"bad-free":                      "something is freed that was not allocated",
	"alloc-dealloc-mismatch":        "memory is freed by another allocator than made it",
	"dynamic-stack-buffer-overflow": "memory outside of a local is used",
}

// own is the first frame in a file of the workspace.
func own(s stack, places rung.Places) (finding.Span, string, bool) {
	for _, f := range s.frames {
		if at, mine := places.Span(f.file, f.line, f.column); mine {
			return at, functionName(f.function), true
		}
	}
	return finding.Span{}, "", false
}

// top is the first frame, if it lies in a file of the workspace.
func top(s stack, places rung.Places) bool {
	if len(s.frames) == 0 {
		return false
	}
	_, mine := places.Span(s.frames[0].file, s.frames[0].line, s.frames[0].column)
	return mine
}

// bodies are the closures that async bodies are, behind the name of a function.
var bodies = regexp.MustCompile(`(::\{closure#\d+\}|::\{\{closure\}\})+$`)

func functionName(name string) string { return bodies.ReplaceAllString(name, "") }

// memory makes a finding of a report of AddressSanitizer.
func memory(r report, t test) finding.Finding {
	f := t.blank(ruleUndefined, finding.Error)
	stacks := r.walked()
	f.Message = words[r.kind]
	if f.Message == "" {
		f.Message = rung.Shorten(r.kind)
	}
	if len(stacks) > 0 {
		if access := accessWords(stacks[0].title); access != "" {
			f.Message += ": " + access
		}
	}
	f.Message += fmt.Sprintf(" (%s: %s)", r.tool, rung.Shorten(r.kind))
	t.place(&f, stacks)
	return f
}

// leaks makes findings of what LeakSanitizer lists: one for each allocation made in the workspace. Memory that only leaked
// memory points to is a consequence.
func leaks(r report, t test) []finding.Finding {
	var out []finding.Finding
	for _, s := range r.walked() {
		at, function, mine := own(s, t.places)
		if !mine || !strings.HasPrefix(s.title, "Direct leak of ") {
			continue
		}
		f := t.blank(ruleLeak, finding.Info)
		bytes, _, _ := strings.Cut(strings.TrimPrefix(s.title, "Direct leak of "), " byte")
		f.Span, f.Function, f.Label = at, function, "allocated here"
		f.Message = fmt.Sprintf("%s bytes are never freed, and nothing points to them when `%s` has ended (%s)", bytes, t.name, r.tool)
		out = append(out, f)
	}
	return out
}

// race makes a finding of a data race, if both accesses lie in code of the workspace. std is not instrumented, so what its
// locks, channels and reference counts order is not seen, and reports with an access in a library are mostly false.
func race(r report, t test) (finding.Finding, bool) {
	f := t.blank(ruleRace, finding.Error)
	var accesses []stack
	for _, s := range r.walked() {
		if size.MatchString(s.title) {
			accesses = append(accesses, s)
		}
	}
	if len(accesses) != 2 || !top(accesses[0], t.places) || !top(accesses[1], t.places) {
		return f, false
	}
	f.Message = fmt.Sprintf("two threads use the same memory without an order between them: %s here, %s there (ThreadSanitizer)",
		accessWords(accesses[0].title), accessWords(accesses[1].title))
	t.place(&f, accesses)
	f.Fix = "order the accesses: a lock around both, an atomic, or a channel that hands the value over"
	return f, true
}

// place puts the finding at the first stack's own frame and tells the others as reasons.
func (t test) place(f *finding.Finding, stacks []stack) {
	placed := false
	for i, s := range stacks {
		at, function, mine := own(s, t.places)
		if !mine || strings.HasPrefix(s.title, "Thread T") {
			continue
		}
		if !placed && i == 0 {
			placed = true
			f.Span, f.Function, f.Label = at, function, lowerTitle(s.title)
			continue
		}
		f.Because = append(f.Because, finding.Because{Span: at, Message: lowerTitle(s.title)})
	}
	if !placed && len(stacks) > 0 && len(stacks[0].frames) > 0 {
		first := stacks[0].frames[0]
		f.Because = append([]finding.Because{{Message: "it happens in `" + rung.Shorten(first.function) + "`, outside of the workspace"}}, f.Because...)
	}
	f.Because = append(f.Because, finding.Because{Message: "while the test `" + t.name + "` runs"})
}

// addresses are numbers that differ from run to run.
var addresses = regexp.MustCompile(` (at|on address) 0x[0-9a-f]+| \(tid=\d+[^)]*\)|0x[0-9a-f]+ |\[0x[0-9a-f]+,0x[0-9a-f]+\)`)

// lowerTitle is a title of a sanitizer as the words of a place, without what differs between two runs.
func lowerTitle(title string) string {
	title = strings.TrimSuffix(strings.TrimSpace(addresses.ReplaceAllString(title, "")), ":")
	title = strings.TrimSuffix(title, " here")
	if access := accessWords(title); access != "" {
		_, by, found := strings.Cut(title, " by ")
		if !found {
			return access
		}
		return access + " by " + by
	}
	return rung.Shorten(strings.ToLower(title[:min(1, len(title))]) + title[min(1, len(title)):])
}
