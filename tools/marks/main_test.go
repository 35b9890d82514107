package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/internal/wrapper"
	"pollux/tools/repo"
)

func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	os.Exit(m.Run())
}

// TestTheCratesAreFoundAsMarked is the rate on the corpus of this repository.
func TestTheCratesAreFoundAsMarked(t *testing.T) {
	if os.Getenv("POLLUX_HEAVY") == "" {
		t.Skip("POLLUX_HEAVY=1 checks every crate")
	}
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("cargo is not installed")
	}
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, pattern := range []string{"testdata/crates/*", "examples/*"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, found...)
	}
	var out bytes.Buffer
	agree, err := run(context.Background(), &out, dirs, false, false)
	if err != nil || !agree {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// project writes a package with a source outside of it that it names by path.
func project(t *testing.T, lib string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"p/Cargo.toml": "[package]\nname = \"p\"\nedition = \"2024\"\n",
		"p/src/lib.rs": lib, "outside.rs": "f(); //~2021 dropped-future\ng(); //~2024 dropped-future\n",
		"p/target/x.rs": "//~ dropped-future\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(root, "p")
}

func TestTheMarksOfACrateAreThoseOfItsEditionInAllItsSources(t *testing.T) {
	c, err := readCrate(project(t, "#[path = \"../../outside.rs\"]\nmod outside; //~ sync-guard-across-await\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, path := range c.files {
		for _, m := range c.marks[path] {
			got = append(got, filepath.Base(path)+" "+m.String())
		}
	}
	want := "outside.rs //~2024 dropped-future\nlib.rs //~ sync-guard-across-await"
	if strings.Join(got, "\n") != want {
		t.Errorf("got %q", got)
	}
}

func TestAMisspeltMarkOfACrateIsAnError(t *testing.T) {
	if _, err := readCrate(project(t, "f(); //~ droped-future\n")); err == nil || !strings.Contains(err.Error(), "did you mean `dropped-future`?") {
		t.Errorf("error %v", err)
	}
}

func TestOnlyFindingsAsMarkedAgree(t *testing.T) {
	dir := project(t, "f(); //~ dropped-future\ng();\nh(); //~? dropped-future\n")
	c, err := readCrate(dir)
	if err != nil {
		t.Fatal(err)
	}
	check := func(want string, agree bool, lines ...int) {
		t.Helper()
		res := &engine.Result{Root: dir}
		for _, line := range lines {
			f := finding.Finding{Rule: "dropped-future", Severity: finding.Warning}
			f.File, f.Line = "src/lib.rs", line
			res.Findings = append(res.Findings, f)
		}
		tab := &table{rows: []row{compare(c, res)}}
		text := strings.Join(strings.Fields(strings.Split(tab.text(false), "\n")[3]), " ")
		if text != want || tab.agree() != agree {
			t.Errorf("findings in %v: %q, agree %t", lines, text, tab.agree())
		}
	}
	check("p 1 0 0 1", true, 1)
	check("p 0 1 0 1", false)
	check("p 1 0 1 1", false, 1, 2)
	check("p 1 0 0 0", false, 1, 3)
}

func TestAReportOfALintCountsByTheAwaitsThatItNames(t *testing.T) {
	c, err := readCrate(project(t, "async fn f() {\n    lock();\n    g().await; //~ sync-guard-across-await\n}\nasync fn h() {\n    lock();\n    g().await;\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	lib := filepath.Join(c.dir, "src", "lib.rs")
	check := func(want lintRow, reports ...lintReport) {
		t.Helper()
		if got := judge(c, reports, ""); got != want {
			t.Errorf("%+v: got %+v, want %+v", reports, got, want)
		}
	}
	at := func(lines ...int) (out []place) {
		for _, line := range lines {
			out = append(out, place{lib, line})
		}
		return out
	}
	check(lintRow{marks: 1, missed: 1})
	check(lintRow{marks: 1, hits: 1}, lintReport{places: at(2, 3)})
	check(lintRow{marks: 1, hits: 1, falseAlarms: 1}, lintReport{places: at(2, 3)}, lintReport{places: at(6, 7)})
	check(lintRow{marks: 1, hits: 1}, lintReport{places: at(2), noAwait: true})
	check(lintRow{marks: 1, missed: 1, falseAlarms: 1}, lintReport{places: at(6), noAwait: true})
}

func TestMessagesOfALintAreReadOutsideOfMacrosAndOnce(t *testing.T) {
	message := `{"reason":"compiler-message","message":{"code":{"code":"clippy::await_holding_lock"},"spans":[{"file_name":"src/lib.rs","line_start":2}],` +
		`"children":[{"spans":[{"file_name":"/m.rs","line_start":9,"expansion":{"span":{"file_name":"src/lib.rs","line_start":3}}}]}]}}` + "\n"
	other := `{"reason":"compiler-message","message":{"code":{"code":"dead_code"},"spans":[]}}` + "\n" + `{"reason":"build-finished"}` + "\n"
	got, err := reportsIn("/p", []byte(message+other+message))
	if err != nil || len(got) != 1 || len(got[0].places) != 2 || got[0].places[1] != (place{"/p/src/lib.rs", 3}) {
		t.Errorf("%+v, %v", got, err)
	}
}
