package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
	_ = cache.WriteFile(e.lastPath(res.Root), text)
	return nil
}

// Last returns the result of the last check of the project around dir. There being none is a fault of usage.
func (e *Engine) Last(dir string) (*Result, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the current directory: %w", err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	for at := abs; ; at = filepath.Dir(at) {
		if res, ok := e.readLast(at); ok {
			return res, nil
		}
		if at == filepath.Dir(at) {
			return nil, fault.Usagef("no check of this project is on record").Hint("run pollux check first")
		}
	}
}

func (e *Engine) readLast(root string) (*Result, bool) {
	text, err := os.ReadFile(e.lastPath(root))
	if err != nil || e.CacheDir == "" {
		return nil, false
	}
	var res Result
	if json.Unmarshal(text, &res) != nil || res.Schema != SchemaVersion || res.Root != root {
		return nil, false
	}
	return &res, true
}

func (e *Engine) lastPath(root string) string {
	sum := sha256.Sum256([]byte(root))
	return filepath.Join(e.CacheDir, "last", hex.EncodeToString(sum[:])[:24]+".json")
}

// Finding returns the finding of res whose id starts with prefix; false when none does or several do.
func (res *Result) Finding(prefix string) (*finding.Finding, bool) {
	var found *finding.Finding
	for i := range res.Findings {
		if strings.HasPrefix(res.Findings[i].ID, prefix) {
			if found != nil {
				return nil, false
			}
			found = &res.Findings[i]
		}
	}
	return found, found != nil
}
