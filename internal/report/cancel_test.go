package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

func cancelFixture() *engine.CancelResult {
	return &engine.CancelResult{
		Schema: engine.CancelSchema, Command: "cancel-safety", Verdict: engine.Findings, Counts: map[string]int{"lossy": 1, "safe": 1},
		Functions: []finding.Cancel{
			{Span: finding.Span{File: "src/lib.rs", Line: 3}, Function: "pool::Pool<T|U>::take", Verdict: "lossy", Reason: "what `pop` gave is dropped",
				Why: []finding.Because{{Span: finding.Span{File: "src/lib.rs", Line: 4}, Message: "lossy: here"}}, Documented: "safe", Claim: "It is cancel safe.", Contradicts: true},
			{Span: finding.Span{File: "src/lib.rs", Line: 9}, Function: "pool::Pool::len", Verdict: "safe", Reason: "nothing", Documented: "safe"},
		},
	}
}

func writtenCancel(t *testing.T, format string, opt CancelOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCancel(&b, format, cancelFixture(), opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCancelSafetyIsWrittenInEachFormat(t *testing.T) {
	check := func(got string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%q is missing in\n%s", w, got)
			}
		}
	}
	text := writtenCancel(t, "text", CancelOptions{})
	check(text, "lossy ", "pool::Pool::len", "1 lossy", "1 safe")
	if strings.Contains(text, "src/lib.rs:4") {
		t.Error("text shows a derivation that nobody asked for")
	}
	check(writtenCancel(t, "text", CancelOptions{Why: true}), "src/lib.rs:4  lossy: here")
	docs := writtenCancel(t, "text", CancelOptions{Docs: true})
	check(docs, `documented as safe at src/lib.rs:3: "It is cancel safe."`, "1 of 2 documented functions contradict")
	if strings.Contains(docs, "Pool::len") {
		t.Error("a function that agrees with its documentation is shown among those that do not")
	}
	check(writtenCancel(t, "markdown", CancelOptions{Why: true}), "# Cancel safety", `pool::Pool<T\|U>::take`, "- **safe**:", "`src/lib.rs:4` lossy: here")
	var back engine.CancelResult
	if err := json.Unmarshal([]byte(writtenCancel(t, "json", CancelOptions{})), &back); err != nil || len(back.Functions) != 2 || back.Functions[1].Why == nil {
		t.Errorf("json does not read back: %v, %+v", err, back)
	}
	var unknown *UnknownFormatError
	if err := WriteCancel(&bytes.Buffer{}, "sarif", cancelFixture(), CancelOptions{}); !errors.As(err, &unknown) {
		t.Errorf("an unknown format gives %v", err)
	}
}
