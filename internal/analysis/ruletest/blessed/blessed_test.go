package blessed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStoredTextNamesNoDirectoryOfTheMachineAndKeepsWhatReadersUse(t *testing.T) {
	in := `// WARNING: for people
fn f() -> () {
    let mut _0: ();                      // return place in scope 0 at src/lib.rs:1:1: 1:8
    let _1: {closure@/home/a/.cargo/registry/src/index-0a1b/tokio-1.2.3/src/lib.rs:1:2: 3:4}; // in scope 0 at src/lib.rs:1:1: 1:8

    bb0: {
        _2 = const 1_u32;                // scope 0 at /rustc/0123456789012345678901234567890123456789/library/core/src/x.rs:1:2: 3:4
                                         // mir::ConstOperand
        return;                          // scope 1 at /home/a/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/x.rs:5:6: 7:8
    }
}
// MIR FOR CTFE
`
	want := `fn f() -> () {
    let mut _0: (); // return place in scope 0 at src/lib.rs:1:1: 1:8
    let _1: {closure@$REGISTRY/tokio-1.2.3/src/lib.rs:1:2: 3:4}; // in scope 0 at src/lib.rs:1:1: 1:8

    bb0: {
        _2 = const 1_u32; // scope 0 at $SRC/core/src/x.rs:1:2: 3:4
        return; // scope 1 at $SRC/core/src/x.rs:5:6: 7:8
    }
}
// MIR FOR CTFE
`
	if got := Normalize(in); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if again := Normalize(want); again != want {
		t.Errorf("a second time gives\n%s", again)
	}
}

func TestAReaderGetsAbsolutePathsForWhatIsNotTheFixture(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.rs")
	if err := os.WriteFile(Toolchains[0].File(name), []byte("$REGISTRY/tokio $SRC/core"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := Read(name, Toolchains[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(text) {
		if !filepath.IsAbs(path) {
			t.Errorf("%s is relative, so it would count as the fixture's own", path)
		}
	}
}

func TestTheHeaderSaysHowAFixtureIsCompiled(t *testing.T) {
	check := func(text string, want Header, wrong string) {
		t.Helper()
		got, err := ReadHeader(text)
		if wrong == "" && (err != nil || got != want) || wrong != "" && (err == nil || !strings.Contains(err.Error(), wrong)) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	check("fn f() {}", Header{Edition: "2021"}, "")
	check("//@ edition: 2024\n//@ only: std\nfn f() {}", Header{Edition: "2024", Std: true}, "")
	check("fn f() {}\n//@ edition: 2024", Header{Edition: "2021"}, "")
	check("//@ edition: 2023", Header{}, "edition: 2018|2021|2024")
	check("//@ editon: 2024", Header{}, "did you mean `edition`?")
}
