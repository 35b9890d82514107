package mcp

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestAScriptThatClosesItsEndGetsItsAnswers(t *testing.T) {
	in := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":"two","method":"tools/call","params":{"name":"explain","arguments":{"what":"held"}}}
{"jsonrpc":"2.0","id":3,"method":"tools/list"}`
	w := newWorld(t, nil)
	s := &Server{Engine: w.engine(), Dir: w.root, Rule: func(string) (string, bool) { return "the page", true }}
	var out bytes.Buffer
	if err := s.Run(context.Background(), Stdio(strings.NewReader(in), &out)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{`"id":1,`, `"id":"two",`, `"id":3,`, "the page"} {
		if !strings.Contains(out.String(), id) {
			t.Errorf("%s is missing:\n%s", id, out.String())
		}
	}
}
