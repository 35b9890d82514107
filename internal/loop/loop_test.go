package loop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/internal/loop/looptest"
	"pollux/internal/wrapper"
)

// TestMain lets this test binary be the agent, and cargo's wrapper of rustc.
func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	if os.Getenv(looptest.Env) != "" {
		os.Exit(looptest.Main(os.Args[1:], os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// world is a crate whose build is played: a line with HAZARD is a finding, BROKEN does not build, NOCARGO is not checked.
type world struct {
	t      *testing.T
	root   string
	script string
	loop   *Loop
	out    bytes.Buffer
}

const (
	clean  = "pub async fn f() {\n    one().await;\n}\n\n#[test]\nfn it_holds() {\n    assert_eq!(add(1, 2), 3);\n}\n"
	hazard = "pub async fn f() {\n    one().await; // HAZARD\n}\n\n#[test]\nfn it_holds() {\n    assert_eq!(add(1, 2), 3);\n}\n"
)

func newWorld(t *testing.T, turns ...looptest.Turn) *world {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, root: root, script: filepath.Join(t.TempDir(), "script.json")}
	w.write("Cargo.toml", "[package]\nname = \"demo\"\n")
	w.write("src/lib.rs", clean)
	e := &engine.Engine{
		Locate:   func(context.Context, cargo.Request) (string, error) { return root, nil },
		Build:    w.build,
		Static:   w.static,
		Rules:    []*analysis.Rule{{ID: "held", Severity: finding.Error}, {ID: "check-weakened", Family: "integrity", Severity: finding.Error}},
		CacheDir: t.TempDir(),
		Now:      time.Now,
	}
	w.loop = &Loop{Engine: e, Dir: root, Task: "make it better", Name: "scripted", Out: &w.out}
	w.scripted(looptest.Script{Turns: turns, Loads: true})
	return w
}

func (w *world) scripted(s looptest.Script) {
	w.t.Helper()
	text, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(w.script, text, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) lib() string {
	text, err := os.ReadFile(filepath.Join(w.root, "src", "lib.rs"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

func (w *world) build(ctx context.Context, _ cargo.Request) (*cargo.Capture, error) {
	if strings.Contains(w.lib(), "NOCARGO") {
		return nil, &cargo.UserError{Kind: cargo.NoCargo, Message: "cargo was not found"}
	}
	c := &cargo.Capture{Root: w.root, Success: !strings.Contains(w.lib(), "BROKEN"), Units: []cargo.Unit{{
		Package: "demo", Member: true, Crate: "demo", Kind: "lib", Dir: w.root, Source: filepath.Join(w.root, "src", "lib.rs"), MIR: filepath.Join(w.root, "x.mir"),
	}}}
	if !c.Success {
		c.Diagnostics = []cargo.Diagnostic{{Package: "demo", Member: true, Level: "error", Message: "mismatched types", Rendered: "error[E0308]: mismatched types\n"}}
	}
	return c, ctx.Err()
}

func (w *world) static(context.Context, *cargo.Capture, engine.StaticOptions) (engine.StaticOutcome, error) {
	out := engine.StaticOutcome{Units: 1}
	for i, line := range strings.Split(w.lib(), "\n") {
		if strings.Contains(line, "HAZARD") {
			out.Findings = append(out.Findings, finding.Finding{
				Rule: "held", Severity: finding.Error, Span: finding.Span{File: "src/lib.rs", Line: i + 1, Column: 5, EndLine: i + 1, EndColumn: 8}, Message: "the guard is held", Fix: "drop it",
			})
		}
	}
	return out, nil
}

// agent starts the scripted agent with the arguments given.
func (w *world) agent(opt Options, args ...string) Agent {
	w.t.Helper()
	opt.Root, opt.Env, opt.Out = w.root, append(os.Environ(), looptest.Env+"="+w.script), &w.out
	if opt.Permit == "" {
		opt.Permit = PermitEdits
	}
	self, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	if len(args) > 0 {
		name := filepath.Join(w.t.TempDir(), args[0])
		if err := os.Symlink(self, name); err != nil {
			w.t.Skip("no symbolic links here")
		}
		a := Headless(append([]string{name}, args[1:]...), opt)
		if a == nil {
			w.t.Fatalf("%v is no known program", args)
		}
		return a
	}
	a, err := StartACP(context.Background(), []string{self}, opt)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { a.Close() })
	return a
}

func (w *world) run() *Report {
	w.t.Helper()
	rep, err := w.loop.Run(context.Background())
	if err != nil {
		w.t.Fatalf("%v\n%s", err, w.out.String())
	}
	return rep
}

// prompts is what the agent was told.
func (w *world) prompts() string {
	text, _ := os.ReadFile(w.script + ".prompts")
	return string(text)
}

func (w *world) wants(rep *Report, verdict engine.Verdict, rounds int, words ...string) {
	w.t.Helper()
	if rep.Verdict != verdict || len(rep.Rounds) != rounds {
		w.t.Errorf("the verdict is %s after %d rounds, want %s after %d\n%s%s", rep.Verdict, len(rep.Rounds), verdict, rounds, rep.Text(), w.out.String())
	}
	for _, word := range words {
		if !strings.Contains(rep.Text()+w.out.String()+w.prompts(), word) {
			w.t.Errorf("nobody says %q:\n%s%s%s", word, rep.Text(), w.out.String(), w.prompts())
		}
	}
}

func brings(text string) looptest.Turn {
	return looptest.Turn{Say: "done", Write: map[string]string{"src/lib.rs": text}}
}

func TestFindingsGoBackUntilNothingIsOpen(t *testing.T) {
	w := newWorld(t, brings(hazard), looptest.Turn{Edits: []looptest.Edit{{Path: "src/lib.rs", Old: " // HAZARD", New: ""}}})
	w.loop.Agent = w.agent(Options{})
	rep := w.run()
	w.wants(rep, engine.Clean, 2, "1 new, 0 fixed, 1 open", "error[held]: the guard is held", "src/lib.rs +1 -1", "nothing is open", "make it better")
	if rep.Rounds[1].Fixed != 1 || rep.Rounds[0].New != 1 {
		t.Errorf("the rounds are %+v", rep.Rounds)
	}
}

func TestWhatWasThereBeforeDoesNotCountUnlessAsked(t *testing.T) {
	w := newWorld(t, looptest.Turn{Write: map[string]string{"src/more.rs": "fn g() {}\n"}}, looptest.Turn{Say: "no"}, looptest.Turn{Say: "no"})
	w.write("src/lib.rs", hazard)
	w.loop.Agent = w.agent(Options{})
	w.wants(w.run(), engine.Clean, 1)
	w.loop.All = true
	w.wants(w.run(), engine.Findings, 2, "told twice and changed nothing")
}

func TestARoundThatDoesNotBuildIsToldWhatRustcSays(t *testing.T) {
	w := newWorld(t, brings(clean+"// BROKEN\n"), brings(clean))
	w.loop.Agent = w.agent(Options{})
	w.wants(w.run(), engine.Clean, 2, "error[E0308]: mismatched types", "does not build after this turn")
}

func TestWhatWasNotCheckedIsNeverGreen(t *testing.T) {
	w := newWorld(t, brings(clean+"// NOCARGO\n"))
	w.loop.Agent = w.agent(Options{})
	w.wants(w.run(), engine.Incomplete, 1, "cargo was not found", "which the agent cannot mend")
}

func TestAWeakenedTestIsNoWayToGreen(t *testing.T) {
	ignored := strings.Replace(clean, "#[test]", "#[test]\n#[ignore]", 1)
	w := newWorld(t, brings(ignored), brings(clean))
	w.loop.Agent = w.agent(Options{})
	w.wants(w.run(), engine.Clean, 2, "the test `it_holds` is ignored now")
	w = newWorld(t, looptest.Turn{Write: map[string]string{"src/lib.rs": hazard, "pollux.toml": "[levels]\nheld = \"allow\"\ncheck-weakened = \"allow\"\n"}})
	w.loop.Rounds = 1
	w.loop.Agent = w.agent(Options{})
	w.wants(w.run(), engine.Findings, 1, "pollux.toml is weaker", "1 rounds are used up")
}

func TestThePolicyAnswersForThePerson(t *testing.T) {
	check := func(permit Policy, kind string, allowed bool) {
		t.Helper()
		turn := brings(strings.Replace(clean, "one", "two", 1))
		turn.Ask = kind
		w := newWorld(t, turn)
		w.loop.Agent = w.agent(Options{Permit: permit})
		rep := w.run()
		if got := strings.Contains(w.lib(), "two"); got != allowed {
			t.Errorf("%s, %s: done is %v, want %v\n%s%s", permit, kind, got, allowed, rep.Text(), w.out.String())
		}
	}
	check(PermitEdits, "edit", true)
	check(PermitEdits, "execute", false)
	check(PermitAll, "execute", true)
	check(PermitNone, "edit", false)
	check(PermitNone, "read", false) // the request is allowed, the write is not
}

func TestWritesStayInsideOfTheProject(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside.txt")
	w := newWorld(t, looptest.Turn{Write: map[string]string{outside: "x", "../up.txt": "x", "link/through.txt": "x", ".git/hooks/pre-commit": "x", "src/ok.rs": "// fine\n"}})
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(w.root, "link")); err != nil {
		t.Skip("no symbolic links here")
	}
	w.loop.Agent = w.agent(Options{})
	w.wants(w.run(), engine.Clean, 1, "lies outside of the project", "belongs to git", "src/ok.rs +1 -0")
	for _, path := range []string{outside, filepath.Join(filepath.Dir(outside), "through.txt"), filepath.Join(filepath.Dir(w.root), "up.txt"), filepath.Join(w.root, ".git")} {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s was written", path)
		}
	}
}

func TestACancelledAgentEndsAndLeavesNothing(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		w := newWorld(t, looptest.Turn{Hang: true, Deaf: deaf})
		a := w.agent(Options{Patience: 200 * time.Millisecond})
		w.loop.Agent = a
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			for w.prompts() == "" {
				time.Sleep(10 * time.Millisecond)
			}
			cancel()
		}()
		rep, err := w.loop.Run(ctx)
		if !errors.Is(err, context.Canceled) || len(rep.Rounds) != 0 || rep.Verdict == engine.Clean {
			t.Errorf("deaf %v: %v, %+v", deaf, err, rep)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestARunGoesOnInAnotherProcess(t *testing.T) {
	w := newWorld(t, brings(hazard), brings(clean))
	w.loop.Agent, w.loop.Rounds = w.agent(Options{}), 1
	store := Store{Dir: t.TempDir()}
	w.loop.Keep = func(s State) {
		if err := store.Keep(w.root, s); err != nil {
			t.Error(err)
		}
	}
	w.wants(w.run(), engine.Findings, 1, "1 rounds are used up")
	state, err := store.Load(w.root)
	if err != nil {
		t.Fatal(err)
	}
	w.loop.From, w.loop.Agent = state, w.agent(Options{Resume: state.Session})
	w.wants(w.run(), engine.Clean, 1, "going on with the session scripted", "1 finding open from the rounds before")
	if _, err := store.Load("/elsewhere"); err == nil {
		t.Error("another project has a state")
	}
}

func TestAnAgentThatFailsIsNoVerdict(t *testing.T) {
	w := newWorld(t, looptest.Turn{Fail: "out of tokens"})
	w.loop.Agent = w.agent(Options{})
	if rep, err := w.loop.Run(context.Background()); err == nil || rep.Verdict == engine.Clean {
		t.Errorf("%v, %+v", err, rep)
	}
	if _, err := StartACP(context.Background(), []string{"/nowhere/agent"}, Options{Root: w.root}); err == nil {
		t.Error("a program that is not there was started")
	}
	if _, err := StartACP(context.Background(), []string{"false"}, Options{Root: w.root}); err == nil {
		t.Error("a program that ends at once opened a session")
	}
}

func TestProgramsThatTakeOnePromptAreDriven(t *testing.T) {
	check := func(session string, program ...string) {
		t.Helper()
		w := newWorld(t, brings(hazard), looptest.Turn{Say: "fixed", Edits: []looptest.Edit{{Path: "src/lib.rs", Old: " // HAZARD", New: ""}}})
		w.loop.Agent = w.agent(Options{}, program...)
		w.wants(w.run(), engine.Clean, 2, session, "the guard is held")
		for _, stop := range []string{"cut", "error"} {
			w := newWorld(t, looptest.Turn{Stop: stop})
			w.loop.Agent = w.agent(Options{}, program...)
			if rep, err := w.loop.Run(context.Background()); err == nil || rep.Verdict == engine.Clean {
				t.Errorf("%v, %s: %v, %+v", program, stop, err, rep)
			}
		}
	}
	check("--resume s-1", "claude", "-p")
	check("resume t-1 -", "codex", "exec")
}

// endpoint is a server on loopback that answers with the replies given, in the form of a vendor.
func endpoint(t *testing.T, vendor string, replies ...string) (env []string, seen *[]string) {
	t.Helper()
	seen = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		*seen = append(*seen, body.String())
		rw.Header().Set("Content-Type", "application/json")
		if len(*seen) > len(replies) {
			rw.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(rw, `{"error":{"message":"no more replies for %s"}}`, r.Header.Get("X-Api-Key")+r.Header.Get("Authorization"))
			return
		}
		text, _ := json.Marshal(replies[len(*seen)-1])
		if vendor == "anthropic" {
			fmt.Fprintf(rw, `{"id":"m","type":"message","role":"assistant","model":"x","stop_reason":"end_turn","content":[{"type":"text","text":%s}],"usage":{"input_tokens":1,"output_tokens":1}}`, text)
			return
		}
		fmt.Fprintf(rw, `{"id":"c","object":"chat.completion","created":1,"model":"x","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":%s}}]}`, text)
	}))
	t.Cleanup(s.Close)
	name := strings.ToUpper(vendor)
	return []string{name + "_API_KEY=secret-key", name + "_BASE_URL=" + s.URL}, seen
}

func TestAModelBehindAnEndpointEditsThroughText(t *testing.T) {
	for _, vendor := range []string{"anthropic", "openai"} {
		w := newWorld(t)
		env, seen := endpoint(t, vendor,
			"I look first.\nREAD src/lib.rs\nREAD ../secret\n",
			"EDIT src/lib.rs\n<<<<<<< SEARCH\n    one().await;\n=======\n    one().await; // HAZARD\n>>>>>>> REPLACE\nEDIT src/lib.rs\n<<<<<<< SEARCH\nnot there\n=======\n>>>>>>> REPLACE\n",
			"Then not.",
			"EDIT src/lib.rs\n<<<<<<< SEARCH\n    one().await; // HAZARD\n=======\n    one().await;\n>>>>>>> REPLACE\n")
		a, err := Direct(vendor+":x", Options{Root: w.root, Env: env, Permit: PermitEdits, Out: &w.out})
		if err != nil || a == nil {
			t.Fatal(err)
		}
		w.loop.Agent = a
		w.wants(w.run(), engine.Clean, 2, "edit src/lib.rs")
		talk := strings.Join(*seen, "\n")
		for _, word := range []string{"lies outside of the project", "SEARCH lines are not in src/lib.rs", "the guard is held", "Files of the project"} {
			if !strings.Contains(talk, word) {
				t.Errorf("%s: the model was not told %q", vendor, word)
			}
		}
		_, err = a.Prompt(context.Background(), "again")
		if err == nil || strings.Contains(err.Error()+w.out.String()+a.Session(), "secret-key") {
			t.Errorf("%s: the key is shown, or the error is not: %v", vendor, err)
		}
	}
	if _, err := Direct("anthropic:x", Options{Root: t.TempDir()}); err == nil {
		t.Error("no key is no fault")
	}
}

func TestHalfAnEditIsNotMade(t *testing.T) {
	for _, reply := range []string{
		"EDIT a\n<<<<<<< SEARCH\nx\n", "EDIT a\n<<<<<<< SEARCH\nx\n=======\ny\n", "EDIT a\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n",
	} {
		if _, err := readRequest(reply); err == nil {
			t.Errorf("%q was read", reply)
		}
	}
	got, err := readRequest("EDIT a.rs\n<<<<<<< SEARCH\n=======\nnew\n>>>>>>> REPLACE\ntext\nREAD b.rs")
	if err != nil || len(got.edits) != 1 || got.edits[0] != (fileEdit{"a.rs", "", "new\n"}) || len(got.reads) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
