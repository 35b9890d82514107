package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/cache"
	"pollux/internal/static"
)

// hashInputs names everything that the tests of the project are made of: this program, the compiler, the bodies that the check read,
// every file of the workspace with Cargo.lock and cargo's configuration, and the variables that cargo and rustc read.
//
// May miss what tests read outside of the workspace, and packages outside of it that only tests depend on.
func (v *verification) hashInputs(check *Result) (string, error) {
	identity := static.Identity(Version)
	if identity == "" || v.plain.engine.CacheDir == "" {
		return "", nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", identity, check.Toolchain, check.Build.InputHash())
	for _, entry := range os.Environ() {
		if strings.HasPrefix(entry, "CARGO_") || strings.HasPrefix(entry, "RUST") {
			fmt.Fprintln(h, entry)
		}
	}
	if err := hashTree(h, v.plain.Root); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hashTree adds the files below root, in order, without what git and cargo make.
func hashTree(h hash.Hash, root string) error {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != root && (d.Name() == ".git" || path == filepath.Join(root, "target") || isTarget(path)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		fmt.Fprintf(h, "%q\n", strings.TrimPrefix(path, root))
		_, err = io.Copy(h, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("hash the sources: %w", err)
	}
	return nil
}

// isTarget reports whether a directory is one that cargo builds in: it marks each as a cache.
func isTarget(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "CACHEDIR.TAG"))
	return err == nil
}

// stageKey names a stage with all that it depends on; empty when answers cannot be kept.
func (v *verification) stageKey(name string, opt any) string {
	if v.input == "" {
		return ""
	}
	req := v.plain.cargoRequest()
	req.Progress = nil
	what := []any{v.input, name, v.opt.Part, req, v.plain.Settings.Levels, fmt.Sprint(v.refs.changes != nil)}
	if e, ok := opt.(ExploreOptions); ok {
		what = append(what, e.Filters, e.Schedules, e.Strategy, e.Depth, e.Phases, e.Seed, e.within, e.names)
	} else {
		what = append(what, opt)
	}
	h := sha256.New()
	if json.NewEncoder(h).Encode(what) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

func (v *verification) keptPath(key string) string {
	return filepath.Join(v.plain.engine.CacheDir, "verify", key+".json")
}

// recall gives the answer of an earlier run for the same inputs, as long as the witnesses that it names are there.
func (v *verification) recall(key string) (*stage, bool) {
	if key == "" || v.opt.Fresh {
		return nil, false
	}
	text, err := os.ReadFile(v.keptPath(key))
	if err != nil {
		return nil, false
	}
	text, ours := cache.Unseal(text)
	if !ours {
		return nil, false
	}
	var s stage
	if json.Unmarshal(text, &s) != nil || !s.Built || !s.Complete {
		return nil, false
	}
	for i := range s.Shown {
		f := &s.Shown[i].Finding
		if f.Witness != "" && !v.plain.there(f.Witness) {
			return nil, false
		}
		s.Shown[i].Touched, s.Shown[i].New = v.touchedByLines(f) // what it is compared with may have moved
	}
	return &s, true
}

func (p *Project) there(file string) bool {
	path := filepath.FromSlash(file)
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.Root, path)
	}
	_, err := os.Stat(path)
	return err == nil
}

// remember keeps a stage that came to its end; a cache that cannot be written costs nothing but time.
func (v *verification) remember(key string, s *stage) {
	if key == "" {
		return
	}
	text, err := json.Marshal(s)
	if err != nil {
		return
	}
	if text, ok := cache.Seal(text); ok {
		_ = cache.WriteFile(v.keptPath(key), text)
	}
}

// text is a file as findings name it.
func (p *Project) text(file string) (string, bool) {
	path := filepath.FromSlash(file)
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.Root, path)
	}
	text, err := os.ReadFile(path)
	return string(text), err == nil
}
