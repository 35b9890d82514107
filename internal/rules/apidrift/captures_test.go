package apidrift

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/rust"
)

var update = flag.Bool("update", false, "write the golden files")

// snippets are written against these versions, those of testdata/crate.
var snippets = []string{
	"tokio 1.54.1", "tokio-util 0.7.20", "tokio-stream 0.1.19", "futures 0.3.34", "futures-util 0.3.34", "hyper 1.12.0", "hyper-util 0.1.21",
	"http-body-util 0.1.5", "http 1.5.0", "bytes 1.12.2", "axum 0.8.9", "axum-extra 0.12.6", "tonic 0.14.9", "tower 0.5.3", "tower-http 0.7.1",
	"reqwest 0.13.5", "async-std 1.13.2", "smol 2.0.2", "rand 0.10.4", "tracing 0.1.44", "tracing-subscriber 0.3.23", "async-trait 0.1.92",
	"async-channel 2.5.0", "flume 0.11.1", "sqlx 0.8.6",
}

// homes stand for the files of libraries that rustc's notes point into: the type whose impl is there.
var homes = map[string]string{
	"runtime/builder.rs": "impl Builder", "runtime/runtime.rs": "impl Runtime", "extract/ws.rs": "enum Message", "middleware/from_fn.rs": "struct Next",
}

func TestEveryCaptureIsExplainedAsItsGoldenTextSays(t *testing.T) {
	for folder, least := range map[string]int{"rustc-1.95.0": 60, "nightly": 25} {
		files, err := filepath.Glob(filepath.Join("testdata", "captures", folder, "*.json"))
		if err != nil || len(files) < least {
			t.Fatalf("only %d captures of %s, %v", len(files), folder, err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".json")
			t.Run(folder+"/"+name, func(t *testing.T) { checkCapture(t, name, readCapture(t, file)) })
		}
	}
}

// checkCapture compares the findings, for errors in either order, with the golden text, which all compilers share. Sources of libraries
// are not there, so what needs them is not found here.
func checkCapture(t *testing.T, name string, diags []cargo.Diagnostic) {
	t.Helper()
	got := explained(diags)
	slices.Reverse(diags)
	if again := explained(diags); again != got {
		t.Errorf("the findings depend on the order of the errors:\n%s\n---\n%s", got, again)
	}
	golden := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func explained(diags []cargo.Diagnostic) string {
	root := filepath.Join("testdata", "crate")
	found := Explain(Input{Root: root, Diagnostics: diags, Graph: cargo.NewGraph("stale", snippets...), Source: func(path string) *rust.Source {
		for file, item := range homes {
			if strings.HasPrefix(path, "/registry/") && strings.HasSuffix(path, file) {
				return rust.NewSource(path, item+" {"+strings.Repeat("\n", 3000)+"}")
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		return rust.NewSource(path, string(text))
	}})
	var b strings.Builder
	done := map[int]bool{}
	for _, f := range found {
		fmt.Fprintf(&b, "%s:%d:%d: %s\n  label %s\n  fix %s\n", f.File, f.Line, f.Column, f.Message, f.Label, f.Fix)
		for _, why := range f.Because {
			fmt.Fprintf(&b, "  because %d:%d %s\n", why.Line, why.Column, why.Message)
		}
		for _, e := range f.Edits {
			fmt.Fprintf(&b, "  edit %d:%d-%d:%d %q\n", e.Line, e.Column, e.EndLine, e.EndColumn, e.Text)
		}
		for _, i := range f.Errors {
			done[i] = true
		}
	}
	fmt.Fprintf(&b, "%d of %d errors\n", len(done), len(diags))
	return b.String()
}

func readCapture(t *testing.T, file string) []cargo.Diagnostic {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var diags []cargo.Diagnostic
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "$REGISTRY", "/registry")), &diags); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return diags
}
