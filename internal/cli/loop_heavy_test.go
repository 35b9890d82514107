package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/internal/loop"
	"pollux/internal/loop/looptest"
)

// lets makes the scripted agent write one text after the other to the library, and returns how the command line calls it.
func (s story) lets(texts ...string) string {
	s.t.Helper()
	var script looptest.Script
	for _, text := range texts {
		script.Turns = append(script.Turns, looptest.Turn{Say: "done", Write: map[string]string{"src/lib.rs": text}})
	}
	text, err := json.Marshal(script)
	if err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(s.t.TempDir(), "script.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.t.Setenv(looptest.Env, path)
	return "agent-scripted"
}

func (s story) rounds(rep *loop.Report) string {
	var out []string
	for _, r := range rep.Rounds {
		out = append(out, string(r.Verdict)+" by "+string(r.By))
	}
	return strings.Join(out, ", ")
}

// TestTheLoopVerifiesWhatAnAgentDoes lets an agent write what does not build, then what loses a flag when it is cancelled, then what
// only a run can tell from right (nobody is woken), and then what is right.
func TestTheLoopVerifiesWhatAnAgentDoes(t *testing.T) {
	s := newStory(t)
	dir := s.dir
	good := storyHead + storyGuarded
	silent := strings.Replace(good, "        self.free.notify_one();\n", "", 1)
	var rep loop.Report
	agent := s.lets(strings.Replace(good, "let free = !*busy;", "let free: u8 = !*busy;", 1), storyHead+storyTorn, silent, strings.Replace(good, "let _busy", "let _claimed", 1))
	s.pollux(0, &rep, "loop", "--agent", agent, "--dir", dir, "--rounds", "5", "--format", "json", "make it faster")
	if got, want := s.rounds(&rep), "does-not-build by nothing, findings by runs, findings by runs, clean by runs"; got != want {
		t.Fatalf("the rounds are %s, want %s\n%s", got, want, rep.Text())
	}
	shown := func(round int, rule string) {
		t.Helper()
		if !slices.ContainsFunc(rep.Rounds[round].Open, func(f finding.Finding) bool { return f.Rule == rule && f.Witness != "" }) {
			t.Errorf("round %d: no run shows %s\n%+v", round+1, rule, rep.Rounds[round].Open)
		}
	}
	shown(1, "cancel-torn-state")
	shown(2, "stuck-task")
	if rep.Verdict != engine.Clean || rep.Ended != "nothing is open" {
		t.Errorf("%s: %s", rep.Verdict, rep.Ended)
	}
	t.Log("\n" + rep.Text())

	if err := os.RemoveAll(filepath.Join(dir, "tests")); err != nil {
		t.Fatal(err)
	}
	rep = loop.Report{}
	s.pollux(0, &rep, "loop", "--agent", s.lets(strings.Replace(good, "let _busy", "let _guard", 1)), "--dir", dir, "--format", "json", "rename it")
	if got := s.rounds(&rep); got != "clean by reading" || !strings.Contains(rep.Ended, "no run was made") {
		t.Errorf("a crate without tests: %s\n%s", got, rep.Text())
	}
	t.Log("\n" + rep.Text())
}
