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

// merges divides a run into parts, puts them together in an order drawn by chance, and compares with the whole.
func (d divided) merges(r *rand.Rand, sizes []int, verb ...string) {
	d.t.Helper()
	run := func(extra ...string) []byte {
		return d.pollux(1, append(append(append([]string{}, verb...), extra...), "--format", "json")...)
	}
	whole := result(d.t, run())
	if n := len(whole["findings"].([]any)); n < 4 {
		d.t.Fatalf("%d findings: nothing to compare", n)
	}
	for _, n := range sizes {
		var files []string
		for k := 1; k <= n; k++ {
			files = append(files, filepath.Join(d.t.TempDir(), fmt.Sprintf("%d.json", k)))
			var out, errs bytes.Buffer // what the check suspects is in every part; an exploration may find nothing in one
			if got := cli.Run(withTests(), append(append([]string{"pollux"}, verb...), "--format", "json", "--partition", fmt.Sprintf("%d/%d", k, n)), os.Environ(), strings.NewReader(""), &out, &errs); got != 1 && got != 5 && got != 0 {
				d.t.Fatalf("part %d/%d ended with %d: %s", k, n, got, errs.Bytes())
			}
			if err := os.WriteFile(files[k-1], out.Bytes(), 0o644); err != nil {
				d.t.Fatal(err)
			}
		}
		r.Shuffle(n, func(i, j int) { files[i], files[j] = files[j], files[i] })
		merged := result(d.t, d.pollux(1, append([]string{"merge", "--format", "json"}, files...)...))
		if !reflect.DeepEqual(merged, whole) {
			got, _ := json.MarshalIndent(merged, "", " ")
			want, _ := json.MarshalIndent(whole, "", " ")
			d.t.Fatalf("%v in %d parts:\n%s\nwant\n%s", verb, n, got, want)
		}
	}
}

// divisions are into how many parts a run is divided: 20 different numbers in the heavy form.
func divisions(r *rand.Rand) []int {
	if os.Getenv("POLLUX_HEAVY") == "" {
		return []int{2, 5}
	}
	sizes := r.Perm(25)
	for i := range sizes {
		sizes[i]++
	}
	return sizes[:20]
}

func TestThePartsOfAVerificationMergeIntoTheVerdictOfOneMachine(t *testing.T) {
	d := newDivided(t)
	r := rand.New(rand.NewPCG(1, 20))
	d.merges(r, divisions(r), "verify", "--schedules", "4", d.dir)
}

func TestThePartsOfAnExplorationMergeIntoItsWhole(t *testing.T) {
	d := newDivided(t)
	r := rand.New(rand.NewPCG(2, 20))
	d.merges(r, divisions(r), "explore", "--schedules", "40", "--manifest-path", filepath.Join(d.dir, "Cargo.toml"))
}

func TestAPartOfAnotherVerbOrSearchIsRefused(t *testing.T) {
	d := newDivided(t)
	manifest := filepath.Join(d.dir, "Cargo.toml")
	part := func(name string, args ...string) string {
		path := filepath.Join(t.TempDir(), name)
		var out, errs bytes.Buffer
		if got := cli.Run(withTests(), append([]string{"pollux"}, append(args, "--format", "json")...), os.Environ(), strings.NewReader(""), &out, &errs); got == 3 || got == 70 {
			t.Fatalf("%v: %s", args, errs.Bytes())
		}
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := part("1.json", "explore", "--schedules", "4", "--partition", "1/2", "--manifest-path", manifest)
	for name, args := range map[string][]string{
		"verify": {"verify", "--schedules", "4", "--partition", "2/2", d.dir},
		"seed":   {"explore", "--schedules", "4", "--seed", "9", "--partition", "2/2", "--manifest-path", manifest},
		"filter": {"explore", "--schedules", "4", "--partition", "2/2", "--manifest-path", manifest, "m::"},
	} {
		d.pollux(3, "merge", first, part(name+".json", args...))
	}
	d.pollux(3, "explore", "--partition", "1/2", "--manifest-path", manifest)
	d.pollux(3, "explore", "--partition", "1/2", "--format", "json", "--focus", "src/lib.rs:1", "--manifest-path", manifest)
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
