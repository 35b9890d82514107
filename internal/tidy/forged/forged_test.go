package forged_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pollux/internal/wrapper"
)

// fakeEnv makes this test binary play cargo or rustc: the JSON of a fake.
const fakeEnv = "POLLUX_TEST_FAKE"

// fake is what a program does that stands in cargo's or rustc's place. ROOT, TARGET and RMETA stand for paths in its texts.
type fake struct {
	Metadata string // what `cargo metadata` prints
	Check    string // what `cargo check` prints
	Version  string // what `rustc -vV` prints
	Exit     int
	Kill     bool // it ends by a signal
	Sleep    bool
	Files    map[string]string // written below the target directory
}

const (
	goodMetadata = `{"packages":[{"id":"path+file://ROOT#demo@0.1.0","name":"demo","version":"0.1.0","manifest_path":"ROOT/Cargo.toml","targets":[]}],"workspace_members":["path+file://ROOT#demo@0.1.0"],"workspace_root":"ROOT","target_directory":"ROOT/target","version":1}`
	artifact     = `{"reason":"compiler-artifact","package_id":"path+file://ROOT#demo@0.1.0","manifest_path":"ROOT/Cargo.toml","target":{"kind":["lib"],"crate_types":["lib"],"name":"demo","src_path":"ROOT/src/lib.rs","edition":"2021","doc":true,"doctest":true,"test":true},"profile":{"opt_level":"0","debuginfo":2,"debug_assertions":true,"overflow_checks":true,"test":false},"features":[],"filenames":["RMETA"],"executable":null,"fresh":true}`
	finished     = `{"reason":"build-finished","success":true}`
	rustcSays    = "rustc 1.95.0 (000000000 2026-01-01)\nbinary: rustc\nrelease: 1.95.0\n"
	forgedMIR    = "fn f() -> () {\n    let mut _0: ();\n\n    bb0: {\n        return;\n    }\n}\n"
)

