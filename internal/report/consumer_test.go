package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/reviewdog/reviewdog/proto/rdf"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"google.golang.org/protobuf/encoding/protojson"

	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// forEachState runs check on what a format makes of every kind of result.
func forEachState(t *testing.T, format string, check func(t *testing.T, res *engine.Result, out []byte)) {
	for name, res := range states() {
		t.Run(name, func(t *testing.T) { check(t, res, []byte(written(t, format, res, fixtureOptions()))) })
	}
}

// strict forbids properties that the schema does not name, so that a new field cannot be forgotten in it.
func strict(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, ok := s["properties"]; ok {
			s["additionalProperties"] = false
		}
		for _, part := range s {
			strict(part)
		}
	case []any:
		for _, part := range s {
			strict(part)
		}
	}
}

func compiled(t *testing.T, source []byte, change func(any)) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	change(doc)
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:test", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("urn:test")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func checkSchema(t *testing.T, schema *jsonschema.Schema, out []byte, want bool) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); (err == nil) != want {
		t.Errorf("valid = %v, want %v: %v", err == nil, want, err)
	}
}

func TestJSONFollowsItsSchemaAndTheSchemaNamesEveryField(t *testing.T) {
	schema := compiled(t, Schema(), strict)
	forEachState(t, "json", func(t *testing.T, res *engine.Result, out []byte) {
		checkSchema(t, schema, out, true)
		if bytes.Count(out, []byte("\n")) != 1 || !bytes.HasSuffix(out, []byte("}\n")) {
			t.Error("not one object on one line")
		}
		if bytes.Contains(out, []byte("null")) {
			t.Error("a missing list is written as null")
		}
	})
}

func TestTheSchemaRefusesWhatTheContractForbids(t *testing.T) {
	schema := compiled(t, Schema(), func(any) {})
	good := written(t, "json", fixture(), Options{})
	for name, change := range map[string][2]string{
		"an unknown severity":       {`"severity":"error"`, `"severity":"fatal"`},
		"an unknown verdict":        {`"verdict":"replayed"`, `"verdict":"maybe"`},
		"an unknown run verdict":    {`"verdict":"findings"`, `"verdict":"red"`},
		"a negative line":           {`"line":88`, `"line":-1`},
		"a rule that is not an id":  {`"rule":"futurelock"`, `"rule":"Future Lock"`},
		"a missing field":           {`"toolchain":`, `"tool":`},
		"another schema":            {`"pollux/1"`, `"pollux/2"`},
		"a list that is not there":  {`"because":[]`, `"because":null`},
		"a suppression unexplained": {`"reason":"start-up only, before the runtime serves"`, `"reason":""`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: %q is not in the report", name, change[0])
		}
		t.Run(name, func(t *testing.T) { checkSchema(t, schema, []byte(bad), false) })
	}
	checkSchema(t, schema, []byte(strings.Replace(good, `{"schema"`, `{"later":1,"schema"`, 1)), true) // readers accept more
}

func TestJSONReadsBackAsTheSameResult(t *testing.T) {
	forEachState(t, "json", func(t *testing.T, res *engine.Result, out []byte) {
		var back engine.Result
		if err := json.Unmarshal(out, &back); err != nil {
			t.Fatal(err)
		}
		if again := written(t, "json", &back, Options{}); again != string(out) {
			t.Errorf("got\n%s\nwant\n%s", again, out)
		}
	})
}

func TestSARIFIsValidForTheOfficialSchema(t *testing.T) {
	forEachState(t, "sarif", func(t *testing.T, res *engine.Result, out []byte) {
		log := sarifDecoded(t, out)
		if err := withDefaults(log).Validate(); err != nil {
			t.Error(err)
		}
		run := log.Runs[0]
		if len(run.Results) != len(res.Findings)+len(res.Suppressed) {
			t.Errorf("%d results for %d findings and %d suppressed", len(run.Results), len(res.Findings), len(res.Suppressed))
		}
		for _, r := range run.Results {
			if id := *run.Tool.Driver.Rules[r.RuleIndex].ID; id != *r.RuleID {
				t.Errorf("result of %s points to the rule %s", *r.RuleID, id)
			}
			if len(r.Locations) != 1 {
				t.Errorf("%s has %d locations: code scanning demands one", *r.RuleID, len(r.Locations))
			}
		}
		if n, want := len(run.Invocations[0].ToolExecutionNotifications), notifications(res); n != want {
			t.Errorf("%d notifications, want %d: what was not checked has to be said", n, want)
		}
	})
}

