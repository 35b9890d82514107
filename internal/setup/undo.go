package setup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"pollux/internal/cache"
)

// record is what was there before pollux wrote, for each file, and what pollux wrote. It lies in the user's cache directory; when it
// is gone, what is pollux's is taken out of the files as they are.
type record map[string]recorded

type recorded struct {
	Before []byte `json:"before"` // null: there was no file
	After  string `json:"after"`  // hash of what was written
}

func recordPath(cacheDir, dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(cacheDir, "init", hex.EncodeToString(sum[:])[:24]+".json")
}

func readRecord(cacheDir, dir string) record {
	rec := record{}
	text, err := os.ReadFile(recordPath(cacheDir, dir))
	if err != nil || cacheDir == "" || json.Unmarshal(text, &rec) != nil {
		return record{}
	}
	return rec
}

func (r record) write(cacheDir, dir string) {
	text, err := json.Marshal(r)
	if err == nil && cacheDir != "" {
		_ = cache.WriteFile(recordPath(cacheDir, dir), text) // undo then takes out what is pollux's
	}
}

// note remembers a change. A second change of a file that nobody else has touched goes back to the text before the first.
func (r record) note(c Change) {
	before := c.Before
	if old, ok := r[c.Path]; ok && old.After == hashOf(c.Before) {
		before = old.Before
	}
	if c.After == nil {
		delete(r, c.Path)
		return
	}
	r[c.Path] = recorded{before, hashOf(c.After)}
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Undo plans to take everything back: files that are as pollux left them get their text of before, byte for byte; from others
// what is pollux's is taken out.
func Undo(dir, cacheDir string) (*Plan, error) {
	p := &Plan{Dir: dir}
	rec := readRecord(cacheDir, dir)
	done := map[string]bool{}
	for _, f := range files {
		if done[f.path] {
			continue
		}
		done[f.path] = true
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.path)))
		if err != nil {
			continue // there is nothing to take back
		}
		if old, ok := rec[f.path]; ok && old.After == hashOf(text) {
			p.Changes = append(p.Changes, Change{f.path, text, old.Before})
			continue
		}
		after, err := takenOut(f.path, text)
		if err != nil {
			p.Notes = append(p.Notes, fmt.Sprintf("%s is left as it is: %v", f.path, err))
			continue
		}
		if !bytes.Equal(text, after) {
			p.Changes = append(p.Changes, Change{f.path, text, after})
		}
	}
	return p, nil
}

// takenOut is a file without what any part of pollux put into it; nil when nothing is left of it.
func takenOut(path string, text []byte) ([]byte, error) {
	for _, f := range files {
		if f.path != path || text == nil {
			continue
		}
		var err error
		if text, err = f.remove(text); err != nil {
			return nil, err
		}
	}
	return text, nil
}