// playFake is the fake program.
func playFake(args []string) int {
	var f fake
	if err := json.Unmarshal([]byte(os.Getenv(fakeEnv)), &f); err != nil {
		return 9
	}
	root, _ := os.Getwd()
	target := filepath.Join(root, "target", "pollux")
	for i, a := range args {
		if a == "--target-dir" && i+1 < len(args) {
			target = args[i+1]
		}
	}
	stem := filepath.Join(target, "debug", "deps", "demo-0123456789abcdef")
	words := strings.NewReplacer("ROOT", root, "TARGET", target, "RMETA", wrapper.MetadataPath(stem))
	verb := strings.Join(args, " ")
	switch {
	case strings.HasPrefix(verb, "-vV"):
		fmt.Print(f.Version)
		return 0
	case strings.Contains(verb, "metadata"):
		fmt.Print(words.Replace(f.Metadata))
		return 0
	}
	for name, text := range f.Files {
		path := filepath.Join(target, "debug", "deps", name)
		if os.MkdirAll(filepath.Dir(path), 0o755) != nil || os.WriteFile(path, []byte(words.Replace(text)), 0o600) != nil {
			return 9
		}
	}
	fmt.Print(words.Replace(f.Check))
	if f.Sleep {
		time.Sleep(time.Hour)
	}
	if f.Kill {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	return f.Exit
}

// record is a record of a unit as somebody would write it by hand.
func record(edit func(map[string]any)) string {
	sum := sha256.Sum256([]byte(forgedMIR))
	r := map[string]any{
		"Format": wrapper.Format, "State": "done", "Rustc": "rustc 1.95.0", "Crate": "demo", "Types": []string{"lib"}, "Source": "src/lib.rs", "Dir": "ROOT",
		"Package": "demo", "Version": "0.1.0", "PackageDir": "ROOT", "Member": true, "Remedy": "one-call",
		"Text": map[string]any{"Size": len(forgedMIR), "ModTime": 0, "Hash": fmt.Sprintf("%x", sum)},
	}
	if edit != nil {
		edit(r)
	}
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(text)
}

const (
	rmetaName  = "libdemo-0123456789abcdef.rmeta"
	recordName = "demo-0123456789abcdef.pollux.json"
	mirName    = "demo-0123456789abcdef.mir"
	memoName   = "demo-0123456789abcdef.static.json"
)

func unit(rec, mir string) map[string]string {
	return map[string]string{rmetaName: "rmeta", recordName: rec, mirName: mir}
}

// fakes are attempts with programs in cargo's and rustc's place.
func fakes() map[string]fake {
	all := map[string]fake{}
	add := func(name string, f fake) {
		if f.Metadata == "" {
			f.Metadata = goodMetadata
		}
		if f.Version == "" {
			f.Version = rustcSays
		}
		all[name] = f
	}
	lines := func(l ...string) string { return strings.Join(l, "\n") + "\n" }
	for exit, word := range map[int]string{0: "success", 1: "failure", 101: "cargo's failure"} {
		add("cargo says nothing, "+word, fake{Exit: exit})
		add("cargo says it is finished and compiled nothing, "+word, fake{Check: lines(finished), Exit: exit})
		add("cargo names a unit that is not there, "+word, fake{Check: lines(artifact, finished), Exit: exit})
		add("cargo leaves metadata without a record, "+word, fake{Check: lines(artifact, finished), Files: map[string]string{rmetaName: "x"}, Exit: exit})
		add("a record by hand, "+word, fake{Check: lines(artifact, finished), Files: unit(record(nil), forgedMIR), Exit: exit})
	}
	add("cargo prints a line for people", fake{Check: "    Finished `dev` profile in 0.01s\n"})
	add("cargo's output is cut in a line", fake{Check: artifact[:200]})
	add("cargo's output is cut before the end", fake{Check: lines(artifact)})
	add("cargo's end is cut", fake{Check: lines(artifact) + finished[:20]})
	add("cargo prints JSON that is no message", fake{Check: lines(`{}`, `[]`, `null`, finished)})
	add("cargo prints bytes", fake{Check: "\x00\xff\xfe\n" + finished + "\n"})
	add("cargo is killed at once", fake{Kill: true})
	add("cargo is killed after a unit", fake{Check: lines(artifact), Kill: true})
	add("cargo is killed after its end", fake{Check: lines(artifact, finished), Kill: true})
	add("cargo says failure in words and success by status", fake{Check: lines(`{"reason":"build-finished","success":false}`)})
	add("cargo says both", fake{Check: lines(`{"reason":"build-finished","success":false}`, finished)})
	add("cargo names another package", fake{Check: lines(strings.ReplaceAll(artifact, "#demo@", "#other@"), finished)})
	add("cargo names a file elsewhere", fake{Check: lines(strings.ReplaceAll(artifact, "RMETA", "/dev/null"), finished)})
	add("cargo names no file", fake{Check: lines(strings.ReplaceAll(artifact, `"RMETA"`, ""), finished)})
	add("cargo names a library that was linked only", fake{Check: lines(strings.ReplaceAll(artifact, ".rmeta", ".rlib"), finished)})
	add("the workspace has no members", fake{Metadata: `{"packages":[],"workspace_members":[],"workspace_root":"ROOT","target_directory":"ROOT/target","version":1}`, Check: lines(finished)})
	add("the description of the workspace is empty", fake{Metadata: "{}"})
	add("the description of the workspace is cut", fake{Metadata: goodMetadata[:80]})
	add("the description of the workspace is another's", fake{Metadata: strings.ReplaceAll(goodMetadata, "ROOT", "ROOT/elsewhere"), Check: lines(finished)})
	add("rustc says nothing", fake{Check: lines(artifact, finished), Version: "\n"})
	for name, edit := range map[string]func(map[string]any){
		"wrong hash":          func(r map[string]any) { r["Text"].(map[string]any)["Hash"] = strings.Repeat("0", 64) },
		"no hash":             func(r map[string]any) { r["Text"].(map[string]any)["Hash"] = "" },
		"wrong size":          func(r map[string]any) { r["Text"].(map[string]any)["Size"] = 1 },
		"no text":             func(r map[string]any) { delete(r, "Text") },
		"summary":             func(r map[string]any) { r["State"] = "summary" },
		"running":             func(r map[string]any) { r["State"] = "running" },
		"broken":              func(r map[string]any) { r["State"] = "broken" },
		"failed":              func(r map[string]any) { r["State"] = "failed" },
		"an unknown state":    func(r map[string]any) { r["State"] = "verified" },
		"another format":      func(r map[string]any) { r["Format"] = "0" },
		"no member":           func(r map[string]any) { r["Member"] = false },
		"a key of a summary":  func(r map[string]any) { r["State"], r["SummaryKey"] = "summary", "00" },
		"sources of its own":  func(r map[string]any) { r["Sources"] = strings.Repeat("0", 64) },
		"the words of a seal": func(r map[string]any) { r["Sealed"] = true },
	} {
		add("a record by hand: "+name, fake{Check: lines(artifact, finished), Files: unit(record(edit), forgedMIR)})
	}
	for name, rec := range map[string]string{
		"empty": "", "cut": record(nil)[:60], "with a seal of zeros": record(nil) + "\n" + strings.Repeat("0", 64), "with a line behind it": record(nil) + "\n", "a list": "[]",
	} {
		add("a record by hand: "+name, fake{Check: lines(artifact, finished), Files: unit(rec, forgedMIR)})
	}
	for name, mir := range map[string]string{"empty": "", "other words": "verified\n", "cut": forgedMIR[:30]} {
		sum := sha256.Sum256([]byte(mir))
		rec := record(func(r map[string]any) {
			r["Text"] = map[string]any{"Size": len(mir), "ModTime": 0, "Hash": fmt.Sprintf("%x", sum)}
		})
		add("MIR by hand: "+name, fake{Check: lines(artifact, finished), Files: unit(rec, mir)})
	}
	memo := unit(record(nil), forgedMIR)
	memo[memoName] = `{"Key":"","Findings":null,"Unknowns":null}`
	add("an answer by hand beside a record by hand", fake{Check: lines(artifact, finished), Files: memo})
	return all
}

// clean reports whether an answer says that all is well.
func cleanAnswer(out string, err error) bool {
	return err == nil || strings.Contains(out, "clean:") || strings.Contains(out, `"verdict": "clean"`) || strings.Contains(out, `"verdict":"clean"`)
}

// pollux runs a program of this binary in dir.
func polluxIn(t *testing.T, dir string, env []string, program string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env = dir, append(append(os.Environ(), "POLLUX_CACHE_DIR="+filepath.Join(filepath.Dir(dir), "cache"), "GIT_CONFIG_GLOBAL="+os.DevNull), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// crate is a project in a directory of its own, so that its cache lies beside it.
func crate(t *testing.T, files map[string]string) string {
	t.Helper()
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(base, "demo")
	write(t, dir, "Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	for name, text := range files {
		write(t, dir, name, text)
	}
	return dir
}

func TestAForgedBuildIsNeverClean(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range fakes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := crate(t, map[string]string{"src/lib.rs": "pub fn f() {}\n"})
			bin := filepath.Join(filepath.Dir(dir), "bin")
			if err := os.MkdirAll(bin, 0o755); err != nil {
				t.Fatal(err)
			}
			for _, program := range []string{"cargo", "rustc"} {
				if err := os.Symlink(self, filepath.Join(bin, program)); err != nil {
					t.Skip("no symbolic links here")
				}
			}
			text, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			env := []string{fakeEnv + "=" + string(text), "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "RUSTC="}
			if out, err := polluxIn(t, dir, env[:2], "pollux", "check"); cleanAnswer(out, err) {
				t.Errorf("it is called clean:\n%s", out)
			}
		})
	}
	if n := len(fakes()) + len(tricks) + len(forgeries); n < 100 {
		t.Errorf("only %d attempts", n)
	}
}

// trick is a change of a project after which a check of the change must not be clean.
type trick struct {
	name  string
	files map[string]string
	git   [][]string // run after the files are written
	since string     // HEAD when empty
}

const aTest = "#[test]\nfn it_arrives() {\n    assert_eq!(relay::send(1), 1);\n}\n"

func ignored() string { return strings.Replace(aTest, "#[test]", "#[test]\n#[ignore]", 1) }

// tricks weaken a check and try to keep it from being seen.
var tricks = []trick{
	{name: "ignored", files: map[string]string{"tests/a.rs": ignored()}},
	{name: "fail-on raised with it", files: map[string]string{"tests/a.rs": ignored(), "pollux.toml": "fail-on = \"error\"\n[levels]\ncheck-weakened = \"warn\"\n"}},
	{name: "the rule allowed with it", files: map[string]string{"tests/a.rs": ignored(), "pollux.toml": "[levels]\ncheck-weakened = \"allow\"\n"}},
	{name: "another rule alone", files: map[string]string{"tests/a.rs": ignored(), "pollux.toml": "rule = [\"dropped-future\"]\n"}},
	{name: "accepted by itself", files: map[string]string{"tests/a.rs": ignored(), "pollux.toml": "[[weakening]]\nfile = \"tests/*\"\nreason = \"fine\"\n"}},
	{name: "a baseline with it", files: map[string]string{"tests/a.rs": ignored(), "pollux.toml": "baseline = \"b.json\"\n", "b.json": `{"schema":"pollux-baseline/1","accepted":[]}`}},
	{name: "allowed in a comment", files: map[string]string{"tests/a.rs": "// pollux: allow(check-weakened) fine\n" + ignored()}},
	{name: "assume-unchanged", files: map[string]string{"tests/a.rs": ignored()}, git: [][]string{{"update-index", "--assume-unchanged", "tests/a.rs"}}},
	{name: "skip-worktree", files: map[string]string{"tests/a.rs": ignored()}, git: [][]string{{"update-index", "--skip-worktree", "tests/a.rs"}}},
	{name: "no diff by attributes", files: map[string]string{"tests/a.rs": ignored(), ".gitattributes": "*.rs -diff\n"}},
	{name: "binary by attributes", files: map[string]string{"tests/a.rs": ignored(), ".gitattributes": "*.rs binary\n"}},
	{name: "a diff program of its own", files: map[string]string{"tests/a.rs": ignored(), ".gitattributes": "*.rs diff=none\n"}, git: [][]string{{"config", "diff.none.command", "true"}}},
	{name: "an external diff", files: map[string]string{"tests/a.rs": ignored()}, git: [][]string{{"config", "diff.external", "true"}}},
	{name: "a text conversion", files: map[string]string{"tests/a.rs": ignored(), ".gitattributes": "*.rs diff=none\n"}, git: [][]string{{"config", "diff.none.textconv", "true"}}},
	{name: "staged", files: map[string]string{"tests/a.rs": ignored()}, git: [][]string{{"add", "-A"}}},
	{name: "committed", files: map[string]string{"tests/a.rs": ignored()}, git: [][]string{{"commit", "-qam", "x"}}, since: "start"},
	{name: "committed in two steps", files: map[string]string{"tests/a.rs": ignored()}, git: [][]string{{"commit", "-qam", "x"}, {"commit", "-q", "--allow-empty", "-m", "y"}}, since: "start"},
	{name: "the commit replaced", files: map[string]string{"tests/a.rs": ignored()}, git: [][]string{{"commit", "-qam", "x"}, {"replace", "-f", "start", "HEAD"}}, since: "start"},
	{name: "moved and ignored", files: map[string]string{"tests/b.rs": ignored()}, git: [][]string{{"rm", "-qf", "tests/a.rs"}, {"add", "-A"}}},
	{name: "deleted", git: [][]string{{"rm", "-q", "tests/a.rs"}}},
	{name: "deleted, not staged", git: [][]string{{"rm", "-q", "tests/a.rs"}, {"reset", "-q"}}},
	{name: "emptied", files: map[string]string{"tests/a.rs": "#[test]\nfn it_arrives() {}\n"}},
	{name: "the whole file empty", files: map[string]string{"tests/a.rs": ""}},
	{name: "a file that is never compiled", files: map[string]string{"tests/a.rs": "#![cfg(any())]\n" + aTest}},
	{name: "never true", files: map[string]string{"tests/a.rs": "#[cfg(all(unix, windows))]\n" + aTest}},
	{name: "a macro around it", files: map[string]string{"tests/a.rs": "macro_rules! drop_all { ($($t:tt)*) => {} }\n" + strings.Replace(aTest, "assert_eq!(relay::send(1), 1);", "", 1)}},
	{name: "tests switched off", files: map[string]string{"Cargo.toml": "[package]\nname = \"demo\"\nautotests = false\n"}},
	{name: "CI lets it pass", files: map[string]string{".github/workflows/ci.yml": "on: push\njobs:\n  t:\n    steps:\n      - run: cargo test || true\n"}},
	{name: "CI goes", git: [][]string{{"rm", "-q", ".github/workflows/ci.yml"}}},
	{name: "the hook goes", files: map[string]string{".claude/settings.json": "{}"}},
	{name: "lints capped", files: map[string]string{".cargo/config.toml": "[build]\nrustflags = [\"--cap-lints=allow\"]\n"}},
	{name: "another compiler", files: map[string]string{".cargo/config.toml": "[build]\nrustc = \"/tmp/rustc\"\n"}},
}

func TestATrickWithTheChangeIsNeverClean(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for _, trick := range tricks {
		t.Run(trick.name, func(t *testing.T) {
			t.Parallel()
			dir := crate(t, map[string]string{
				"build.json": `{"Capture": {"Success": true, "Units": [{"Package": "demo", "Member": true, "Kind": "lib", "MIR": "x"}]}, "Static": {"Units": 1}}`,
				"src/lib.rs": "pub fn send(n: u8) -> u8 { n }\n", "tests/a.rs": aTest,
				".github/workflows/ci.yml": "on: push\njobs:\n  t:\n    steps:\n      - run: cargo test\n",
				".claude/settings.json":    `{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"pollux hook"}]}]}}`,
			})
			git := func(args ...string) {
				t.Helper()
				if out, err := polluxIn(t, dir, nil, "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@localhost"}, args...)...); err != nil {
					t.Fatalf("git %v: %v\n%s", args, err, out)
				}
			}
			git("init", "-q")
			git("add", "-A")
			git("commit", "-qm", "start")
			git("tag", "start")
			since := []string{"check", "--changed"}
			if trick.since != "" {
				since = []string{"check", "--since", trick.since}
			}
			if out, err := polluxIn(t, dir, nil, "pollux-played", since...); err != nil {
				t.Fatalf("it is not clean before: %s", out)
			}
			for name, text := range trick.files {
				write(t, dir, name, text)
			}
			for _, args := range trick.git {
				git(args...)
			}
			if out, err := polluxIn(t, dir, nil, "pollux-played", since...); cleanAnswer(out, err) {
				t.Errorf("it is called clean:\n%s", out)
			}
		})
	}
}

