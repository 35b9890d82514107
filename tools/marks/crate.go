package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/analysis/ruletest/mark"
	"pollux/internal/cli"
	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/internal/rules"
)

// crate is a package with its expectations.
type crate struct {
	name, dir string // dir is absolute
	edition   string
	files     []string               // absolute paths, sorted
	marks     map[string][]mark.Mark // by file; of this edition only
	lines     map[string][]string
}

var (
	edition = regexp.MustCompile(`(?m)^edition = "(\d+)"`)
	pathed  = regexp.MustCompile(`(?m)^#\[path = "([^"]+)"\]`)
)

// readCrate reads the sources of a package: those below its folder, and those that they name with `#[path]`.
func readCrate(dir string) (*crate, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c := &crate{name: filepath.Base(abs), dir: abs, edition: "2015", marks: map[string][]mark.Mark{}, lines: map[string][]string{}}
	manifest, err := os.ReadFile(filepath.Join(abs, "Cargo.toml"))
	if err != nil {
		return nil, err
	}
	if m := edition.FindSubmatch(manifest); m != nil {
		c.edition = string(m[1])
	}
	err = filepath.WalkDir(abs, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "target":
			return filepath.SkipDir
		case filepath.Ext(path) == ".rs":
			return c.read(path)
		}
		return nil
	})
	slices.Sort(c.files)
	return c, err
}

func (c *crate) read(path string) error {
	if c.lines[path] != nil {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	c.files = append(c.files, path)
	c.lines[path] = strings.Split(string(text), "\n")
	marks, problems := mark.Read(string(text), ruleIDs())
	for _, p := range problems {
		err = errors.Join(err, fmt.Errorf("%s:%d: %s", path, p.Line, p.Message))
	}
	for _, m := range marks {
		if m.Edition == "" || m.Edition == c.edition {
			c.marks[path] = append(c.marks[path], m)
		}
	}
	for _, m := range pathed.FindAllStringSubmatch(string(text), -1) {
		err = errors.Join(err, c.read(filepath.Join(filepath.Dir(path), m[1])))
	}
	return err
}

func ruleIDs() []string {
	var ids []string
	for _, r := range rules.All() {
		ids = append(ids, r.ID)
	}
	return ids
}

// pollux runs `pollux check` on a crate.
func pollux(dir string) (*engine.Result, error) {
	var stdout, stderr bytes.Buffer
	status := cli.Main([]string{"pollux", "check", "--format", "json", dir}, os.Environ(), strings.NewReader(""), &stdout, &stderr)
	var res engine.Result
	if err := json.Unmarshal(stdout.Bytes(), &res); err != nil {
		return nil, fmt.Errorf("pollux check ended with status %d and no result: %s", status, stderr.String())
	}
	if res.Verdict != engine.Clean && res.Verdict != engine.Findings {
		return nil, fmt.Errorf("pollux check says %s: %v", res.Verdict, res.Unknowns)
	}
	return &res, nil
}

// byFile sorts findings by the absolute path of their file.
func byFile(res *engine.Result) map[string][]finding.Finding {
	out := map[string][]finding.Finding{}
	for _, f := range res.Findings {
		path := f.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(res.Root, path)
		}
		out[filepath.Clean(path)] = append(out[filepath.Clean(path)], f)
	}
	return out
}
