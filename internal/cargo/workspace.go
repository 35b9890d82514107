package cargo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/cache"
	"pollux/internal/child"
)

// workspace is what `cargo metadata --no-deps` says of the user's workspace.
type workspace struct {
	Root      string
	TargetDir string            // the user's own
	Members   map[string]string // package id to Cargo.toml
	Stamps    []stamp           // of all files that could change the answer
}

// stamp is the state of a file or directory; Size is -1 for one that is not there.
type stamp struct {
	Path    string
	Size    int64
	ModTime int64 // in nanoseconds since 1970
}

func takeStamp(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{Path: path, Size: -1}
	}
	return stamp{Path: path, Size: info.Size(), ModTime: info.ModTime().UnixNano()}
}

// locate finds the workspace around the request's directory, from the cache when nothing relevant has changed.
func (s *session) locate(ctx context.Context) error {
	manifest, err := findManifest(s.dir, s.req.ManifestPath)
	if err != nil {
		return err
	}
	file := filepath.Join(s.cacheDir, "workspaces", s.workspaceKey(manifest)+".json")
	if s.workspace = readWorkspace(file); s.workspace != nil {
		return nil
	}
	if s.workspace, err = s.metadata(ctx); err != nil {
		return err
	}
	s.workspace.Stamps = stamps(s.dir, manifest, s.workspace)
	if data, err := json.Marshal(s.workspace); err == nil {
		_ = cache.WriteFile(file, data) // only a saving
	}
	return nil
}

// workspaceKey names the question that metadata answers.
func (s *session) workspaceKey(manifest string) string {
	parts := []string{s.dir, manifest, s.req.Toolchain}
	for _, name := range []string{"CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "RUSTUP_TOOLCHAIN", "PATH"} {
		value, set := os.LookupEnv(name) // cargo refuses an empty CARGO_TARGET_DIR
		parts = append(parts, fmt.Sprint(set, value))
	}
	return digest(parts...)
}

func readWorkspace(file string) *workspace {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var w workspace
	if json.Unmarshal(data, &w) != nil || w.Root == "" || len(w.Stamps) == 0 {
		return nil
	}
	for _, s := range w.Stamps {
		if takeStamp(s.Path) != s {
			return nil
		}
	}
	return &w
}

// stamps takes the state of everything metadata reads: manifests, cargo's configuration in all directories above, and
// the directories in which another member could appear.
func stamps(dir, manifest string, w *workspace) []stamp {
	paths := map[string]bool{manifest: true}
	for _, m := range w.Members {
		paths[m] = true
		for d := filepath.Dir(m); within(w.Root, d) && d != w.Root; d = filepath.Dir(d) {
			paths[filepath.Dir(d)] = true
		}
	}
	for _, start := range []string{dir, filepath.Dir(manifest)} {
		for d := range ancestors(start) {
			paths[filepath.Join(d, "Cargo.toml")] = true
		}
	}
	for _, c := range configFiles(dir) {
		paths[c] = true
	}
	var out []stamp
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		out = append(out, takeStamp(p))
	}
	return out
}

// ancestors yields dir and all directories above it.
func ancestors(dir string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for yield(dir) && filepath.Dir(dir) != dir {
			dir = filepath.Dir(dir)
		}
	}
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// findManifest gives the Cargo.toml cargo would start from.
func findManifest(dir, given string) (string, error) {
	const op = "find the crate"
	switch info, err := os.Stat(dir); {
	case err != nil:
		return "", &UserError{Kind: NoManifest, Op: op, Message: fmt.Sprintf("there is no directory %s", dir)}
	case !info.IsDir():
		return "", &UserError{
			Kind: NoManifest, Op: op, Message: fmt.Sprintf("%s is a file", dir),
			Hint: "whole packages are checked: name a directory, or the Cargo.toml with --manifest-path",
		}
	}
	if given != "" {
		path := given
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			return "", &UserError{Kind: NoManifest, Op: op, Message: fmt.Sprintf("there is no manifest %s", path)}
		}
		return path, nil
	}
	for d := range ancestors(dir) {
		path := filepath.Join(d, "Cargo.toml")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", &UserError{
		Kind: NoManifest, Op: op, Message: fmt.Sprintf("there is no Cargo.toml in %s or above", dir),
		Hint: "run pollux inside a Rust package, or name its directory",
	}
}

// metadataLimit bounds cargo's description of the workspace, in bytes.
const metadataLimit = 64 << 20

func (s *session) metadata(ctx context.Context) (*workspace, error) {
	text, err := s.ownPackages(ctx)
	if err != nil {
		return nil, err
	}
	return parseMetadata(text)
}

// ownPackages is cargo's description of the workspace's members.
func (s *session) ownPackages(ctx context.Context) ([]byte, error) {
	const op = "read the workspace"
	args := append(s.toolchainArgs(), "metadata", "--no-deps", "--format-version=1")
	args = append(args, s.manifestArgs()...)
	out, errs := &child.Tail{Limit: metadataLimit}, &child.Tail{Limit: stderrLimit}
	err := child.Run(ctx, child.Command{
		Path: s.cargo, Args: args, Dir: s.dir, Env: setEnv(os.Environ(), "CARGO_TERM_COLOR=never"), Stdout: out, Stderr: errs, Group: true,
	})
	if err != nil {
		return nil, s.failure(ctx, op, err, errs.String())
	}
	return out.Bytes(), nil
}

func parseMetadata(data []byte) (*workspace, error) {
	var m struct {
		Packages []struct {
			ID       string `json:"id"`
			Manifest string `json:"manifest_path"`
		} `json:"packages"`
		Members []string `json:"workspace_members"`
		Root    string   `json:"workspace_root"`
		Target  string   `json:"target_directory"`
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read cargo metadata: %w", err)
	}
	w := &workspace{Root: m.Root, TargetDir: m.Target, Members: map[string]string{}}
	for _, p := range m.Packages {
		if slices.Contains(m.Members, p.ID) {
			w.Members[p.ID] = p.Manifest
		}
	}
	return w, nil
}
