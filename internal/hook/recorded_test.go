package hook

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorded are calls that the real programs made: Claude Code 2.1.197, Gemini CLI 0.61.0 and Codex 0.169.0, each driven through one
// session by a server on loopback that played the model. Paths are replaced; nothing else is.
func recorded(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "recorded", "*.json"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d calls, %v", len(files), err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".json")] = strings.NewReplacer("$DIR", "/p", "$HOME", "/home").Replace(string(text))
	}
	return out
}

func TestCallsOfRealHostsAreUnderstood(t *testing.T) {
	kinds := map[string]kind{"start": atStart, "stop": atStop, "edit": afterEdit, "write": afterEdit, "batch": afterEdit, "shell": afterEdit}
	for name, text := range recorded(t) {
		host, event, _ := strings.Cut(name, ".")
		p, err := readPayload(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		d, err := hostOf(p, "")
		if err != nil || d.name != host && name != "codex.start" { // which has Claude's form, and is answered in it
			t.Errorf("%s is taken for %s, %v", name, d.name, err)
		}
		if p.kind() != kinds[event] || p.dir() != "/p" || p.session() == "" {
			t.Errorf("%s: kind %v in %q, session %q", name, p.kind(), p.dir(), p.session())
		}
		files, named := p.edited()
		if want := event == "edit" || event == "write" || event == "batch"; named != want || want && !slices.Equal(files, []string{"/p/src/lib.rs"}) {
			t.Errorf("%s: it has edited %v, named %v", name, files, named)
		}
		if event == "stop" && (!p.newTurn() || p.lastWords() != "done") {
			t.Errorf("%s: a new turn is %v, the last words are %q", name, p.newTurn(), p.lastWords())
		}
	}
}

// TestTheCallsThatWereWrittenHaveTheFormOfRealOnes holds the samples, which were written after the hosts' pages, to what the hosts send:
// every field of the real call stands in the sample with the same type, and what the sample has beyond is named here.
func TestTheCallsThatWereWrittenHaveTheFormOfRealOnes(t *testing.T) {
	compared := 0
	for name, text := range recorded(t) {
		sample, ok := Sample(name, "/p", "/p/src/lib.rs")
		if !ok {
			continue
		}
		compared++
		real, ours := fields(t, []byte(text)), fields(t, sample)
		for field, kind := range real {
			if ours[field] != kind && ours[field] != "<nil>" { // null where a host may leave it out
				t.Errorf("%s: `%s` is %s, in the sample %q", name, field, kind, ours[field])
			}
		}
		for _, field := range slices.Sorted(maps.Keys(ours)) {
			if _, ok := real[field]; !ok {
				t.Errorf("%s: no real call has `%s`", name, field)
			}
		}
	}
	if compared < 8 {
		t.Errorf("only %d samples were compared", compared)
	}
}

// fields are the types of the fields of an object and of its tool's input.
func fields(t *testing.T, text []byte) map[string]string {
	t.Helper()
	var call map[string]any
	if err := json.Unmarshal(text, &call); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, value := range call {
		out[name] = fmt.Sprintf("%T", value)
		if object, ok := value.(map[string]any); ok && name == "tool_input" {
			for inner, value := range object {
				out[name+"."+inner] = fmt.Sprintf("%T", value)
			}
		}
	}
	return out
}
