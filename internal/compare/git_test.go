package compare

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/fault"
	"pollux/internal/finding"
)

// project is a git repository with a crate in a folder of it.
type project struct {
	t         *testing.T
	top, root string
}

func newProject(t *testing.T) *project {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull,
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@localhost", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@localhost",
	} {
		t.Setenv(name, value)
	}
	top := t.TempDir()
	p := &project{t: t, top: top, root: filepath.Join(top, "the crate")}
	p.git("init", "--quiet", "--initial-branch=main")
	return p
}

func (p *project) git(args ...string) string {
	p.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = p.top
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return string(out)
}

// write writes a file of the crate; text is its lines joined by blanks, `_` stands for a blank within a line.
func (p *project) write(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.NewReplacer(" ", "\n", "_", " ").Replace(text)+"\n"), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) commit() {
	p.git("add", "--all")
	p.git("commit", "--quiet", "--message=x")
}

// touched says which of the places are touched since ref: a place is file:line, or file:line+line for a finding with a
// second place.
func (p *project) touched(ref string, places ...string) string {
	p.t.Helper()
	c, err := GitChanges(context.Background(), p.root, ref)
	if err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, place := range places {
		file, numbers, _ := strings.Cut(place, ":")
		first, second, two := strings.Cut(numbers, "+")
		f := finding.Finding{Span: at(file, first)}
		if two {
			f.Because = []finding.Because{{Span: at(file, second)}}
		}
		if c.Touches(&f) {
			out = append(out, place)
		}
	}
	return strings.Join(out, " ")
}

func at(file, line string) finding.Span {
	n := 0
	for _, digit := range line {
		n = 10*n + int(digit-'0')
	}
	return finding.Span{File: file, Line: n, Column: 1, EndLine: n, EndColumn: 2}
}

func TestALineThatDiffersFromHeadTouches(t *testing.T) {
	p := newProject(t)
	p.write("src/a b.rs", "fn_f(){ 2 3 4 5 6 7 8 }")
	p.write("src/same.rs", "1 2 3")
	p.commit()
	p.write("src/a b.rs", "fn_f(){ 2 3 four five 6 7 8 }")
	check := func(want string, places ...string) {
		t.Helper()
		if got := p.touched("", places...); got != want {
			t.Errorf("touched %q, want %q", got, want)
		}
	}
	check("src/a b.rs:4 src/a b.rs:5", "src/a b.rs:3", "src/a b.rs:4", "src/a b.rs:5", "src/a b.rs:6", "src/same.rs:2")
	check("src/a b.rs:2+7", "src/a b.rs:1+2", "src/a b.rs:2+7", "src/a b.rs:6+8")
	p.git("add", "--all")
	check("src/a b.rs:4", "src/a b.rs:4", "src/a b.rs:6")
	p.commit()
	check("", "src/a b.rs:4")
}

func TestADeletionTouchesWhatLiesAroundIt(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "fn_f(){ 2 3 drop 5 6 }")
	p.commit()
	p.write("src/a.rs", "fn_f(){ 2 3 5 6 }")
	got := p.touched("", "src/a.rs:2", "src/a.rs:3", "src/a.rs:4", "src/a.rs:5", "src/a.rs:1+6", "src/a.rs:5+6")
	if want := "src/a.rs:3 src/a.rs:4 src/a.rs:1+6"; got != want {
		t.Errorf("touched %q, want %q", got, want)
	}
}

func TestAnEditOfAnotherFunctionBetweenTwoPlacesDoesNotTouch(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "fn_f(){ 2 3 } fn_g(){ 6 7 } fn_h(){ 10 11 }")
	p.commit()
	p.write("src/a.rs", "fn_f(){ 2 3 } fn_g(){ six 7 } fn_h(){ 10 11 }")
	got := p.touched("", "src/a.rs:2+10", "src/a.rs:5+7", "src/a.rs:10+6")
	if want := "src/a.rs:5+7 src/a.rs:10+6"; got != want {
		t.Errorf("touched %q, want %q", got, want)
	}
}

func TestEveryLineOfAnUntrackedFileTouchesUnlessItIsIgnored(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1")
	p.write("../.gitignore", "ignored.rs")
	p.commit()
	p.write("src/new.rs", "1 2")
	p.write("src/ignored.rs", "1 2")
	if got := p.touched("", "src/new.rs:2", "src/ignored.rs:2", "src/a.rs:1"); got != "src/new.rs:2" {
		t.Errorf("touched %q", got)
	}
}

