package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pollux/internal/analysis/ruletest"
	"pollux/internal/finding"
	"pollux/internal/rules"
	"pollux/internal/wrapper"
)

// TestTheProgramsOfThePagesBehaveAsThePagesSay explores the example of each rule of explore as a crate.
func TestTheProgramsOfThePagesBehaveAsThePagesSay(t *testing.T) {
	if os.Getenv("POLLUX_HEAVY") != "1" {
		t.Skip("compiles tokio and runs real tests: set POLLUX_HEAVY=1")
	}
	dir := t.TempDir()
	from := os.DirFS(filepath.Join("..", "..", "testdata", "crates", "explore-bugs"))
	for _, name := range []string{"Cargo.toml", "Cargo.lock"} {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range rules.All() {
		if !r.Explored() {
			continue
		}
		example, instead := ruletest.Page(t, r)
		if got := rulesIn(t, dir, example); !slices.Contains(got, r.ID) {
			t.Errorf("the example of %s gives %v", r.ID, got)
		}
		if got := rulesIn(t, dir, instead); len(got) > 0 {
			t.Errorf("what %s proposes instead gives %v", r.ID, got)
		}
	}
}

// rulesIn are the rules of what is found in the crate in dir with this text.
func rulesIn(t *testing.T, dir, text string) []string {
	t.Helper()
	file := filepath.Join(dir, "src", "lib.rs")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
	e := New()
	e.CacheDir = filepath.Join(dir, "cache")
	p, err := e.Open(t.Context(), Request{Dir: dir, Env: []string{"POLLUX_OFFLINE=true"}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Explore(t.Context(), ExploreOptions{Schedules: 300})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains([]Verdict{Clean, Findings}, res.Verdict) {
		t.Errorf("%s: %+v %v", res.Verdict, res.Unknowns, res.Rendered)
	}
	var ids []string
	for _, f := range res.Findings {
		if f.Severity >= finding.Info && !slices.Contains(ids, f.Rule) {
			ids = append(ids, f.Rule)
		}
	}
	return ids
}

// TestMain lets this test binary be the wrapper of rustc that a build calls.
func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	os.Exit(m.Run())
}
