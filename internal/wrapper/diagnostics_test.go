package wrapper

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

const (
	warning  = `{"$message_type":"diagnostic","message":"unused","code":null,"level":"warning","spans":[],"children":[{"message":"x","level":"error","code":null,"spans":[],"children":[]}]}` + "\n"
	failure  = `{"$message_type":"diagnostic","message":"mismatched types","code":{"code":"E0308"},"level":"error","spans":[]}` + "\n"
	ice      = `{"$message_type":"diagnostic","message":"boom","code":null,"level":"error: internal compiler error","spans":[]}` + "\n"
	metadata = `{"$message_type":"artifact","artifact":"/t/deps/libdemo-1.rmeta","emit":"metadata"}` + "\n"
	depInfo  = `{"$message_type":"artifact","artifact":"/t/deps/demo-1.d","emit":"dep-info"}` + "\n"
)

func TestDiagnosticsWaitForTheEndOfTheCall(t *testing.T) {
	for _, tc := range []struct {
		name, input     string
		before, after   string // what cargo has heard before and after release
		failed, stopped bool
	}{
		{"a good call", depInfo + warning + metadata, metadata, metadata + depInfo + warning, false, false},
		{"metadata twice", metadata + metadata, metadata, metadata, false, false},
		{"an error", warning + failure + warning, "", "", true, true},
		{"a crash of the compiler", ice, "", "", true, true},
		{"text that is no JSON", "thread panicked\n", "", "thread panicked\n", false, false},
		{"a last line without an end", strings.TrimSuffix(warning, "\n"), "", warning, false, false},
	} {
		for _, chunk := range []int{1, 7, 1 << 20} {
			var out bytes.Buffer
			stops := 0
			d := &diagnostics{out: &out, stop: func() { stops++ }}
			for in := []byte(tc.input); len(in) > 0; in = in[min(chunk, len(in)):] {
				if _, err := d.Write(in[:min(chunk, len(in))]); err != nil {
					t.Fatal(err)
				}
			}
			d.finish()
			if out.String() != tc.before || d.failed != tc.failed || (stops == 1) != tc.stopped {
				t.Errorf("%s: heard %q, failed %t, stopped %d times", tc.name, out.String(), d.failed, stops)
			}
			d.release()
			if out.String() != tc.after {
				t.Errorf("%s: heard %q after release", tc.name, out.String())
			}
		}
	}
}

func TestAPlainCallAfterMetadataSendsItOnlyOnce(t *testing.T) {
	var out bytes.Buffer
	d := &diagnostics{out: &out, through: true, metadataSent: true}
	_, _ = d.Write([]byte(metadata + warning + failure))
	if out.String() != warning+failure {
		t.Errorf("heard %q", out.String())
	}
}

func TestTooManyDiagnosticsEndTheCapture(t *testing.T) {
	d := &diagnostics{out: &bytes.Buffer{}, stop: func() {}}
	line := []byte(strings.Repeat("x", 1<<20) + "\n")
	for range heldLimit>>20 + 1 {
		_, _ = d.Write(line)
	}
	if !d.failed || d.held.Len() != 0 {
		t.Errorf("failed %t, holding %d bytes", d.failed, d.held.Len())
	}
}

func FuzzDiagnostics(f *testing.F) {
	f.Add([]byte(depInfo+warning+metadata+failure), 5)
	f.Fuzz(func(t *testing.T, input []byte, cut int) {
		var out bytes.Buffer
		d := &diagnostics{out: &out}
		at := max(0, min(cut, len(input)))
		_, _ = d.Write(input[:at])
		_, _ = d.Write(input[at:])
		d.finish()
		d.release()
		if d.failed && d.held.Len() != 0 {
			t.Error("a failed call still holds diagnostics")
		}
	})
}

func TestOnlyLintsRefuse(t *testing.T) {
	const lint = `{"$message_type":"diagnostic","level":"error","message":"unused","code":{"code":"dead_code"}}` + "\n"
	const closing = `{"$message_type":"diagnostic","level":"error","message":"aborting due to 1 previous error","code":null}` + "\n"
	const typed = `{"$message_type":"diagnostic","level":"error","message":"moved","code":{"code":"E0382"}}` + "\n"
	const syntax = `{"$message_type":"diagnostic","level":"error","message":"expected one of","code":null}` + "\n"
	const warning = `{"$message_type":"diagnostic","level":"warning","message":"unused","code":{"code":"dead_code"}}` + "\n"
	for heard, want := range map[string]bool{
		lint + closing: true, warning + lint: true, warning: false, "": false, typed + closing: false, lint + typed: false,
		lint + syntax: false, lint + `{"$message_type":"diagnostic","level":"error: internal compiler error","message":"","code":null}` + "\n": false,
	} {
		r := &refusal{out: io.Discard}
		for _, b := range []byte(heard) {
			_, _ = r.Write([]byte{b})
		}
		if r.onlyLints() != want {
			t.Errorf("%s: %t, want %t", heard, !want, want)
		}
	}
}
