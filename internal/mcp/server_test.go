package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/explore"
	"pollux/internal/finding"
)

// world is a server whose build is played, and a client that talks to it.
type world struct {
	t        *testing.T
	root     string
	server   *Server
	client   *sdk.ClientSession
	build    func(context.Context, cargo.Request) error // what cargo does; nil means nothing
	fs       []finding.Finding
	progress chan string
	ended    chan error // what Run returned
}

func newWorld(t *testing.T, set func(*world)) *world {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, root: root, progress: make(chan string, 100), ended: make(chan error, 1)}
	w.write("Cargo.toml", "[package]\nname = \"demo\"\n")
	w.write("src/lib.rs", "async fn f() {\n    one().await;\n}\n")
	w.server = &Server{Engine: w.engine(), Dir: root, Rule: func(id string) (string, bool) { return "# held\nthe page", id == "held" }}
	if set != nil {
		set(w)
	}
	ours, theirs := sdk.NewInMemoryTransports()
	go func() {
		defer close(w.ended)
		w.ended <- w.server.Run(context.Background(), theirs)
	}()
	client := sdk.NewClient(&sdk.Implementation{Name: "test"}, &sdk.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, req *sdk.ProgressNotificationClientRequest) {
			select {
			case w.progress <- req.Params.Message:
			default: // nobody listens in this test
			}
		},
	})
	if w.client, err = client.Connect(context.Background(), ours, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.client.Close() })
	return w
}

func (w *world) engine() *engine.Engine {
	return &engine.Engine{
		Locate: func(context.Context, cargo.Request) (string, error) { return w.root, nil },
		Build: func(ctx context.Context, req cargo.Request) (*cargo.Capture, error) {
			if w.build != nil {
				if err := w.build(ctx, req); err != nil {
					return nil, err
				}
			}
			return &cargo.Capture{Root: w.root, Toolchain: "rustc 1.95.0", Success: true, Units: []cargo.Unit{{
				Package: "demo", Version: "0.1.0", Member: true, Crate: "demo", Kind: "lib", Dir: w.root,
				Source: filepath.Join(w.root, "src", "lib.rs"), MIR: filepath.Join(w.root, "demo.mir"), MIRHash: "00",
			}}}, nil
		},
		Static: func(context.Context, *cargo.Capture, engine.StaticOptions) (engine.StaticOutcome, error) {
			return engine.StaticOutcome{Units: 1, Findings: slices.Clone(w.fs)}, nil
		},
		Rules:    []*analysis.Rule{{ID: "held", Severity: finding.Error}},
		CacheDir: filepath.Join(w.root, "cache"),
		Now:      time.Now,
	}
}

func (w *world) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// hazard makes the check find something.
func (w *world) hazard(message string) {
	w.fs = append(w.fs, finding.Finding{Rule: "held", Severity: finding.Error, Function: "f", Package: "demo", Message: message,
		Span: finding.Span{File: "src/lib.rs", Line: 2, Column: 5, EndLine: 2, EndColumn: 9}})
}

func (w *world) call(tool string, args map[string]any) (text string, isError bool) {
	w.t.Helper()
	res, err := w.client.CallTool(context.Background(), &sdk.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		w.t.Fatalf("%s: %v", tool, err)
	}
	if len(res.Content) != 1 || res.StructuredContent != nil {
		w.t.Fatalf("%s: %d contents, structured %v: some clients show a model nothing but one of them", tool, len(res.Content), res.StructuredContent)
	}
	return res.Content[0].(*sdk.TextContent).Text, res.IsError
}

// says asserts what a call answers.
func (w *world) says(tool string, args map[string]any, wantError bool, words ...string) string {
	w.t.Helper()
	text, isError := w.call(tool, args)
	if isError != wantError {
		w.t.Errorf("%s %v: error %v, want %v", tool, args, isError, wantError)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.t.Errorf("%s %v does not say %q:\n%s", tool, args, word, text)
		}
	}
	return text
}

type args = map[string]any

func TestTheToolsAreFewAndTheirSchemasPortable(t *testing.T) {
	w := newWorld(t, nil)
	list, err := w.client.ListTools(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		text, err := json.Marshal(tool.InputSchema)
		if err != nil {
			t.Fatal(err)
		}
		var s struct {
			Type       string
			Additional bool `json:"additionalProperties"`
			Properties map[string]struct{ Type, Description string }
		}
		if err := json.Unmarshal(text, &s); err != nil || s.Type != "object" || s.Additional {
			t.Errorf("%s: %s (%v)", tool.Name, text, err)
		}
		for name, p := range s.Properties {
			if p.Description == "" || !slices.Contains([]string{"string", "boolean", "integer", "array"}, p.Type) {
				t.Errorf("%s.%s: type %q, description %q", tool.Name, name, p.Type, p.Description)
			}
		}
		if tool.OutputSchema != nil || tool.Description == "" {
			t.Errorf("%s: output schema %v, description %q", tool.Name, tool.OutputSchema, tool.Description)
		}
	}
	if got := strings.Join(names, " "); got != "check context explain verify" {
		t.Errorf("the tools are %s", got)
	}
}

