package wrapper

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// captured runs one capture of a small library with the compiler and gives the status and what cargo heard.
func captured(t *testing.T, compiler, dir, source string) (code int, heard string) {
	t.Helper()
	src := filepath.Join(dir, "lib.rs")
	if err := os.WriteFile(src, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--crate-name", "demo", "--edition=2021", src, "--error-format=json", "--json=artifacts", "--crate-type", "lib",
		"--emit=dep-info,metadata", "-C", "extra-filename=-1", "--out-dir", dir,
	}
	env := append(os.Environ(), EnvCache+"="+filepath.Join(dir, "cache"), EnvTarget+"="+dir)
	var out bytes.Buffer
	c := newCapture(invocation{rustc: compiler, args: args, env: parseEnvironment(env), member: true}, parseCall(args), env)
	c.out = &out
	return c.run(), out.String()
}

func TestACaptureFallsBackCallByCall(t *testing.T) {
	t.Parallel()
	actual := rustc(t)
	for _, tc := range []struct {
		name, script string // what stands in front of the real compiler
		code         int
		state        State
		remedy       Remedy
	}{
		{"a good compiler", "", 0, Done, OneCall},
		{"no attribute", "case \"$*\" in *crate-attr*) exit 1;; esac", 0, Done, TwoCalls},
		{"the attribute fails for this crate only", "case \"$*\" in *demo*crate-attr*) echo '{\"$message_type\":\"diagnostic\",\"level\":\"error\",\"message\":\"no\"}' >&2; exit 1;; esac", 0, Done, TwoCalls},
		{"no MIR at all for this crate", "case \"$*\" in *demo*emit=mir*) echo 'error: never' >&2; exit 1;; esac", 0, Failed, TwoCalls},
		{"a full disk for MIR", "case \"$*\" in *demo*emit=mir*) echo 'error: No space left on device' >&2; exit 1;; esac", 0, "", ""},
		{"nothing works", "case \"$*\" in *demo*) exit 7;; esac", 7, Broken, ""},
		{"no version", "case \"$*\" in -vV) exit 1;; esac", 0, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			compiler := script(t, filepath.Join(t.TempDir(), "rustc"), tc.script+"\nexec '"+actual+"' \"$@\"")
			code, heard := captured(t, compiler, dir, "fn unused() {}\npub fn f() {}\n")
			if code != tc.code {
				t.Errorf("status %d, want %d", code, tc.code)
			}
			if n := strings.Count(heard, `"code":"dead_code"`); code == 0 && n != 1 {
				t.Errorf("the warning came %d times: %s", n, heard)
			}
			if n := strings.Count(heard, ".rmeta\""); code == 0 && n != 1 {
				t.Errorf("the metadata was announced %d times", n)
			}
			r, err := ReadRecord(filepath.Join(dir, "demo-1"))
			if tc.state == "" {
				if err == nil {
					t.Errorf("there is a record: %+v", r)
				}
				return
			}
			if err != nil || r.State != tc.state || r.Remedy != tc.remedy {
				t.Errorf("record %+v, %v; want %s by %s", r, err, tc.state, tc.remedy)
			}
			if text := r.Text.Intact(TextPath(filepath.Join(dir, "demo-1"))); text != (tc.state == Done) {
				t.Errorf("MIR text there: %t", text)
			}
		})
	}
}
