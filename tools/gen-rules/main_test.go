package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/tools/repo"
)

func TestTheListOfRulesIsFresh(t *testing.T) {
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	want, err := registry(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, registryPath))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale; run go generate ./internal/rules", registryPath)
	}
}

// tree writes files below a new module root.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFoldersWithARuleAreListedById(t *testing.T) {
	root := tree(t, map[string]string{
		"internal/rules/zeta/rule.go":      "package zeta\n\nvar Rule = &analysis.Rule{Family: \"x\", ID: \"zeta\"}\n",
		"internal/rules/twowords/rule.go":  "package twowords\n\nvar Rule = &analysis.Rule{\n\tID: \"two-words\",\n}\n",
		"internal/rules/shared/shared.go":  "package shared\n\nvar Rules = 1\n",
		"internal/rules/zeta/rule_test.go": "package zeta\n\nthis is not Go\n",
	})
	got, err := registry(root)
	if err != nil {
		t.Fatal(err)
	}
	first, second := strings.Index(string(got), "twowords.Rule, // two-words"), strings.Index(string(got), "zeta.Rule,")
	if first < 0 || second < first || strings.Contains(string(got), "shared") {
		t.Errorf("got\n%s", got)
	}
}

func TestAFolderMustBeNamedForItsRule(t *testing.T) {
	root := tree(t, map[string]string{
		"internal/rules/other/rule.go": "package other\n\nvar Rule = &analysis.Rule{ID: \"two-words\"}\n",
	})
	if _, err := registry(root); err == nil || !strings.Contains(err.Error(), "want twowords") {
		t.Errorf("got %v", err)
	}
}