func TestARenamedFileTouchesWithItsChangedLinesOnly(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1 2 3 4 5 6 7 8 9 10 11 12")
	p.commit()
	p.git("mv", "the crate/src/a.rs", "the crate/src/b.rs")
	p.write("src/b.rs", "1 2 3 4 5 6 7 8 9 ten 11 12")
	if got := p.touched("", "src/b.rs:2", "src/b.rs:10"); got != "src/b.rs:10" {
		t.Errorf("touched %q", got)
	}
}

func TestWithoutACommitEverythingIsNew(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1 2")
	if got := p.touched("", "src/a.rs:2"); got != "src/a.rs:2" {
		t.Errorf("untracked: touched %q", got)
	}
	p.git("add", "--all")
	if got := p.touched("", "src/a.rs:2"); got != "src/a.rs:2" {
		t.Errorf("staged: touched %q", got)
	}
}

func TestSinceComparesWithTheMergeBase(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1 2 3 4 5 6 7")
	p.commit()
	p.git("checkout", "--quiet", "-b", "topic")
	p.write("src/a.rs", "1 two 3 4 5 6 7")
	p.commit()
	p.git("checkout", "--quiet", "main")
	p.write("src/a.rs", "1 2 3 4 5 6 seven")
	p.commit()
	p.git("checkout", "--quiet", "topic")
	p.write("src/a.rs", "1 two 3 four 5 6 7")
	if got := p.touched("main", "src/a.rs:2", "src/a.rs:4", "src/a.rs:7"); got != "src/a.rs:2 src/a.rs:4" {
		t.Errorf("touched %q", got)
	}
}

func TestComparingChangesNothingOfTheRepository(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1 2 3")
	p.write("src/same.rs", "1")
	p.commit()
	if err := os.Remove(filepath.Join(p.root, "src", "same.rs")); err != nil {
		t.Fatal(err)
	}
	p.write("src/a.rs", "1 2 three")
	p.write("src/same.rs", "1") // written again: git would like to note that it is the same
	index := filepath.Join(p.top, ".git", "index")
	before, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	p.touched("HEAD", "src/a.rs:3")
	after, err := os.ReadFile(index)
	if err != nil || string(before) != string(after) {
		t.Errorf("the index was written (%v)", err)
	}
	if got, want := p.git("status", "--porcelain"), " M \"the crate/src/a.rs\"\n"; got != want {
		t.Errorf("status %q, want %q", got, want)
	}
}

func TestThereBeingNothingToCompareWithIsAMistakeOfUsage(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1")
	p.commit()
	check := func(root, ref, want string) {
		t.Helper()
		_, err := GitChanges(context.Background(), root, ref)
		user, ok := fault.As(err)
		if !ok || user.Kind != fault.Usage || !strings.Contains(err.Error(), want) || len(user.Hints) == 0 {
			t.Errorf("%q in %s: got %v, want a fault of usage with %q and a hint", ref, root, err, want)
		}
	}
	check(t.TempDir(), "", "is not in a git repository")
	check(p.root, "absent", "git knows no commit `absent`")
	check(p.root, "--output=x", "git knows no commit `--output=x`")
	p.git("checkout", "--quiet", "--orphan", "other")
	p.write("src/a.rs", "2")
	p.commit()
	check(p.root, "main", "no commit in common")
}

func TestGitRunsTheSameInsideOfAHook(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1 2")
	p.commit()
	p.write("src/a.rs", "1 two")
	t.Chdir(p.top)
	t.Setenv("GIT_DIR", ".git")
	t.Setenv("GIT_INDEX_FILE", ".git/index")
	t.Setenv("GIT_WORK_TREE", ".")
	if got := p.touched("", "src/a.rs:1", "src/a.rs:2"); got != "src/a.rs:2" {
		t.Errorf("touched %q", got)
	}
}

func TestTheRootKnowsItsPathInTheRepository(t *testing.T) {
	p := newProject(t)
	p.write("src/a.rs", "1")
	check := func(root, want string) {
		t.Helper()
		if got := RepositoryPath(context.Background(), root); got != want {
			t.Errorf("%s: %q, want %q", root, got, want)
		}
	}
	check(p.top, "")
	check(p.root, "the crate")
	check(filepath.Join(p.root, "src"), "the crate/src")
	check(t.TempDir(), "")
}
