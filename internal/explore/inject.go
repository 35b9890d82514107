package explore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"pollux/internal/explore/rt"
)

// stampFile in a copy names what it was made from. It is written last.
const stampFile = ".pollux-stamp"

// copyPackage makes a changed copy of the package in src at dst, unless the one there was made from the same text by the same
// edits. A copy that is there keeps its times, so that cargo builds it once.
func copyPackage(src, dst string, edits []edit, module bool) error {
	stamp, err := stampOf(src, edits, module)
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(filepath.Join(dst, stampFile)); err == nil && string(have) == stamp {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(dst), 0o777); err != nil {
		return fmt.Errorf("copy tokio: %w", err)
	}
	next, err := os.MkdirTemp(filepath.Dir(dst), ".new-*")
	if err != nil {
		return fmt.Errorf("copy tokio: %w", err)
	}
	defer os.RemoveAll(next)
	if err := fill(next, src, edits, module); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(next, stampFile), []byte(stamp), 0o644); err != nil {
		return fmt.Errorf("copy tokio: %w", err)
	}
	if err := os.RemoveAll(dst); err != nil {
		return fmt.Errorf("copy tokio: %w", err)
	}
	if err := os.Rename(next, dst); err != nil {
		return fmt.Errorf("copy tokio: %w", err)
	}
	return nil
}

func fill(next, src string, edits []edit, module bool) error {
	if err := copyTree(next, src); err != nil {
		return err
	}
	if module {
		if err := writeModule(filepath.Join(next, "src")); err != nil {
			return err
		}
	}
	if err := apply(next, edits); err != nil {
		return err
	}
	return rewriteManifest(filepath.Join(next, "Cargo.toml"), module)
}

// stampOf names the source, the edits and the module.
func stampOf(src string, edits []edit, module bool) (string, error) {
	h := sha256.New()
	manifest, err := os.ReadFile(filepath.Join(src, "Cargo.toml"))
	if err != nil {
		return "", fmt.Errorf("read the locked package: %w", err)
	}
	fmt.Fprintf(h, "%s\n%s\n%+v\n", src, manifest, edits)
	if module {
		err = fs.WalkDir(rt.Files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := rt.Files.ReadFile(name)
			fmt.Fprintf(h, "%s\n%s\n", name, text)
			return err
		})
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// copyTree copies what a build needs: the manifest and the files below src, and files that the source includes.
func copyTree(dst, src string) error {
	err := filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == "tests" || rel == "examples" || rel == "benches" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(dst, rel), 0o777)
		}
		if !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".cargo") || rel == "Cargo.lock" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dst, rel), text, 0o644)
	})
	if err != nil {
		return fmt.Errorf("copy the locked package: %w", err)
	}
	return nil
}

func writeModule(dir string) error {
	if err := os.CopyFS(dir, rt.Files); err != nil {
		return fmt.Errorf("add the module to tokio: %w", err)
	}
	return nil
}

var (
	// targets that the copy has no files for, and lints that a package given by path would print.
	uselessTables = regexp.MustCompile(`(?ms)^(\[\[(test|bench|example)\]\]|\[lints[^\]]*\])\n.*?(^\[|\z)`)
	runtimeOnly   = regexp.MustCompile(`(?m)^rt = \[\]$`)
)

const manifestTail = `
[lints.rust]
warnings = "allow"
unexpected_cfgs = "allow"

[workspace]
`

// rewriteManifest turns on the code behind virtual time, which brings no dependency and leaves the lock file as it is, and
// makes the copy a package of its own. Development dependencies stay: cargo warns when an override has other dependencies.
func rewriteManifest(path string, tokio bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the manifest of the copy: %w", err)
	}
	out, err := manifest(string(text), tokio)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
		return fmt.Errorf("write the manifest of the copy: %w", err)
	}
	return nil
}

func manifest(text string, tokio bool) (string, error) {
	if tokio {
		if len(runtimeOnly.FindAllString(text, 2)) != 1 {
			return "", &anchorError{"turn on virtual time", "the feature `rt` in Cargo.toml is not as it was in the releases pollux knows"}
		}
		text = runtimeOnly.ReplaceAllString(text, `rt = ["test-util"]`)
	}
	for {
		next := uselessTables.ReplaceAllString(text, "$3")
		if next == text {
			return text + manifestTail, nil
		}
		text = next
	}
}
