package main

import (
	"strings"
	"testing"

	"pollux/tools/repo"
)

func TestThePagesAreFresh(t *testing.T) {
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := pages(root)
	if err != nil {
		t.Fatal(err)
	}
	old, err := stale(root, pages)
	if err != nil {
		t.Fatal(err)
	}
	if len(old) > 0 {
		t.Errorf("stale, run go generate ./internal/rules:\n%s", strings.Join(old, "\n"))
	}
}

func TestAGroupWithoutATableIsAnError(t *testing.T) {
	if _, err := fillTables([]byte("<!-- settings report --><!-- end -->")); err == nil {
		t.Error("a page without the table of a group was accepted")
	}
	if _, err := fillTables([]byte("<!-- settings report -->")); err == nil {
		t.Error("a table without an end was accepted")
	}
}
