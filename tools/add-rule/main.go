// Command add-rule starts a new rule: `go run ./tools/add-rule ID` writes its folder with a page, a rule that reports
// nothing, and a fixture that therefore fails, and puts it into the registry.
package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"pollux/tools/repo"
)

//go:embed all:scaffold
var scaffold embed.FS

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./tools/add-rule ID")
		os.Exit(1)
	}
	if err := add(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "add-rule:", err)
		os.Exit(1)
	}
}

func add(id string) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	dir, err := write(root, id)
	if err != nil {
		return err
	}
	for _, tool := range []string{"gen-rules", "gen-docs"} {
		cmd := exec.Command("go", "run", "./tools/"+tool)
		cmd.Dir, cmd.Stdout, cmd.Stderr = root, os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", tool, err)
		}
	}
	fmt.Printf("%s is there, and its test fails:\n  1. write testdata/bad_example.rs and testdata/good_example.rs\n"+
		"  2. write run in rule.go until go test ./%s passes\n  3. write doc.md, then go generate ./internal/rules\n", dir, dir)
	return nil
}

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)+$`)

// write writes the folder of rule id below root and returns its path from there.
func write(root, id string) (string, error) {
	if !kebab.MatchString(id) {
		return "", fmt.Errorf("%q is no rule id: small letters, words joined by dashes, at least two", id)
	}
	pkg := strings.ReplaceAll(id, "-", "")
	dir := filepath.Join("internal", "rules", pkg)
	if _, err := os.Stat(filepath.Join(root, dir)); !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s exists already", dir)
	}
	data := struct{ ID, Package, Title string }{id, pkg, strings.ReplaceAll(id, "-", " ")}
	err := fs.WalkDir(scaffold, "scaffold", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "scaffold/"), ".tmpl")
		return render(path, filepath.Join(root, dir, filepath.FromSlash(name)), data)
	})
	return filepath.ToSlash(dir), err
}

func render(path, target string, data any) error {
	t, err := template.ParseFS(scaffold, path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	f, err := os.Create(target)
	if err != nil {
		return err
	}
	return errors.Join(t.Execute(f, data), f.Close())
}