func TestACheckAnswersInTextAndItsFindingsAreResources(t *testing.T) {
	w := newWorld(t, func(w *world) { w.hazard("the guard is held") })
	text := w.says("check", args{}, false, "error[held]: the guard is held", "src/lib.rs:2:5", "ids, in this order: ")
	_, id, _ := strings.Cut(text, "ids, in this order: ")
	w.says("explain", args{"what": id}, false, "error[held]", "the page")
	w.says("explain", args{"what": "held"}, false, "the page")
	list, err := w.client.ListResources(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range list.Resources {
		if strings.HasPrefix(r.URI, findingAddress+id) {
			found = true
			res, err := w.client.ReadResource(context.Background(), &sdk.ReadResourceParams{URI: r.URI})
			if err != nil || !strings.Contains(res.Contents[0].Text, "the guard is held") {
				t.Errorf("%s: %v %v", r.URI, res, err)
			}
		}
	}
	if !found {
		t.Errorf("the finding is not among %d resources", len(list.Resources))
	}
	res, err := w.client.ReadResource(context.Background(), &sdk.ReadResourceParams{URI: reportAddress})
	if err != nil || !json.Valid([]byte(res.Contents[0].Text)) {
		t.Errorf("the report: %v %v", res, err)
	}
	if _, err := w.client.ReadResource(context.Background(), &sdk.ReadResourceParams{URI: findingAddress + "ffff"}); err == nil {
		t.Error("a finding that does not exist can be read")
	}
	w.fs = nil
	w.says("check", args{"path": "src/lib.rs"}, false, "clean")
	if list, err = w.client.ListResources(context.Background(), nil); err != nil || len(list.Resources) != 1 {
		t.Errorf("a finding that is gone is still listed: %d resources, %v", len(list.Resources), err)
	}
}

func TestWhatAModelCanMendIsAResultThatSaysHow(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.build = func(context.Context, cargo.Request) error { return nil }
	})
	w.says("check", args{"pth": "."}, true, "check", "pth")
	w.says("check", args{"path": 7}, true, "path")
	w.says("check", args{"path": "nowhere"}, true, "nowhere", "relative paths begin")
	w.says("check", args{"format": "yaml"}, true, "yaml", "text or json")
	w.says("check", args{"rules": []string{"hold"}}, true, "hold")
	w.says("check", args{"handle": "check-77"}, true, "check-77", "start anew")
	w.says("explain", args{"what": "hold"}, true, "hold")
	w.says("explain", args{"what": "abcd"}, true, "no check of this project is on record")
	w.says("verify", args{"wait_s": -1}, true, "wait_s")
	w.write("pollux.toml", "no-such-key = 1\n")
	w.says("check", args{}, true, "no-such-key")
	if _, err := w.client.CallTool(context.Background(), &sdk.CallToolParams{Name: "chek"}); err == nil {
		t.Error("a tool that does not exist answers")
	}
}

func TestWhatCouldNotBeginIsAnErrorAndNeverClean(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.build = func(context.Context, cargo.Request) error {
			return &cargo.UserError{Kind: cargo.NoCargo, Message: "cargo was not found", Hint: "install Rust with rustup"}
		}
	})
	text := w.says("check", args{}, true, "cargo was not found", "incomplete")
	if strings.Contains(text, "clean") {
		t.Error(text)
	}
	w.build = func(context.Context, cargo.Request) error { return errors.New("the disk is on fire") }
	w.says("check", args{}, true, "the disk is on fire")
	w.build = func(context.Context, cargo.Request) error { panic("the bug") }
	w.says("check", args{}, true, "internal error", "the bug")
}

