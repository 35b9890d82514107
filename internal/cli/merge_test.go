package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pollux/internal/cli"
	"pollux/internal/explore/exploretest"
)

// divided is a project with many tests, some of which fail, that is verified whole and in parts.
type divided struct {
	t   *testing.T
	dir string
}

func newDivided(t *testing.T) divided {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := divided{t, root}
	t.Setenv("POLLUX_CACHE_DIR", filepath.Join(t.TempDir(), "cache"))
	d.write("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\n")
	source := ""
	for n := range 12 {
		source += fmt.Sprintf("async fn f%d() { one.lock().await; }\n", n)
	}
	d.write("src/lib.rs", source)
	d.write("tests/schedules.rs", "// the tests\n")
	var found []string
	for line := 1; line <= 12; line += 2 {
		found = append(found, fmt.Sprintf(`{"rule": "sync-guard-across-await", "severity": "warning", "file": "src/lib.rs", "line": %d, "column": 31, "end_line": %d, "end_column": 36,
			"function": "f%d", "package": "demo", "message": "the guard is held"}`, line, line, line-1))
	}
	d.write("build.json", `{"Capture": {"Toolchain": "rustc 1.95.0", "Success": true, "Units": [{"Package": "demo", "Member": true, "Crate": "demo", "Kind": "lib", "MIR": "x"}]},
		"Static": {"Units": 1, "Findings": [`+strings.Join(found, ",")+`]}}`)
	tests := map[string]exploretest.Test{"broken": {Always: "fails no database"}}
	for n := range 11 {
		at := fmt.Sprintf("src/lib.rs:%d:31 demo::f%d", n+1, n)
		test := exploretest.Test{Asks: []string{"t2", "b"}, Waits: []string{at}}
		if n%3 == 0 {
			test.Asks, test.Fails, test.How, test.At = []string{"i", "t2", "b"}, []string{"2:b1"}, "stuck", at
		}
		tests[fmt.Sprintf("m::test_%d", n)] = test
	}
	if err := exploretest.Write(filepath.Join(root, "program.json"), tests); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d divided) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// pollux runs a verb in this process.
func (d divided) pollux(want int, args ...string) []byte {
	d.t.Helper()
	var out, errs bytes.Buffer
	if got := cli.Run(withTests(), append([]string{"pollux"}, args...), os.Environ(), strings.NewReader(""), &out, &errs); got != want {
		d.t.Fatalf("pollux %v ended with %d, want %d\n%s\n%s", args, got, want, out.Bytes(), errs.Bytes())
	}
	return out.Bytes()
}

func (d divided) verify(want int, extra ...string) []byte {
	d.t.Helper()
	return d.pollux(want, append([]string{"verify", "--format", "json", "--schedules", "4", d.dir}, extra...)...)
}

// result is an answer without what only a part has.
func result(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	delete(out, "partition")
	return out
}

func TestThePartsOfAVerificationMergeIntoTheVerdictOfOneMachine(t *testing.T) {
	d := newDivided(t)
	whole := result(t, d.verify(1))
	if n := len(whole["findings"].([]any)); n < 6 {
		t.Fatalf("%d findings: nothing to compare", n)
	}
	r := rand.New(rand.NewPCG(1, 20))
	sizes := []int{2, 5}
	if os.Getenv("POLLUX_HEAVY") != "" {
		sizes = r.Perm(22)[:20]
	}
	for _, n := range sizes {
		n = max(n, 2)
		var files []string
		for k := 1; k <= n; k++ {
			files = append(files, filepath.Join(t.TempDir(), fmt.Sprintf("%d.json", k)))
			want := 1 // what the check suspects is in every part
			if err := os.WriteFile(files[k-1], d.verify(want, "--partition", fmt.Sprintf("%d/%d", k, n)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r.Shuffle(n, func(i, j int) { files[i], files[j] = files[j], files[i] })
		merged := result(t, d.pollux(1, append([]string{"merge", "--format", "json"}, files...)...))
		if !reflect.DeepEqual(merged, whole) {
			got, _ := json.MarshalIndent(merged, "", " ")
			want, _ := json.MarshalIndent(whole, "", " ")
			t.Fatalf("%d parts:\n%s\nwant\n%s", n, got, want)
		}
	}
}

func TestAMissingOrForeignPartIsNeverAWhole(t *testing.T) {
	d := newDivided(t)
	var files []string
	for k := 1; k <= 3; k++ {
		files = append(files, filepath.Join(t.TempDir(), "part.json"))
		if err := os.WriteFile(files[k-1], d.verify(1, "--partition", fmt.Sprintf("%d/3", k)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	into := t.TempDir()
	for leave := range files {
		kept := append(append([]string{}, files[:leave]...), files[leave+1:]...)
		out := d.pollux(1, append([]string{"merge", "--format", "json", "--witnesses", into}, kept...)...)
		if !bytes.Contains(out, fmt.Appendf(nil, "part %d/3 is missing", leave+1)) {
			t.Errorf("without part %d: %s", leave+1, out)
		}
		for _, rung := range result(t, out)["rungs"].([]any) {
			if rung := rung.(map[string]any); rung["name"] == "explore" && rung["status"] != "unknown" {
				t.Errorf("without part %d: %v", leave+1, rung)
			}
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(into, "*.txt")); len(kept) == 0 {
		t.Error("no witness was written")
	}
	d.pollux(3, "merge", files[0], files[0], files[1], files[2])
	d.pollux(3, "merge")
	d.pollux(3, "merge", filepath.Join(d.dir, "Cargo.toml"))
	d.write("src/lib.rs", "async fn other() {}\n")
	other := filepath.Join(t.TempDir(), "other.json")
	if err := os.WriteFile(other, d.verify(1, "--partition", "3/3"), 0o644); err != nil {
		t.Fatal(err)
	}
	d.pollux(3, "merge", files[0], files[1], other)
}
