package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/tools/repo"
)

func stored(t *testing.T) (string, table, results) {
	t.Helper()
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "tools", "explored")
	tab, err := loadTable(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := loadResults(dir)
	if err != nil {
		t.Fatal(err)
	}
	return root, tab, r
}

func TestThePageIsThatOfTheStoredResults(t *testing.T) {
	root, tab, r := stored(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "explore-corpus.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != renderPage(tab, r) {
		t.Error("docs/explore-corpus.md is stale: run `go run ./tools/explored page`")
	}
}

func TestEveryRowHasItsTestInBothPrograms(t *testing.T) {
	root, tab, _ := stored(t)
	for _, row := range tab.Rows {
		if row.Test == "" {
			continue
		}
		dir := filepath.Join(root, "testdata", "crates", row.Crate)
		parts := strings.Split(row.Test, "::")
		if len(parts) != 3 || !strings.EqualFold(parts[1], row.ID) {
			t.Errorf("%s: the test %s is not named after the row", row.ID, row.Test)
			continue
		}
		holds(t, filepath.Join(dir, "tests", "rows", parts[1]+".rs"), "async fn "+parts[2]+"()")
		holds(t, filepath.Join(dir, "tests", "rows", "mod.rs"), "mod "+parts[1]+";")
		holds(t, filepath.Join(dir, "tests", "buggy.rs"), parts[1]+"::buggy as "+parts[1])
		holds(t, filepath.Join(dir, "tests", "fixed.rs"), parts[1]+"::fixed as "+parts[1])
	}
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	if !strings.Contains(string(text), want) {
		t.Errorf("%s does not hold %q", path, want)
	}
}

func TestResultsAreOfRowsThatExist(t *testing.T) {
	_, tab, r := stored(t)
	known := map[string]bool{}
	for _, row := range tab.Rows {
		known[row.ID] = row.Test != ""
	}
	for _, m := range r.Rows {
		if !known[m.ID] {
			t.Errorf("rows.json has a row %s that rows.toml has not", m.ID)
		}
	}
}

func TestARowWithoutATestSaysWhy(t *testing.T) {
	check := func(want string, r row) {
		t.Helper()
		err := table{Rows: []row{r}}.valid()
		if got := err != nil; got != (want != "") || got && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", r, err, want)
		}
	}
	good := row{ID: "A1", Class: 2, What: "w", Crate: "c", Test: "rows::a1::t", Rule: "stuck-task", Needs: "order"}
	check("", good)
	check("", row{ID: "A1", Class: 2, What: "w", Not: "threads"})
	check("or not", row{ID: "A1", Class: 2, What: "w"})
	without := good
	without.Needs = "luck"
	check("known word", without)
	both := good
	both.Not = "no"
	check("a test and a reason", both)
}

func TestCountsOfSchedulesAreOverTheBasesThatFoundIt(t *testing.T) {
	m := rowResult{First: []int{0, 4, 2, 9, 0}}
	if m.first() != "4 / 9" || m.foundFrom() != 3 {
		t.Errorf("%s from %d", m.first(), m.foundFrom())
	}
}
