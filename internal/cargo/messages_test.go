package cargo

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	artifactLine = `{"reason":"compiler-artifact","package_id":"path+file:///d/demo#0.1.0","manifest_path":"/d/demo/Cargo.toml","target":{"kind":["cdylib","rlib"],"crate_types":["cdylib","rlib"],"name":"de-mo","src_path":"/d/demo/src/lib.rs","edition":"2024"},"profile":{"opt_level":"0","test":false},"features":["x"],"filenames":["/t/debug/deps/libde_mo-c37a.rmeta"],"executable":null,"fresh":true}`
	messageLine  = `{"reason":"compiler-message","package_id":"registry+https://example.org/index#far@1.2.3+meta","manifest_path":"/r/far/Cargo.toml","target":{"kind":["lib"],"name":"far","src_path":"/r/far/src/lib.rs","edition":"2021"},"message":{"rendered":"error: x","$message_type":"diagnostic","children":[{"children":[],"code":null,"level":"note","message":"because","rendered":null,"spans":[]}],"level":"error","message":"x","spans":[{"byte_end":1,"byte_start":0,"column_end":9,"column_start":2,"expansion":{"macro_decl_name":"tokio::select!","span":{},"def_site_span":{}},"file_name":"src/lib.rs","is_primary":true,"label":"here","line_end":4,"line_start":3,"text":[{"highlight_end":1,"highlight_start":1,"text":"let x"}]}],"code":{"code":"E0277","explanation":null}}}`
)

func TestAnArtifactBecomesAUnit(t *testing.T) {
	e, ok, err := decodeEvent([]byte(artifactLine))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	want := Unit{
		Package: "demo", Version: "0.1.0", PackageDir: "/d/demo", Member: true, Crate: "de_mo", Kind: "lib", Edition: "2024",
		Features: []string{"x"}, Source: "/d/demo/src/lib.rs", Hash: "c37a", Fresh: true,
	}
	if got := newUnit(e, true); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if stem := stemOf(e.Filenames[0]); stem != "/t/debug/deps/de_mo-c37a" {
		t.Errorf("stem %s", stem)
	}
}

func TestAMessageBecomesADiagnostic(t *testing.T) {
	e, ok, err := decodeEvent([]byte(messageLine))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	got := (&session{workspace: &workspace{}}).diagnostics([]event{e, e})
	want := []Diagnostic{{
		Package: "far", Crate: "far", Target: "lib far", Code: "E0277", Level: "error", Message: "x", Rendered: "error: x",
		Spans:    []DiagnosticSpan{{File: "src/lib.rs", Line: 3, Column: 2, EndLine: 4, EndColumn: 9, Primary: true, Label: "here", Text: []string{"let x"}, Macro: "tokio::select"}},
		Children: []Diagnostic{{Level: "note", Message: "because"}},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestLinesThatAreNotCargosAreNoEvents(t *testing.T) {
	for _, line := range []string{"", "printed by a macro", "[1]", "{}", `{"no":"reason"}`} {
		if e, ok, err := decodeEvent([]byte(line)); ok || err != nil {
			t.Errorf("%q: %+v, %v", line, e, err)
		}
	}
	b := &build{}
	b.take([]byte("{ printed by a macro }"))
	if b.err != nil {
		t.Errorf("a macro's print is an error: %v", b.err)
	}
	b.take([]byte(artifactLine[:100]))
	if b.err == nil {
		t.Error("half an event is none")
	}
}

func TestPackageIDsOfAllFormsAreRead(t *testing.T) {
	for id, want := range map[string]string{
		"path+file:///d/demo#0.1.0":                      "demo 0.1.0",
		"path+file:///d/dir#demo@0.1.0":                  "demo 0.1.0",
		"registry+https://example.org/index#far@1.2.3":   "far 1.2.3",
		"git+https://example.org/far?branch=x#1.0.0":     "far 1.0.0",
		"git+https://example.org/repo?rev=1#far@1.0.0":   "far 1.0.0",
		"demo 0.1.0 (path+file:///d/demo)":               "demo 0.1.0",
		"far 1.2.3 (registry+https://example.org/index)": "far 1.2.3",
	} {
		name, version := packageName(id)
		if got := name + " " + version; got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func TestLinesAreCutAndBounded(t *testing.T) {
	var got []string
	l := &lines{limit: 5, breaks: "\r\n", take: func(b []byte) { got = append(got, string(b)) }}
	for _, p := range []string{"on", "e\rtwo\n", "\n", "too long a line\nfi", "ve!\nend"} {
		_, _ = l.Write([]byte(p))
	}
	l.end()
	if want := []string{"one", "two", "five!", "end"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestProgressIsOneRewrittenLine(t *testing.T) {
	var out strings.Builder
	p := newProgress(&out)
	for _, line := range []string{
		"    Updating $REGISTRY index", "   Compiling demo v0.1.0 (/d)", "    Building [=====>        ] 3/12: tokio, hyper(build.rs)            ",
		"    Building [=====>        ] 3/12: tokio, hyper(build.rs)", "error: could not compile `demo` (lib)", "    Finished `dev` profile",
		"    Building [======>       ] 4/12: " + strings.Repeat("long, ", 40),
	} {
		p.take([]byte(line))
	}
	p.clear()
	want := "\r\x1b[Kupdating $REGISTRY index\r\x1b[Kchecking 3 of 12: tokio, hyper(build.rs)\r\x1b[Kchecking 4 of 12: " +
		strings.Repeat("long, ", 9) + "lon...\r\x1b[K"
	if out.String() != want {
		t.Errorf("%q\nwant %q", out.String(), want)
	}
	if p.kept.String() != "error: could not compile `demo` (lib)\n" {
		t.Errorf("kept %q", p.kept.String())
	}
}

func TestProgressIsQuietWithoutAPlaceToShowIt(t *testing.T) {
	p := newProgress(nil)
	p.take([]byte("    Building [=====>        ] 3/12: tokio"))
	p.clear()
	if p.kept.String() != "" {
		t.Errorf("kept %q", p.kept.String())
	}
}

// FuzzDecodeEvent feeds lines of cargo's JSON through everything that reads them. For a long run:
// go test ./internal/cargo -run '^$' -fuzz FuzzDecodeEvent -fuzztime 30m
func FuzzDecodeEvent(f *testing.F) {
	f.Add(artifactLine + "\n" + messageLine + "\n")
	f.Add(`{"reason":"build-finished","success":true}` + "\n")
	f.Add(`{"reason":"compiler-artifact","filenames":[".rmeta"],"target":{"kind":[]}}`)
	s := &session{workspace: &workspace{}, req: Request{Dependencies: true}, cacheDir: f.TempDir()}
	f.Fuzz(func(t *testing.T, text string) {
		b := &build{}
		l := &lines{limit: 1 << 16, take: b.take}
		_, _ = l.Write([]byte(text))
		l.end()
		for i := range b.artifacts { // no file of the system is read
			for j, name := range b.artifacts[i].Filenames {
				b.artifacts[i].Filenames[j] = s.cacheDir + "/" + strings.Map(plain, name)
			}
		}
		units, lost := s.collect(b)
		if len(units)+len(lost) > len(b.artifacts) {
			t.Error("more units than artifacts")
		}
		first, again := s.diagnostics(b.messages), s.diagnostics(b.messages)
		if !reflect.DeepEqual(first, again) {
			t.Error("two readings differ")
		}
	})
}

func plain(r rune) rune {
	if r == '/' || r == 0 {
		return '_'
	}
	return r
}
