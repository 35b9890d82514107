package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/cli"
	"pollux/internal/engine"
)

// flycheckLine is what rust-analyzer reads of a line: a message of cargo, with the fields that it uses of rustc's diagnostic.
type flycheckLine struct {
	Reason    string `json:"reason"`
	PackageID string `json:"package_id"`
	Target    struct {
		Source string `json:"src_path"`
	} `json:"target"`
	Message flycheckDiagnostic `json:"message"`
	Success *bool              `json:"success"`
}

type flycheckDiagnostic struct {
	Message  string                 `json:"message"`
	Code     *struct{ Code string } `json:"code"`
	Level    string                 `json:"level"`
	Spans    []flycheckSpan         `json:"spans"`
	Children []flycheckDiagnostic   `json:"children"`
	Rendered *string                `json:"rendered"`
}

type flycheckSpan struct {
	File        string                  `json:"file_name"`
	Line        int                     `json:"line_start"`
	Column      int                     `json:"column_start"`
	EndColumn   int                     `json:"column_end"`
	Primary     bool                    `json:"is_primary"`
	Text        []struct{ Text string } `json:"text"`
	Replacement *string                 `json:"suggested_replacement"`
	Applicable  *string                 `json:"suggestion_applicability"`
}

// TestTheEditorGetsWhatCargoWouldSayAndTheFindings holds the lines of --format cargo against the contract of rust-analyzer's flycheck:
// every line parses; a diagnostic has a primary span with its text; rustc's suggestions are there as cargo gives them; the code of a
// finding names pollux and its rule; the build is finished.
func TestTheEditorGetsWhatCargoWouldSayAndTheFindings(t *testing.T) {
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("there is no cargo here")
	}
	t.Setenv("POLLUX_CACHE_DIR", t.TempDir())
	dir := t.TempDir()
	source := "pub async fn sleeps() {\n    let unused = 1;\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n"
	manifest := "[package]\nname = \"edited\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n"
	for name, text := range map[string]string{"Cargo.toml": manifest, "src/lib.rs": source} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cargo := exec.Command("cargo", "check", "--message-format=json", "--target-dir", filepath.Join(dir, "cargo-target"))
	cargo.Dir = dir
	want, err := cargo.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	status := cli.Run(engine.New(), []string{"pollux", "check", dir, "--format", "cargo"}, os.Environ(), strings.NewReader(""), &out, &errs)
	if status != 1 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	lines, theirs := flycheckLines(t, out.Bytes()), flycheckLines(t, want)
	if got, want := suggestions(lines), suggestions(theirs); !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("the quick fixes are %q, cargo's are %q", got, want)
	}
	var codes []string
	for _, l := range lines {
		if l.Reason != "compiler-message" {
			continue
		}
		codes = append(codes, l.Message.Code.Code)
		i := slices.IndexFunc(l.Message.Spans, func(s flycheckSpan) bool { return s.Primary })
		if i < 0 || len(l.Message.Spans[i].Text) == 0 || l.PackageID == "" || l.Message.Rendered == nil || filepath.IsAbs(l.Message.Spans[i].File) {
			t.Errorf("%+v", l)
		}
	}
	if got := strings.Join(codes, " "); got != "unused_variables pollux::blocking-in-async" {
		t.Errorf("the codes are %s", got)
	}
	if last := lines[len(lines)-1]; last.Reason != "build-finished" || last.Success == nil || !*last.Success {
		t.Errorf("the last line is %+v", last)
	}
	if lines[0].PackageID != theirs[0].PackageID {
		t.Errorf("the package is %s, cargo calls it %s", lines[0].PackageID, theirs[0].PackageID)
	}
}

func flycheckLines(t *testing.T, text []byte) []flycheckLine {
	t.Helper()
	var out []flycheckLine
	for line := range bytes.Lines(text) {
		var l flycheckLine
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		out = append(out, l)
	}
	return out
}

// suggestions are the replacements of all diagnostics with what may be done with them.
func suggestions(lines []flycheckLine) []string {
	var out []string
	var visit func(d flycheckDiagnostic)
	visit = func(d flycheckDiagnostic) {
		for _, s := range d.Spans {
			if s.Replacement != nil && s.Applicable != nil {
				out = append(out, *s.Replacement+" "+*s.Applicable)
			}
		}
		for _, c := range d.Children {
			visit(c)
		}
	}
	for _, l := range lines {
		visit(l.Message)
	}
	return out
}
