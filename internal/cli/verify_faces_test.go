package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/cli"
	"pollux/internal/hook"
	"pollux/internal/mcp"
)

// TestEveryFaceVerifiesAlike asks the ladder about one project through the command line, the server and the hook before a stop: the same
// findings, and each with the run that shows it.
func TestEveryFaceVerifiesAlike(t *testing.T) {
	d := newDivided(t)
	found, err := os.ReadFile(filepath.Join(d.dir, "build.json"))
	if err != nil {
		t.Fatal(err)
	}
	d.write("build.json", `{"Capture": {"Toolchain": "rustc 1.95.0", "Success": true, "Units": [{"Package": "demo", "Member": true, "Crate": "demo", "Kind": "lib", "MIR": "x"}]}, "Static": {"Units": 1}}`)
	d.hook("claude.start") // nothing is suspected yet
	d.write("build.json", string(found))
	source, err := os.ReadFile(filepath.Join(d.dir, "src", "lib.rs"))
	if err != nil {
		t.Fatal(err)
	}
	d.write("src/lib.rs", string(source)+"// edited\n")
	want := blocks(string(d.pollux(1, "verify", "--rule", "sync-guard-across-await", "--schedules", "4", d.dir)))
	if len(want) != 6 {
		t.Fatalf("the command line finds %v", want)
	}
	// The server and the hook have no flag for rules: of what they say, the same rule counts.
	only := func(text string) []string {
		return slices.DeleteFunc(blocks(text), func(b string) bool { return !strings.HasPrefix(b, "sync-guard-across-await ") })
	}
	d.hook("claude.edit")
	for face, text := range map[string]string{"the server": d.server(), "before a stop": d.hook("claude.stop")} {
		got, all := only(text), want
		if strings.Contains(text, "\n1 more: ") { // a hook has room for five
			all = slices.DeleteFunc(slices.Clone(want), func(b string) bool { return !slices.Contains(got, b) })
		}
		if !slices.Equal(got, all) || len(got) < 5 {
			t.Errorf("%s: %v\nthe command line: %v\n%s", face, got, want, text)
		}
		if !strings.Contains(text, "shown by a run") {
			t.Errorf("%s names no run: %s", face, text)
		}
	}
}

// hook answers a recorded call as the program does.
func (d divided) hook(sample string) string {
	d.t.Helper()
	text, ok := hook.Sample(sample, d.dir, filepath.Join(d.dir, "src", "lib.rs"))
	if !ok {
		d.t.Fatalf("there is no sample %s", sample)
	}
	var out, errs bytes.Buffer
	if status := cli.Run(withTests(), []string{"pollux", "hook"}, os.Environ(), bytes.NewReader(text), &out, &errs); status != 0 {
		d.t.Fatalf("%s: status %d, %s", sample, status, errs.String())
	}
	var answer map[string]any
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return out.String()
	}
	reason, _ := answer["reason"].(string)
	return reason
}

// server calls the tool verify.
func (d divided) server() string {
	d.t.Helper()
	ours, theirs := sdk.NewInMemoryTransports()
	s := &mcp.Server{Engine: withTests(), Env: os.Environ(), Dir: d.dir, Rule: func(string) (string, bool) { return "", false }}
	go s.Run(context.Background(), theirs)
	client, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(context.Background(), ours, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	defer client.Close()
	res, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: "verify", Arguments: map[string]any{"budget_s": 120}})
	if err != nil || res.IsError {
		d.t.Fatalf("%v %v", err, res)
	}
	return res.Content[0].(*sdk.TextContent).Text
}
