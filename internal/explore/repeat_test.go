package explore

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/explore/exploretest"
)

func TestAWitnessIsRepeatedAndARunOfAnotherHashIsCounted(t *testing.T) {
	asks := []string{"i", "t3", "b", "t3", "b"}
	for how, rule := range map[string]string{"stuck": ruleStuck, "panic": rulePanic} {
		dir, out := play(t, map[string]exploretest.Test{"fails": {Asks: asks, Fails: []string{"3:t1/3"}, How: how, At: inCode}}, Options{})
		if len(out.Findings) != 1 {
			t.Fatalf("%s: findings %+v", how, out.Findings)
		}
		w := witness(t, dir, out.Findings[0])
		if w.Rule != rule {
			t.Fatalf("the witness is of %s, want %s", w.Rule, rule)
		}
		other := *w
		other.Hash = strings.Repeat("0", len(w.Hash))
		const fresh, shared = 5, 20
		workspace := Scripted(dir, filepath.Join(dir, "target"), programsOf(t, dir, w))
		got, err := Repeat(context.Background(), workspace, []*Witness{w, &other}, fresh, shared)
		if err != nil {
			t.Fatal(err)
		}
		want := Repetition{Runs: fresh + shared, Same: fresh + shared, Fresh: fresh, FreshSame: fresh}
		if rule == ruleStuck {
			want.Runs, want.Same = fresh, fresh // each ends its process
		}
		if got[0] != want {
			t.Errorf("%s: %+v, want %+v", how, got[0], want)
		}
		if got[1].Runs != want.Runs || got[1].Same != 0 || got[1].Different == "" {
			t.Errorf("%s: of another hash: %+v", how, got[1])
		}
	}
}

// programsOf is the test program that play explored.
func programsOf(t *testing.T, dir string, w *Witness) []cargo.Program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []cargo.Program{{Package: w.Package, PackageDir: dir, Member: true, Crate: w.Crate, Kind: w.Kind, Path: exe}}
}