// sarifDecoded reads a log with the library, and refuses properties that the standard does not name.
func sarifDecoded(t *testing.T, out []byte) *sarif.Report {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(new(sarif.Report)); err != nil {
		t.Fatal(err)
	}
	log, err := sarif.FromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// withDefaults fills the defaults of the standard in where we leave a property out: the library writes such properties as
// empty, which the schema refuses.
func withDefaults(log *sarif.Report) *sarif.Report {
	for _, run := range log.Runs {
		run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"}
		for _, r := range run.Results {
			for _, flow := range r.CodeFlows {
				for _, step := range flow.ThreadFlows[0].Locations {
					step.Importance = "important"
				}
			}
		}
	}
	return log
}

func notifications(res *engine.Result) int {
	n := len(res.Unknowns)
	for _, r := range res.Rungs {
		if r.Status == "skipped" || r.Status == "unknown" {
			n++
		}
	}
	return n
}

func TestSARIFTellsTheStoryInOrder(t *testing.T) {
	log, err := sarif.FromString(written(t, "sarif", fixture(), fixtureOptions()))
	if err != nil {
		t.Fatal(err)
	}
	r := log.Runs[0].Results[1]
	steps := r.CodeFlows[0].ThreadFlows[0].Locations
	if first, last := *steps[0].Location.PhysicalLocation.Region.StartLine, *steps[len(steps)-1].Location.PhysicalLocation.Region.StartLine; first != 81 || last != 88 {
		t.Errorf("the flow goes from line %d to line %d, want 81 to 88", first, last)
	}
	if len(r.RelatedLocations) != 1 || r.PartialFingerprints[sarifFingerprint] != "aa02" || r.Level != "warning" || *r.BaselineState != "new" {
		t.Errorf("related %d, fingerprint %v, level %s, baseline %s", len(r.RelatedLocations), r.PartialFingerprints, r.Level, *r.BaselineState)
	}
	suppressed := log.Runs[0].Results[8]
	if len(suppressed.Suppressions) != 1 || suppressed.Level != "note" {
		t.Errorf("the suppressed result has %d suppressions and level %s", len(suppressed.Suppressions), suppressed.Level)
	}
}

func TestPathsInSARIFStartAtTheRepository(t *testing.T) {
	res := fixture()
	res.Root = "/home/dev/mono repo/services/chat"
	for prefix, want := range map[string][2]string{
		"":              {"file:///home/dev/mono%20repo/services/chat/", "src/relay.rs"},
		"services/chat": {"file:///home/dev/mono%20repo/", "services/chat/src/relay.rs"},
	} {
		log, err := sarif.FromString(written(t, "sarif", res, Options{Prefix: prefix}))
		if err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		base := run.OriginalUriBaseIds[sarifBase]
		if got := [2]string{*base.URI, *run.Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI}; got != want {
			t.Errorf("prefix %q: got %v, want %v", prefix, got, want)
		}
	}
}

func TestJUnitCountsAddUp(t *testing.T) {
	forEachState(t, "junit", func(t *testing.T, res *engine.Result, out []byte) {
		var all, sum junit.Testsuites
		if err := xml.Unmarshal(out, &all); err != nil {
			t.Fatal(err)
		}
		for _, s := range all.Suites {
			counted := junit.Testsuite{}
			for _, c := range s.Testcases {
				counted.AddTestcase(c)
			}
			if counted.Tests != s.Tests || counted.Failures != s.Failures || counted.Errors != s.Errors || counted.Skipped != s.Skipped {
				t.Errorf("suite %s says %d/%d/%d/%d and holds %d/%d/%d/%d", s.Name, s.Tests, s.Failures, s.Errors, s.Skipped,
					counted.Tests, counted.Failures, counted.Errors, counted.Skipped)
			}
			sum.AddSuite(s)
		}
		if sum.Tests != all.Tests || sum.Failures != all.Failures || sum.Errors != all.Errors || sum.Skipped != all.Skipped {
			t.Errorf("the totals of %s do not add up", out)
		}
		failing := 0
		for _, f := range res.Findings {
			if f.Severity != finding.Info {
				failing++
			}
		}
		if all.Failures != failing {
			t.Errorf("%d failures for %d findings above info", all.Failures, failing)
		}
	})
}

func TestReviewdogReadsEveryDiagnostic(t *testing.T) {
	forEachState(t, "rdjson", func(t *testing.T, res *engine.Result, out []byte) {
		var result rdf.DiagnosticResult
		if err := protojson.Unmarshal(out, &result); err != nil { // refuses unknown fields and words
			t.Fatal(err)
		}
		if len(result.Diagnostics) != len(res.Findings) {
			t.Fatalf("%d diagnostics for %d findings", len(result.Diagnostics), len(res.Findings))
		}
		for i, d := range result.Diagnostics {
			if d.Location.Path == "" || d.Code.Value != res.Findings[i].Rule || d.Severity == rdf.Severity_UNKNOWN_SEVERITY {
				t.Errorf("diagnostic %v of %s", d, res.Findings[i].Rule)
			}
		}
	})
}

func TestColumnsOfReviewdogCountBytes(t *testing.T) {
	var result rdf.DiagnosticResult
	if err := protojson.Unmarshal([]byte(written(t, "rdjson", fixture(), fixtureOptions())), &result); err != nil {
		t.Fatal(err)
	}
	at := result.Diagnostics[2].Location.Range
	line := fixtureFiles["src/wide.rs"][2]
	if got := line[at.Start.Column-1 : at.End.Column-1]; got != "block_on(名前.len" {
		t.Errorf("the range holds %q", got)
	}
}

// What GitLab demands of an issue: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
const gitLabContract = `{"type": "array", "items": {"type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"],
	"properties": {"description": {"type": "string", "minLength": 1}, "check_name": {"type": "string", "minLength": 1}, "fingerprint": {"type": "string", "minLength": 1},
	"severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
	"location": {"type": "object", "required": ["path", "lines"], "properties": {"path": {"type": "string", "pattern": "^[^.]"},
	"lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}}`

func TestGitLabGetsWhatItDemands(t *testing.T) {
	schema := compiled(t, []byte(gitLabContract), func(any) {})
	forEachState(t, "gitlab", func(t *testing.T, res *engine.Result, out []byte) {
		checkSchema(t, schema, out, true)
		var issues []gitLabIssue
		if err := json.Unmarshal(out, &issues); err != nil || len(issues) != len(res.Findings) {
			t.Errorf("%d issues for %d findings, %v", len(issues), len(res.Findings), err)
		}
	})
}

// decoded is a workflow command as the runner reads it: name, properties, message.
func decoded(t *testing.T, line string) (string, map[string]string, string) {
	t.Helper()
	head, message, ok := strings.Cut(strings.TrimPrefix(line, "::"), "::")
	if !ok || !strings.HasPrefix(line, "::") {
		t.Fatalf("not a workflow command: %q", line)
	}
	name, list, _ := strings.Cut(head, " ")
	unescape := strings.NewReplacer("%25", "%", "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",")
	props := map[string]string{}
	for p := range strings.SplitSeq(list, ",") {
		key, value, _ := strings.Cut(p, "=")
		props[key] = unescape.Replace(value)
	}
	return name, props, strings.NewReplacer("%25", "%", "%0D", "\r", "%0A", "\n").Replace(message)
}

func TestGitHubCommandsSurviveHostileText(t *testing.T) {
	res := fixture()
	res.Unknowns, res.Rungs = nil, nil
	res.Findings = res.Findings[:1]
	f := &res.Findings[0]
	f.File, f.Message, f.Label, f.Because, f.Fix = "src/a,b:c%0A\nd.rs", "50%\n::error::injected", "", nil, ""
	out := written(t, "github", res, Options{Prefix: "sub"})
	if strings.Count(out, "\n") != 1 {
		t.Fatalf("more than one command: %q", out)
	}
	name, props, message := decoded(t, strings.TrimSuffix(out, "\n"))
	if name != "error" || props["file"] != "sub/src/a,b:c%0A\nd.rs" || props["title"] != f.Rule || props["line"] != "14" || message != f.Message {
		t.Errorf("got %s %v %q", name, props, message)
	}
}

// cargoLines decodes the lines of the cargo format that are ours.
func cargoLines(t *testing.T, res *engine.Result) []cargoMessage {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(written(t, "cargo", res, fixtureOptions()), "\n"), "\n")
	var messages []cargoMessage
	for i, line := range lines {
		d := json.NewDecoder(strings.NewReader(line))
		var m cargoMessage
		if err := d.Decode(&m); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if (m.Reason == "build-finished") != (i == len(lines)-1) {
			t.Errorf("line %d of %d is %s", i+1, len(lines), m.Reason)
		}
		if m.Reason == "compiler-message" && strings.HasPrefix(m.Message.Code.Code, "pollux::") {
			messages = append(messages, m)
		}
	}
	return messages
}

func TestCargoGetsOneMessageForEachShownFinding(t *testing.T) {
	for name, res := range states() {
		shown, _ := newView(res, Options{}).visible()
		messages := cargoLines(t, res)
		if len(messages) != len(shown) {
			t.Errorf("%s: %d messages for %d findings", name, len(messages), len(shown))
		}
		for i, m := range messages {
			primary := slices.ContainsFunc(m.Message.Spans, func(s rustcSpan) bool { return s.Primary })
			if !primary || m.Message.Code.Code != "pollux::"+shown[i].Rule {
				t.Errorf("%s: message %d has code %s, a primary span: %v", name, i, m.Message.Code.Code, primary)
			}
		}
	}
}

func TestBytesOfACargoSpanHoldTheMarkedText(t *testing.T) {
	for i, want := range map[int]string{0: "send(\r\n\t\t\"日本\",\r\n\t\tpeer, \r\n\t).await;", 1: "await", 2: "block_on(名前.len"} {
		s := cargoLines(t, fixture())[i].Message.Spans[0]
		file := strings.Join(fixtureFiles[s.File], "\n")
		if got := file[s.ByteStart:s.ByteEnd]; got != want {
			t.Errorf("finding %d: got %q, want %q", i, got, want)
		}
	}
}

func TestPackageIDsAreThoseOfCargo(t *testing.T) {
	for want, u := range map[string]cargo.Unit{
		"path+file:///home/dev/relay#0.3.0":              {Package: "relay", Version: "0.3.0", PackageDir: "/home/dev/relay"},
		"path+file:///home/dev/chat%20relay#relay@0.3.0": {Package: "relay", Version: "0.3.0", PackageDir: "/home/dev/chat relay"},
		"path+file:///d/%C3%BC#t@0.1.0":                  {Package: "t", Version: "0.1.0", PackageDir: "/d/ü"},
	} {
		if got := packageID(u); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
