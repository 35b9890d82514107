package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/cache"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// remember keeps res, so that a finding can be asked for by its id later. It goes to the user's cache directory, never to
// the project, and a cache that cannot be written costs nothing but this convenience.
func (e *Engine) remember(res *Result) error {
	if e.CacheDir == "" {
		return nil
	}
	text, err := json.Marshal(res)
	if err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	_ = cache.WriteFile(e.lastPath(res.Root, res.Command), text)
	return nil
}

// rememberMore keeps res beside the findings of earlier runs: this one looked at a part only.
func (e *Engine) rememberMore(res *Result) error {
	before, ok := e.readLast(res.Root, res.Command)
	if !ok {
		return e.remember(res)
	}
	all := *res
	all.Findings = slices.Clone(res.Findings)
	for _, f := range before.Findings {
		if !slices.ContainsFunc(all.Findings, func(have finding.Finding) bool { return have.ID == f.ID }) {
			all.Findings = append(all.Findings, f)
		}
	}
	return e.remember(&all)
}

// remembered are the verbs whose last result is kept.
var remembered = []string{"check", "explore", "loom", "sanitize", "miri", "console", "verify"}

// Last returns the results of the last check and the last exploration of the project around dir. There being none is a fault
// of usage.
func (e *Engine) Last(dir string) ([]*Result, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the current directory: %w", err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	for at := abs; ; at = filepath.Dir(at) {
		var all []*Result
		for _, command := range remembered {
			res, ok := e.readLast(at, command)
			if ok && !(command == "verify" && len(all) > 0 && all[0].Command == "check" && all[0].InputHash != res.InputHash) { // else of another state
				all = append(all, res)
			}
		}
		if len(all) > 0 {
			return all, nil
		}
		if at == filepath.Dir(at) {
			return nil, fault.Usagef("no check of this project is on record").Hint("run pollux check first")
		}
	}
}

func (e *Engine) readLast(root, command string) (*Result, bool) {
	text, err := os.ReadFile(e.lastPath(root, command))
	if err != nil || e.CacheDir == "" {
		return nil, false
	}
	var res Result
	if json.Unmarshal(text, &res) != nil || res.Schema != SchemaVersion || res.Root != root {
		return nil, false
	}
	return &res, true
}

func (e *Engine) lastPath(root, command string) string {
	if command != remembered[0] {
		root = command + " " + root
	}
	sum := sha256.Sum256([]byte(root))
	return filepath.Join(e.CacheDir, "last", hex.EncodeToString(sum[:])[:24]+".json")
}

// Finding returns the finding whose id starts with prefix, and the result that holds it; false when none does or several do.
func Finding(results []*Result, prefix string) (res *Result, found *finding.Finding, ok bool) {
	for _, r := range results {
		for i := range r.Findings {
			if !strings.HasPrefix(r.Findings[i].ID, prefix) {
				continue
			}
			if found != nil && found.ID != r.Findings[i].ID {
				return nil, nil, false
			}
			res, found = r, &r.Findings[i]
		}
	}
	return res, found, found != nil
}
