package main

import (
	"os"
	"path/filepath"
	"testing"

	"pollux/tools/repo"
)

func TestWeakeningEditsAreFoundAndInnocentOnesAreNotReported(t *testing.T) {
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	edits, err := allEdits([]string{filepath.Join(root, "examples", "*"), filepath.Join(root, "testdata", "crates", "*")})
	if err != nil {
		t.Fatal(err)
	}
	s := judge(edits)
	if found, wrong := s.rates(); found < 0.95 || wrong > 0.02 || s.weak < 600 || s.calm < 600 {
		for _, e := range s.wrong {
			t.Log(e.describe())
		}
		t.Errorf("found %.3f of %d weakening edits, reported %.3f of %d innocent ones", found, s.weak, wrong, s.calm)
	}
	for name, row := range s.perOperator {
		if row[2] == 1 && row[1] == 0 {
			t.Errorf("no edit of the operator %q is found", name)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "tools", "weakened", "results.txt")); err != nil {
		t.Error(err)
	}
}
