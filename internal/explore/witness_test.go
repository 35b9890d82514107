package explore

import (
	"reflect"
	"strings"
	"testing"

	"pollux/internal/cargo"
)

func sample() *Witness {
	w := &Witness{
		Pollux: "0.1.0", Toolchain: "rustc 1.95.0 (59807616e 2026-04-14)", Tokio: "1.54.1", Root: "/home/a b/project",
		Build:   buildOf(cargo.Request{Features: []string{"a", "b"}, AllFeatures: true, Target: "x86_64-unknown-linux-gnu"}, &cargo.Scratch{File: "/tmp/a b.rs", Inside: true, Module: "pool::idle"}),
		Package: "demo", Crate: "schedules", Kind: "test", Test: "a::lock_order", Rule: ruleStuck,
		Failure: "panic at a\\b.rs:3: \"two\nlines\"\t", Phase: PhaseTime, Seed: 1 << 63, Hash: "00ff00ff00ff00ff",
	}
	for range 3 * wordsPerLine / 2 {
		w.Decisions = append(w.Decisions, "t1/3", "b2")
	}
	return w
}

func TestAWitnessIsPrintedAndReadAgain(t *testing.T) {
	for _, w := range []*Witness{sample(), {Test: "t", Root: "/r", Crate: "c"}} {
		got, err := ParseWitness(w.String())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, w) {
			t.Errorf("got  %+v\nwant %+v\nfrom\n%s", got, w, w)
		}
	}
}

func TestAFileThatIsNoWitnessIsAnError(t *testing.T) {
	good := sample().String()
	check := func(name, text string) {
		t.Helper()
		if w, err := ParseWitness(text); err == nil {
			t.Errorf("%s was read as %+v", name, w)
		}
	}
	check("nothing", "")
	check("another head", strings.Replace(good, witnessHead, "pollux witness 2", 1))
	check("an unknown line", strings.Replace(good, "rule ", "ruel ", 1))
	check("a line twice", strings.Replace(good, "rule ", "rule x\nrule ", 1))
	check("an unknown phase", strings.Replace(good, " time\n", " night\n", 1))
	check("a seed in words", strings.Replace(good, "9223372036854775808", "many", 1))
	check("a decision out of range", strings.Replace(good, "t1/3", "t3/3", 1))
	check("an unknown question", strings.Replace(good, "b2", "z2", 1))
	check("no test", strings.Replace(good, "a::lock_order", "", 1))
}

func TestTheNameOfAWitnessIsAFileName(t *testing.T) {
	w := sample()
	w.Test = "a/../../b::<é>" + strings.Repeat("x", 400)
	if name := w.name(); strings.ContainsAny(name, "/<>:") || len(name) > 200 {
		t.Errorf("name %q", name)
	}
}

func TestAWitnessAsksForTheSameBuild(t *testing.T) {
	req := cargo.Request{Packages: []string{"p"}, NoDefaultFeatures: true, Test: []string{"x"}, Profile: "ci", Toolchain: "1.90.0", Dir: "/home/a b/project"}
	w := sample()
	w.Build = buildOf(req, nil)
	if got := w.Request(); !reflect.DeepEqual(got, req) {
		t.Errorf("got  %+v\nwant %+v", got, req)
	}
}

func FuzzWitness(f *testing.F) {
	f.Add(sample().String())
	f.Add(witnessHead + "\nroot /\ncrate c\ntest t\nbuild {}\ndecisions\nt0/1 b0 i0 s1/2")
	f.Fuzz(func(t *testing.T, text string) {
		w, err := ParseWitness(text)
		if err != nil {
			return
		}
		again, err := ParseWitness(w.String())
		if err != nil {
			t.Fatalf("what was printed cannot be read: %v\n%s", err, w)
		}
		if again.String() != w.String() {
			t.Errorf("printed twice:\n%s\n%s", w, again)
		}
	})
}