func TestSlowWorkGoesOnUnderAHandle(t *testing.T) {
	release := make(chan struct{})
	w := newWorld(t, func(w *world) {
		w.server.limit = 50 * time.Millisecond
		w.hazard("the guard is held")
		w.build = func(_ context.Context, req cargo.Request) error {
			_, _ = req.Progress.Write([]byte("\r\x1b[Kchecking 3 of 9: tokio"))
			<-release
			return nil
		}
	})
	text := w.says("check", args{}, false, "not finished", "checking 3 of 9: tokio", `check {"handle": "check-1"}`)
	if strings.Contains(text, "clean") {
		t.Error(text)
	}
	w.says("check", args{"handle": "check-1"}, false, "not finished")
	close(release)
	w.server.limit = 0
	w.says("check", args{"handle": "check-1"}, false, "the guard is held")
	w.says("check", args{"handle": "check-1"}, false, "the guard is held") // a result may be asked for again
}

func TestOneSlowCallBlocksNoOther(t *testing.T) {
	release, began := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(w *world) {
		w.build = func(context.Context, cargo.Request) error {
			close(began)
			<-release
			return nil
		}
	})
	slow := make(chan string)
	go func() {
		text, _ := w.call("check", args{})
		slow <- text
	}()
	<-began
	w.says("explain", args{"what": "held"}, false, "the page")
	close(release)
	if text := <-slow; !strings.Contains(text, "clean") {
		t.Error(text)
	}
}

func TestACallThatIsCancelledEndsItsWork(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(w *world) {
		w.build = func(ctx context.Context, _ cargo.Request) error {
			close(began)
			<-ctx.Done() // internal/child kills the process group at this point
			close(ended)
			return ctx.Err()
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-began
		cancel()
	}()
	if _, err := w.client.CallTool(ctx, &sdk.CallToolParams{Name: "check"}); err == nil {
		t.Error("a cancelled call answers")
	}
	<-ended
}

func TestAClientThatGoesAwayEndsItsWork(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(w *world) {
		w.server.limit = time.Millisecond
		w.build = func(ctx context.Context, _ cargo.Request) error {
			close(began)
			<-ctx.Done()
			close(ended)
			return ctx.Err()
		}
	})
	w.says("check", args{}, false, "not finished")
	<-began
	w.client.Close()
	<-ended
	if err := <-w.ended; err != nil {
		t.Errorf("the server ends with %v", err)
	}
}

func TestProgressIsTold(t *testing.T) {
	var heard atomic.Bool
	w := newWorld(t, func(w *world) {
		w.server.every = time.Millisecond
		w.build = func(ctx context.Context, req cargo.Request) error {
			_, _ = req.Progress.Write([]byte("checking 1 of 2: demo"))
			for !heard.Load() && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			return nil
		}
	})
	params := &sdk.CallToolParams{Name: "check", Arguments: args{}}
	params.SetProgressToken("p1")
	go func() {
		for message := range w.progress { // the first may come before the build has said anything
			if strings.Contains(message, "checking 1 of 2: demo") {
				heard.Store(true)
			}
		}
	}()
	if _, err := w.client.CallTool(context.Background(), params); err != nil {
		t.Fatal(err)
	}
}

func TestASuspicionThatCannotBeTriedIsNotDecided(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.hazard("the guard is held")
		w.server.Engine.OpenTests = func(context.Context, cargo.Request) (*explore.Workspace, error) {
			return nil, &cargo.UserError{Kind: cargo.Unreachable, Message: "tokio could not be fetched", Hint: "go online"}
		}
	})
	test := "#[tokio::test]\nasync fn t() {}\n"
	w.says("verify", args{"claim": "it waits for ever", "place": "src/lib.rs:2", "test": test}, false,
		"suspicion: it waits for ever (src/lib.rs:2)\noutcome: not decided: tokio could not be fetched", "checked:\nerror[held]: the guard is held", "explored:\nincomplete")
	files, err := filepath.Glob(filepath.Join(w.root, "cache", "scratch", "*.rs"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the test lies in %v (%v)", files, err)
	}
	if text, err := os.ReadFile(files[0]); err != nil || string(text) != test { // a witness is replayed with it
		t.Errorf("%q, %v", text, err)
	}
}

func TestALongReportKeepsItsHeadAndItsCounts(t *testing.T) {
	check := func(text string, words ...string) {
		t.Helper()
		got := shortened(text)
		if len(got) > maxTextBytes+200 {
			t.Errorf("%d bytes", len(got))
		}
		for _, word := range words {
			if !strings.Contains(got, word) {
				t.Errorf("%q is missing", word)
			}
		}
	}
	check("short", "short")
	check(strings.Repeat("a block\n  --> here\n\n", 5000)+"found: 5000 errors\nrungs: all", "a block", "blocks are left out", "found: 5000 errors")
	check("first\n\n"+strings.Repeat("x", 100_000), "first", "left out")
	check(strings.Repeat("y", 100_000), "left out")
}
