package compare

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/fault"
	"pollux/internal/finding"
)

var everything = Scope{
	Package: func(string) bool { return true },
	Rule:    func(string) bool { return true },
}

// found makes findings from ids; the package is the first letter.
func found(ids ...string) []finding.Finding {
	var out []finding.Finding
	for _, id := range ids {
		out = append(out, finding.Finding{ID: id, Rule: "rule", Package: id[:1], Message: "message of " + id})
	}
	return out
}

func (b *Baseline) ids() string {
	var out []string
	for _, a := range b.Accepted {
		out = append(out, a.ID)
	}
	return strings.Join(out, " ")
}

func TestABaselineHoldsWhatWasFoundInAnOrderOfItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baseline.json")
	if err := (*Baseline)(nil).Update(found("b2", "a1", "b1"), everything).Write(path); err != nil {
		t.Fatal(err)
	}
	first, _ := os.ReadFile(path)
	b, err := ReadBaseline(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.ids(); got != "a1 b1 b2" {
		t.Errorf("holds %q", got)
	}
	if !b.Has(&found("b1")[0]) || b.Has(&found("b3")[0]) {
		t.Error("Has does not tell what is held")
	}
	if err := b.Update(found("a1", "b1", "b2"), everything).Write(path); err != nil {
		t.Fatal(err)
	}
	if second, _ := os.ReadFile(path); string(first) != string(second) {
		t.Errorf("the same findings give another file:\n%s\n%s", first, second)
	}
}

func TestWhatARunDidNotLookAtStaysAccepted(t *testing.T) {
	b := (*Baseline)(nil).Update(found("a1", "a2", "b1"), everything)
	onlyA := Scope{Package: func(p string) bool { return p == "a" }, Rule: everything.Rule}
	if got := b.Update(found("a3"), onlyA).ids(); got != "a3 b1" {
		t.Errorf("holds %q, want the new finding of a and the old one of b", got)
	}
	if got := b.Fixed(found("a2"), onlyA); got != 1 {
		t.Errorf("%d fixed, want 1: a1, but not b1", got)
	}
	noRule := Scope{Package: everything.Package, Rule: func(string) bool { return false }}
	if got := b.Fixed(nil, noRule); got != 0 {
		t.Errorf("%d fixed although no rule ran", got)
	}
}

func TestAnUnreadableBaselineIsAMistakeOfUsage(t *testing.T) {
	dir := t.TempDir()
	check := func(name, text, want string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if text != "" {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := ReadBaseline(path)
		if user, ok := fault.As(err); !ok || user.Kind != fault.Usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want a fault of usage with %q", name, err, want)
		}
		if IsAbsent(err) != (text == "") {
			t.Errorf("%s: IsAbsent is %v", name, IsAbsent(err))
		}
	}
	check("absent.json", "", "there is no baseline")
	check("text.json", "hello", "is not a baseline")
	check("other.json", `{"schema":"pollux-baseline/9"}`, "this pollux reads")
}
