package coro_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/coro"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
)

// The committed samples: testdata/mir/source says what they are.
const samples = "../../testdata/mir/"

// versions are the compilers whose words the tests read. What is said of a coroutine must not depend on them.
var versions = []string{"1.95", "nightly"}

func sample(t *testing.T, version, name string) *mir.Crate {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(samples, version, name+".mir"))
	if err != nil {
		t.Fatal(err)
	}
	c := parse.Crate(name, string(text))
	if len(c.Problems) > 0 {
		t.Fatalf("%s: %+v", name, c.Problems[0])
	}
	return c
}

// bodies are the lowered coroutines of a sample by the path of their resume function.
func bodies(t *testing.T, version, name string) map[string]*coro.Body {
	t.Helper()
	out := map[string]*coro.Body{}
	for _, b := range coro.Bodies(sample(t, version, name)) {
		out[b.Func.Path] = b
	}
	return out
}

// source are the lines of a sample's source.
func source(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(samples, "source", name+".rs"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}
