package hook

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// accepted compiles what a host accepts as an answer to an event, from testdata/answers.
func accepted(t *testing.T, host, event string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	s, err := c.Compile(filepath.Join("testdata", "answers", host+".json") + "#/$defs/" + event)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// events are the kinds of calls by the second half of a sample's name.
var events = map[string]string{"batch": "edit", "shell": "edit", "file": "edit", "cloud": "edit", "subagent": "stop",
	"pascal-edit": "edit", "pascal-stop": "stop", "pascal-start": "start"}

func TestEveryHostIsAnsweredInItsOwnForm(t *testing.T) {
	for _, sample := range Samples() {
		host, event, _ := strings.Cut(sample, ".")
		if e, ok := events[event]; ok {
			event = e
		}
		text, _ := Sample(sample, "/p", "/p/src/lib.rs")
		p, err := readPayload(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		h, err := hostOf(p, "")
		if err != nil {
			t.Fatal(err)
		}
		full := map[string]answer{"edit": {context: "a finding", note: "a note"}, "stop": {block: "a reason", note: "a note"}, "start": {context: "facts"}}
		var out, errs bytes.Buffer
		h.write(&out, &errs, p.event(), full[event])
		fits(t, sample, host, event, out.String())
		if want := h.note == nil && event != "start"; strings.Contains(errs.String(), "a note") != want {
			t.Errorf("%s: standard error says %q", sample, errs.String())
		}
	}
}

// fits asserts that a host accepts an answer.
func fits(t *testing.T, sample, host, event, answer string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(answer))
	if err != nil {
		t.Fatalf("%s: the answer is no JSON: %v", sample, err)
	}
	if err := accepted(t, host, event).Validate(value); err != nil {
		t.Errorf("%s: %s\n%v", sample, answer, err)
	}
}

func TestEveryHostHearsOfItsEditAndIsKeptFromStopping(t *testing.T) {
	for _, host := range Hosts() {
		t.Run(host, func(t *testing.T) {
			w := newWorld(t)
			w.hook.Briefing = briefing
			fits(t, host, host, "start", w.call(host+".start"))
			w.hazards(2)
			fits(t, host, host, "edit", w.call(host+".edit"))
			fits(t, host, host, "stop", w.call(host+".stop"))
		})
	}
}

func TestEveryHostIsRecognised(t *testing.T) {
	sameForm := map[string]string{"codex.start": "claude"} // a session that starts shows nothing of its own
	for _, sample := range Samples() {
		want, _, _ := strings.Cut(sample, ".")
		if form, ok := sameForm[sample]; ok {
			want = form
		}
		text, _ := Sample(sample, "/p", "/p/src/lib.rs")
		p, err := readPayload(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		h, err := hostOf(p, "")
		if err != nil || h.name != want {
			t.Errorf("%s is taken for %s (%v)", sample, h.name, err)
		}
		if named, err := hostOf(p, "gemini"); err != nil || named.name != "gemini" {
			t.Errorf("%s: the name that was given does not count: %s, %v", sample, named.name, err)
		}
	}
}

func TestEveryHostHasItsSamplesAndSchema(t *testing.T) {
	for _, host := range Hosts() {
		for _, event := range []string{"edit", "stop", "start"} {
			if _, ok := Sample(host+"."+event, "", ""); !ok {
				t.Errorf("there is no recorded call %s.%s", host, event)
			}
			accepted(t, host, event)
		}
	}
	files, err := os.ReadDir(filepath.Join("testdata", "answers"))
	if err != nil || len(files) != len(Hosts()) {
		t.Errorf("%d files of answers for %d hosts (%v)", len(files), len(Hosts()), err)
	}
}

func TestFilesAreFoundWhereverHostsNameThem(t *testing.T) {
	check := func(text string, want ...string) {
		t.Helper()
		p, err := readPayload(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		files, named := p.edited()
		if got := strings.Join(files, " "); got != strings.Join(want, " ") || named != (len(want) > 0) {
			t.Errorf("%s: got %q, named %v", text, got, named)
		}
	}
	check(`{"cwd":"/p","tool_input":{"file_path":"/p/a.rs"}}`, "/p/a.rs")
	check(`{"cwd":"/p","tool_input":{"file_path":"a.rs"}}`, "/p/a.rs")
	check(`{"cwd":"/p","toolArgs":"{\"path\":\"a.rs\"}"}`, "/p/a.rs")
	check(`{"cwd":"/p","tool_input":{"files":["a.rs","b.rs"]}}`, "/p/a.rs", "/p/b.rs")
	check(`{"cwd":"/p","tool_input":{"command":"*** Begin Patch\n*** Update File: a.rs\n*** Move to: c.rs\n*** Add File: b d.rs\n"}}`, "/p/a.rs", "/p/b d.rs", "/p/c.rs")
	check(`{"cwd":"/p","tool_calls":[{"tool_input":{"file_path":"a.rs"}},{"tool_input":{"command":"ls"}}]}`, "/p/a.rs")
	check(`{"workspace_roots":["/p"],"file_path":"a.rs"}`, "/p/a.rs")
	check(`{"cwd":"/p","tool_input":{"command":"ls"}}`)
	check(`{"cwd":"/p","tool_input":{"file_path":7}}`)
	check(`{"cwd":"/p"}`)
}
