package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/ladder"
)

// members are the units of the user's own packages.
func members(c *cargo.Capture) []cargo.Unit {
	var units []cargo.Unit
	for _, u := range c.Units {
		if u.Member {
			units = append(units, u)
		}
	}
	return units
}

// dedupe merges findings of one rule at one place: a library is compiled once as itself and once with its tests, and each
// unit shows the same hazard. The one with more evidence stays, and the order is that of places.
func dedupe(fs []finding.Finding) []finding.Finding {
	slices.SortStableFunc(fs, func(a, b finding.Finding) int { return ladder.Compare(&a, &b) })
	return slices.CompactFunc(fs, func(a, b finding.Finding) bool {
		return a.Rule == b.Rule && a.Span == b.Span && a.Known()
	})
}

// identify gives every finding its fingerprint, in source order so that equal findings of one function keep theirs.
func (r *run) identify() {
	slices.SortStableFunc(r.findings, func(a, b finding.Finding) int { return finding.ComparePlace(a.Span, b.Span) })
	type key struct{ rule, pkg, function, text string }
	seen := map[key]int{}
	for i := range r.findings {
		f := &r.findings[i]
		k := key{f.Rule, f.Package, f.Function, r.sources.line(f.File, f.Line)}
		if k.text == "" {
			k.text = f.Message
		}
		f.ID = finding.Fingerprint(k.rule, k.pkg, k.function, k.text, seen[k])
		f.New = true
		seen[k]++
		f.Because = orEmpty(f.Because)
		f.Verdict = cmp.Or(f.Verdict, finding.Suspected)
	}
}

// sources reads the lines of files once.
type sources struct {
	root  string
	mu    sync.Mutex // rungs that run at the same time read the same files
	files map[string][]string
}

func newSources(root string) *sources { return &sources{root: root, files: map[string][]string{}} }

// line returns one line without white space at its ends, empty when there is none.
func (s *sources) line(file string, number int) string {
	lines := s.lines(file)
	if number < 1 || number > len(lines) {
		return ""
	}
	return strings.Join(strings.Fields(lines[number-1]), " ")
}

func (s *sources) lines(file string) []string {
	if file == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if lines, ok := s.files[file]; ok {
		return lines
	}
	path := filepath.FromSlash(file)
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.root, path)
	}
	if text, err := os.ReadFile(path); err == nil {
		s.files[file] = strings.Split(string(text), "\n")
	} else {
		s.files[file] = nil // generated, or moved since: the finding goes without its source line
	}
	return s.files[file]
}

// inputHash names everything the answer depends on: pollux, the compiler, the MIR, what rustc said, the settings that
// decide, and the sources in which something was found.
func (r *run) inputHash() string {
	h := sha256.New()
	e := json.NewEncoder(h)
	c := r.capture
	_ = e.Encode([]string{Version, c.InputHash()}) // writing to a hash cannot fail
	for _, d := range c.Diagnostics {
		_ = e.Encode([]string{d.Crate, d.Code, d.Level, d.Message, d.Rendered})
	}
	_ = e.Encode([]any{r.Settings.FailOn, r.Settings.Levels, r.Settings.Rules, r.Settings.Knowledge})
	for _, f := range r.findings {
		_ = e.Encode([]any{f.File, r.sources.lines(f.File)})
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

func sortUnknowns(us []finding.Unknown) {
	slices.SortFunc(us, func(a, b finding.Unknown) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.What, b.What), cmp.Compare(a.Hint, b.Hint))
	})
}

func sortSuppressed(ss []finding.Suppressed) {
	slices.SortFunc(ss, func(a, b finding.Suppressed) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
	})
}

// rendered is what rustc wrote about the user's own packages: errors first, each once.
func rendered(c *cargo.Capture) []string {
	var errors, rest []string
	for _, d := range c.Diagnostics {
		switch {
		case d.Rendered == "" || d.Explained:
		case d.Level == "error":
			errors = append(errors, d.Rendered)
		case d.Member:
			rest = append(rest, d.Rendered)
		}
	}
	var all []string
	seen := map[string]bool{}
	for _, text := range slices.Concat(errors, rest) {
		if !seen[text] {
			seen[text] = true
			all = append(all, text)
		}
	}
	return all
}

// doesNotBuild says why not: a crate that lints alone refuse was checked all the same.
func doesNotBuild(c *cargo.Capture) string {
	lints := slices.ContainsFunc(c.Units, func(u cargo.Unit) bool { return u.Denied })
	if lints && len(c.Problems) == 0 {
		return "lints refuse the crate: " + countErrors(c) + "; its code was looked at all the same"
	}
	return "the crate does not build: " + countErrors(c)
}

func countErrors(c *cargo.Capture) string {
	n := 0
	for _, d := range c.Diagnostics {
		if d.Level == "error" && len(d.Spans) > 0 {
			n++
		}
	}
	switch n {
	case 0:
		return "see cargo's own words"
	case 1:
		return "1 error"
	}
	return fmt.Sprintf("%d errors", n)
}

// orEmpty makes a list that JSON writes as [], never as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
