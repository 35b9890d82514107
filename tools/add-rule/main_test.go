package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestANewRuleIsAWholeFolderThatParses(t *testing.T) {
	root := t.TempDir()
	dir, err := write(root, "lost-wake-up")
	if err != nil {
		t.Fatal(err)
	}
	if dir != "internal/rules/lostwakeup" {
		t.Errorf("the folder is %s", dir)
	}
	for _, name := range []string{"rule.go", "rule_test.go"} {
		if _, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, dir, name), nil, parser.AllErrors); err != nil {
			t.Error(err)
		}
	}
	fixture, err := os.ReadFile(filepath.Join(root, dir, "testdata", "bad_example.rs"))
	if err != nil || !strings.Contains(string(fixture), "//~ lost-wake-up") {
		t.Errorf("the fixture has no mark that fails: %q, %v", fixture, err)
	}
	if _, err := write(root, "lost-wake-up"); err == nil {
		t.Error("an existing rule was written over")
	}
}

func TestAnIdIsKebabCaseOfTwoWords(t *testing.T) {
	for _, id := range []string{"", "one", "Two-Words", "two_words", "-a-b", "a--b", "../x-y"} {
		if _, err := write(t.TempDir(), id); err == nil {
			t.Errorf("%q was accepted", id)
		}
	}
}
