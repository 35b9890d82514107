package explore

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// edit is one change of a package's text. It fails rather than guess: its anchor must be found exactly once.
type edit struct {
	why   string   // what the change is for, in the words of a report
	files []string // the first that exists is changed; names differ between releases
	forms []form   // the first whose anchor is found once is used
	// optional edits may find less when they are missing, and never more: what keeps a verdict sound is not optional.
	optional bool
}

// form is one way the anchor is written in some releases.
type form struct {
	anchor  string // text, or a regular expression when pattern is set
	text    string // what stands there afterwards; for patterns $1 is the first group
	pattern bool
}

// anchorError is an edit that does not fit this release.
type anchorError struct {
	why    string
	detail string
}

func (e *anchorError) Error() string { return fmt.Sprintf("%s: %s", e.why, e.detail) }

// apply changes the package in dir.
func apply(dir string, edits []edit) error {
	for _, e := range edits {
		if err := e.apply(dir); err != nil {
			return err
		}
	}
	return nil
}

func (e *edit) apply(dir string) error {
	path, ok := firstFile(dir, e.files)
	if !ok {
		return e.missing("none of " + strings.Join(e.files, ", ") + " is there")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read tokio's source: %w", err)
	}
	changed, ok := e.rewrite(string(text))
	if !ok {
		return e.missing("its place in " + filepath.Base(path) + " is not as it was in the releases pollux knows")
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		return fmt.Errorf("change the copy of tokio: %w", err)
	}
	return nil
}

func (e *edit) missing(detail string) error {
	if e.optional {
		return nil
	}
	return &anchorError{e.why, detail}
}

func firstFile(dir string, names []string) (string, bool) {
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

// rewrite applies the first form that fits.
func (e *edit) rewrite(text string) (string, bool) {
	for _, f := range e.forms {
		if out, ok := f.rewrite(text); ok {
			return out, true
		}
	}
	return text, false
}

func (f *form) rewrite(text string) (string, bool) {
	if !f.pattern {
		if strings.Count(text, f.anchor) != 1 {
			return text, false
		}
		return strings.Replace(text, f.anchor, f.text, 1), true
	}
	anchor := regexp.MustCompile(f.anchor)
	if len(anchor.FindAllStringIndex(text, 2)) != 1 {
		return text, false
	}
	return anchor.ReplaceAllString(text, f.text), true
}
