package wrapper

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// summaryKey names the bodies of a dependency together with all they depend on, so that projects can share a summary.
// It is empty when the source can change without a new version: path dependencies, and what is built on them.
//
// Cargo's own file name suffix stands for package, source, version, features, profile and the dependencies' identity;
// it does not stand for the source behind a path or a git revision, nor for what build scripts said and wrote.
func (c *capture) summaryKey() string {
	env := c.inv.env
	if !c.frozen(c.record.PackageDir) {
		return ""
	}
	parts := []string{
		Format, c.compiler.Verbose, c.record.Package, c.record.Version, c.record.PackageDir,
		c.call.crate, c.call.extra, c.call.edition, c.call.target, strings.Join(c.call.types, ","),
	}
	parts = append(parts, slices.Sorted(slices.Values(c.call.cfgs))...)
	written, err := hashTree(env["OUT_DIR"])
	if err != nil {
		return ""
	}
	parts = append(parts, written)
	for _, file := range slices.Sorted(slices.Values(c.call.externs)) {
		key, ok := c.dependencyKey(file)
		if !ok {
			return ""
		}
		parts = append(parts, key)
	}
	return digest(parts...)
}

// frozen tells whether cargo itself guards the package's source against changes.
func (c *capture) frozen(dir string) bool {
	if dir == "" {
		return false
	}
	if _, err := os.Stat(filepath.Join(dir, ".cargo-checksum.json")); err == nil {
		return true // vendored
	}
	home := c.cargoHome()
	return within(filepath.Join(home, "registry", "src"), dir) || within(filepath.Join(home, "git", "checkouts"), dir)
}

func (c *capture) cargoHome() string {
	if home := c.inv.env["CARGO_HOME"]; home != "" {
		return home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".cargo")
}

// dependencyKey gives the key of an extern: from its record, which its call writes before rustc starts; for a linked
// crate, as a proc macro is, from the list of its source files. What a proc macro is itself built on is taken on trust:
// a patched dependency of a published proc macro may go unnoticed.
func (c *capture) dependencyKey(file string) (string, bool) {
	name := strings.TrimPrefix(filepath.Base(file), "lib")
	stem := filepath.Join(filepath.Dir(file), strings.TrimSuffix(name, filepath.Ext(name)))
	if filepath.Ext(file) == ".rmeta" {
		r, err := ReadRecord(stem)
		return r.key(), err == nil && r.SummaryKey != ""
	}
	return c.linkedKey(stem)
}

func (r *Record) key() string {
	if r == nil {
		return ""
	}
	return r.SummaryKey
}

func (c *capture) linkedKey(stem string) (string, bool) {
	text, err := os.ReadFile(stem + ".d")
	if err != nil {
		return "", false
	}
	parts := []string{filepath.Base(stem)}
	for _, source := range dependencyFiles(string(text)) {
		switch {
		case c.frozen(filepath.Dir(source)):
		case within(c.inv.env[EnvTarget], source): // written by a build script
			t, err := Identify(source)
			if err != nil {
				return "", false
			}
			parts = append(parts, t.Hash)
		default:
			return "", false
		}
	}
	return digest(parts...), true
}

// dependencyFiles reads the prerequisites in a file of make rules as rustc writes it: one line per target, spaces in
// names escaped.
func dependencyFiles(text string) []string {
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		_, list, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(strings.ReplaceAll(list, `\ `, "\x00")) {
			seen[strings.ReplaceAll(name, "\x00", " ")] = true
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// compiledOutput are files of build scripts that rustc cannot read as source; some carry times.
var compiledOutput = map[string]bool{
	".o": true, ".a": true, ".so": true, ".lib": true, ".obj": true, ".dll": true, ".dylib": true, ".d": true, ".rlib": true, ".rmeta": true,
}

// hashTree hashes names and contents of what a build script wrote.
func hashTree(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || compiledOutput[filepath.Ext(path)] {
			return err
		}
		return hashFile(h, dir, path)
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

func hashFile(h io.Writer, dir, path string) error {
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprintf(h, "%d:%s\n", len(rel), rel)
	_, err = io.Copy(h, f)
	return err
}
