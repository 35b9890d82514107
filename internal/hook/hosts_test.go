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
		t.Run(sample, func(t *testing.T) {
			host, event, _ := strings.Cut(sample, ".")
			if e, ok := events[event]; ok {
				event = e
			}
			w := newWorld(t)
			w.hook.Briefing = briefing
			answer := w.call(host + ".start")
			if event != "start" {
				w.hazards(2)
				answer = w.call(sample)
			}
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(answer))
			if err != nil {
				t.Fatalf("the answer is no JSON: %v", err)
			}
			if err := accepted(t, host, event).Validate(value); err != nil {
				t.Errorf("%s\n%v", answer, err)
			}
			if w.errs != "" {
				t.Errorf("standard error says %q", w.errs)
			}
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
