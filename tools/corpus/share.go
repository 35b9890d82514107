package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/mir/parse"
)

// share says how much of the MIR text of a crate the parser understood.
type share struct {
	Files      int      `json:"files"`
	Statements int      `json:"statements"`
	Opaque     int      `json:"opaque"`
	Samples    []string `json:"samples"` // the first texts nobody understood
}

// samplesKept bounds the texts per crate.
const samplesKept = 5

// readShare parses the MIR files under dir that were written since a moment: those of the run that began then. A file
// that cannot be read any more does not count.
func readShare(dir string, since time.Time) share {
	var s share
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".mir") {
			return nil
		}
		if info, err := d.Info(); err != nil || info.ModTime().Before(since) {
			return nil
		}
		if text, err := os.ReadFile(path); err == nil {
			s.add(string(text))
		}
		return nil
	})
	return s
}

func (s *share) add(text string) {
	c := parse.Crate("", text)
	s.Files++
	s.Statements += c.Stats.Statements
	s.Opaque += c.Stats.Opaque
	for _, p := range c.Problems {
		if len(s.Samples) < samplesKept {
			s.Samples = append(s.Samples, neutral(p.Text, "\x00"))
		}
	}
}
