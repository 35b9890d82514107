package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"pollux/internal/cache"
	"pollux/internal/finding"
	"pollux/internal/static"
)

// before are the findings of a check of the state before the change; nil, with the reason, when that could not be checked in full. The
// state is laid out in the cache directory and built into a target directory of its own: cargo gives a package the same names wherever it
// lies, and would take the one for the other.
func (v *verification) before(ctx context.Context) ([]finding.Finding, string, error) {
	path := v.beforePath()
	if kept, ok := readBefore(path); ok && !v.opt.Fresh {
		return kept, "", nil
	}
	left, ok := v.left()
	if !ok {
		return nil, v.spent("before it was checked"), nil
	}
	dir, err := os.MkdirTemp(v.plain.engine.CacheDir, "before-")
	if err != nil {
		return nil, "there is no room to lay it out: " + err.Error(), nil
	}
	defer os.RemoveAll(dir)
	bounded, cancel := v.within(ctx, left)
	defer cancel()
	res, err := v.checkBefore(bounded, dir)
	switch {
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case bounded.Err() != nil:
		return nil, v.spent("while it was checked"), nil
	case err != nil:
		return nil, err.Error(), nil
	case res.Verdict == DoesNotBuild || res.Verdict == Incomplete:
		return nil, fmt.Sprintf("it could not be checked in full (%s)", res.Verdict), nil
	}
	if path != "" {
		if text, err := json.Marshal(res.Findings); err == nil {
			_ = cache.WriteFile(path, text)
		}
	}
	return orEmpty(res.Findings), "", nil
}

// checkBefore lays the state out in dir and checks it with the settings of now.
func (v *verification) checkBefore(ctx context.Context, dir string) (*Result, error) {
	root, err := v.refs.changes.Export(ctx, dir)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	lock := filepath.Join(root, "Cargo.lock")
	if _, err := os.Stat(lock); err != nil { // not under git: the versions of now
		if text, ok := v.plain.text("Cargo.lock"); ok {
			if err := cache.WriteFile(lock, []byte(text)); err != nil {
				return nil, err
			}
		}
	}
	was := *v.plain
	was.Root, was.req.Dir, was.req.ManifestPath = root, root, ""
	was.Settings.TargetDir = filepath.Join(v.targetDir, "before")
	e := *was.engine
	e.CacheDir = "" // nothing of this state is to be remembered as the project's
	was.engine = &e
	return was.Check(ctx)
}

// beforePath names the answer for a commit; empty when answers cannot be kept.
func (v *verification) beforePath() string {
	identity := static.Identity(Version)
	if identity == "" || v.plain.engine.CacheDir == "" {
		return ""
	}
	h := sha256.New()
	s := &v.plain.Settings
	req := v.plain.cargoRequest()
	req.Progress = nil
	if json.NewEncoder(h).Encode([]any{identity, v.refs.changes.Base(), v.plain.Root, req, s.Levels, s.Knowledge}) != nil {
		return ""
	}
	return filepath.Join(v.plain.engine.CacheDir, "verify", "before-"+hex.EncodeToString(h.Sum(nil))[:32]+".json")
}

func readBefore(path string) ([]finding.Finding, bool) {
	text, err := os.ReadFile(path)
	if err != nil || path == "" {
		return nil, false
	}
	var out []finding.Finding
	return out, json.Unmarshal(text, &out) == nil && out != nil
}