// forgery edits what a check of a crate with a hazard has left, or what the next check finds around it. The next check must not be clean.
type forgery struct {
	name string
	do   func(t *testing.T, dir string)
	env  []string
}

const hazardous = "use std::sync::Mutex;\npub async fn f(m: &Mutex<u8>) {\n    let g = m.lock().unwrap();\n    std::future::ready(()).await;\n    drop(g);\n}\n"

// kept edits every file below the target directory whose name ends so. Times stay as they were.
func kept(suffix string, edit func(text string) string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		n := 0
		err := filepath.WalkDir(filepath.Join(dir, "target"), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, suffix) {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n++
			if err := os.WriteFile(path, []byte(edit(string(text))), 0o600); err != nil {
				return err
			}
			return os.Chtimes(path, info.ModTime(), info.ModTime())
		})
		if err != nil || n == 0 {
			t.Fatalf("%d files end with %s: %v", n, suffix, err)
		}
	}
}

func always(text string) func(string) string { return func(string) string { return text } }

func cut(s string) string { return s[:len(s)/2] }

var forgeries = []forgery{
	{name: "the kept answer without its findings", do: kept(".static.json", func(s string) string {
		return strings.Replace(s, `"Findings":[`, `"Findings":[],"x":[`, 1)
	})},
	{name: "the kept answer empty", do: kept(".static.json", always("{}"))},
	{name: "the kept answer cut", do: kept(".static.json", cut)},
	{name: "MIR without code and as long", do: kept(".mir", func(s string) string { return strings.Repeat("\n", len(s)) })},
	{name: "MIR without locks and as long", do: kept(".mir", func(s string) string { return strings.ReplaceAll(s, "MutexGuard", "MutexPuard") })},
	{name: "MIR empty", do: kept(".mir", always(""))},
	{name: "the record says summary", do: kept(".pollux.json", func(s string) string { return strings.Replace(s, `"done"`, `"summary"`, 1) })},
	{name: "the record of other MIR", do: func(t *testing.T, dir string) {
		kept(".mir", always(forgedMIR))(t, dir)
		kept(".pollux.json", always(record(nil)))(t, dir)
	}},
	{name: "the record cut", do: kept(".pollux.json", cut)},
	{name: "metadata empty", do: kept(".rmeta", always(""))},
	{name: "all answers swapped for a good crate's source with an old time", do: func(t *testing.T, dir string) {
		// the crate was good when it was compiled, and is not any more; its time says it never changed
		path := filepath.Join(dir, "src", "lib.rs")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, "src/lib.rs", "pub fn f() {}\n")
		if err := os.Chtimes(path, info.ModTime(), time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if out, err := polluxIn(t, dir, nil, "pollux", "check"); err != nil {
			t.Fatal(out)
		}
		write(t, dir, "src/lib.rs", hazardous)
		old := time.Now().Add(-24 * time.Hour)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}},
	{name: "RUSTFLAGS that allow all", env: []string{"RUSTFLAGS=--cap-lints=allow"}},
	{name: "a wrapper that does nothing", env: []string{"RUSTC_WRAPPER=true"}},
	{name: "a workspace wrapper that does nothing", env: []string{"RUSTC_WORKSPACE_WRAPPER=true"}},
	{name: "a rustc that does nothing", env: []string{"RUSTC=true"}},
	{name: "a wrapper in the configuration", do: func(t *testing.T, dir string) {
		t.Helper()
		write(t, dir, ".cargo/config.toml", "[build]\nrustc-wrapper = \"true\"\n")
	}},
}

func TestAForgedCacheIsNeverClean(t *testing.T) {
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("cargo is not installed")
	}
	for i, forgery := range forgeries {
		if i > 4 && os.Getenv("POLLUX_HEAVY") == "" {
			break
		}
		t.Run(forgery.name, func(t *testing.T) {
			dir := crate(t, map[string]string{"src/lib.rs": hazardous})
			if out, err := polluxIn(t, dir, nil, "pollux", "check"); err == nil || !strings.Contains(out, "sync-guard-across-await") {
				t.Fatalf("the hazard is not found: %v\n%s", err, out)
			}
			if forgery.do != nil {
				forgery.do(t, dir)
			} else {
				write(t, dir, "src/lib.rs", hazardous+"\n")
			}
			if out, err := polluxIn(t, dir, forgery.env, "pollux", "check"); cleanAnswer(out, err) {
				t.Errorf("it is called clean:\n%s", out)
			}
		})
	}
}
