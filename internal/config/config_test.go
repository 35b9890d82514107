package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"pollux/internal/fault"
	"pollux/internal/finding"
)

var rules = []string{"dropped-future", "sync-guard-across-await"}

// load writes text as the configuration of a project and loads it under env and the command line args.
func load(t *testing.T, text string, env, args []string) (Settings, error) {
	t.Helper()
	dir := t.TempDir()
	if text != "" {
		if err := os.WriteFile(filepath.Join(dir, FileName), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var overrides []Override
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	Flags(fs, &overrides)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return Load(Source{Root: dir, Env: env, Overrides: overrides, Rules: rules})
}

func TestAFlagBeatsTheEnvironmentWhichBeatsTheFile(t *testing.T) {
	const text = "fail-on = \"info\"\nfeatures = [\"file\"]\njobs = 1\n"
	check := func(env, args []string, level finding.Severity, features string, jobs int) {
		t.Helper()
		s, err := load(t, text, env, args)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.Features, ","); s.FailOn != level || got != features || s.Jobs != jobs {
			t.Errorf("got %v %v %d, want %v %v %d", s.FailOn, got, s.Jobs, level, features, jobs)
		}
	}
	check(nil, nil, finding.Info, "file", 1)
	check([]string{"POLLUX_FAIL_ON=warning"}, nil, finding.Warning, "file", 1)
	check([]string{"POLLUX_FAIL_ON=warning", "POLLUX_JOBS=3"}, []string{"--fail-on=error"}, finding.Error, "file", 3)
	check([]string{"POLLUX_FEATURES=e"}, []string{"-F", "a,b", "--features", "c"}, finding.Info, "a,b,c", 1)
}

func TestNothingSetGivesTheDefaults(t *testing.T) {
	s, err := load(t, "", nil, nil)
	if err != nil || !reflect.DeepEqual(s, Default()) {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestTheLastLevelOfARuleCounts(t *testing.T) {
	s, err := load(t, "[levels]\ndropped-future = \"allow\"\n", nil,
		[]string{"--warn", "dropped-future", "--deny=dropped-future,sync-guard-across-await", "--allow", "sync-guard-across-await"})
	if err != nil {
		t.Fatal(err)
	}
	check := func(rule string, want finding.Severity, wantReported bool) {
		t.Helper()
		if got, reported := s.Levels.Severity(rule, finding.Info); got != want || reported != wantReported {
			t.Errorf("%s: %v %v, want %v %v", rule, got, reported, want, wantReported)
		}
	}
	check("dropped-future", finding.Error, true)
	check("sync-guard-across-await", finding.Info, false)
	check("another", finding.Info, true)
}

func TestTablesOfKnowledgeAreRead(t *testing.T) {
	s, err := load(t, `
[[guard]]
id = "lease"
types = ["db::Lease"]
severity = "warning"
what = "a lease of the pool"
hazard = "keeps a connection from every other task"
fix = "return it before the await"
[[call]]
id = "fsync"
match = ["db::fsync"]
effect = "block"
severity = "warning"
does = "waits for the disk"
[[closure]]
id = "offload"
match = ["pool::offload"]
argument = [1]
runs = "blocking"
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	k := s.Knowledge
	if len(k.Guard) != 1 || len(k.Call) != 1 || len(k.Closure) != 1 || k.Call[0].Does != "waits for the disk" {
		t.Errorf("got %+v", k)
	}
}

func TestAMistakeIsNamedWithItsPlaceAndTheLikelyWord(t *testing.T) {
	check := func(text string, env []string, message, hint string) {
		t.Helper()
		_, err := load(t, text, env, nil)
		user, ok := fault.As(err)
		if !ok || user.Kind != fault.Usage {
			t.Fatalf("%q: got %v, want a fault of usage", text, err)
		}
		if !strings.Contains(err.Error(), message) || !strings.Contains(strings.Join(user.Hints, "\n"), hint) {
			t.Errorf("%q: got %q with hints %q, want %q with %q", text, err, user.Hints, message, hint)
		}
	}
	check("jobs = 1\nfail_on = \"info\"\n", nil, "pollux.toml:2:1: unknown key `fail_on`", "did you mean `fail-on`?")
	check("[[guard]]\ntyps = [\"x\"]\n", nil, "unknown key `guard.typs`", "did you mean `types`?")
	check("[lints]\nx = 1\n", nil, "unknown key `lints", "docs/configuration.md")
	check("jobs = \"x\"\n", nil, "pollux.toml:1:", "")
	check("fail-on = \"loud\"\n", nil, "unknown severity \"loud\"", "")
	check("jobs = \n", nil, "pollux.toml:1:", "")
	check("[levels]\ndropped-future = \"forbid\"\n", nil, "want allow, warn or deny", "")
	check("[levels]\ndroped-future = \"warn\"\n", nil, "unknown rule `droped-future`", "did you mean `dropped-future`?")
	check("color = \"alway\"\n", nil, "color is \"alway\"", "did you mean `always`?")
	check("jobs = -1\n", nil, "jobs is -1", "")
	check("[[call]]\nid = \"x\"\nmatch = [\"a::b\"]\nrule = \"y\"\ndoes = \"waits\"\n", nil, "call x: rule \"y\"", "docs/configuration.md")
	check("", []string{"POLLUX_JOBS=many"}, "POLLUX_JOBS: invalid value \"many\"", "")
}

func TestAConfigFlagNamesAnotherFileOrAddsTOML(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.toml")
	for path, text := range map[string]string{other: "jobs = 7\n", filepath.Join(dir, FileName): "jobs = 1\ninfo = true\n"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Load(Source{Root: dir, Config: []string{other, `closure = [{ id = "x", match = ["a::b"], runs = "blocking" }]`}})
	if err != nil || s.Jobs != 7 || s.Info || len(s.Knowledge.Closure) != 1 {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, err := Load(Source{Root: dir, Config: []string{filepath.Join(dir, "absent.toml")}}); err == nil {
		t.Error("a named file that does not exist was accepted")
	}
}

func TestEveryKeyOfTheFileIsAFlagAndHasHelp(t *testing.T) {
	var overrides []Override
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	Flags(fs, &overrides)
	for f := range reflect.TypeFor[Settings]().Fields() {
		key := f.Tag.Get("toml")
		if key == "-" || key == "levels" {
			continue
		}
		if fs.Lookup(key) == nil || f.Tag.Get("help") == "" {
			t.Errorf("field %s: no flag --%s, or no help", f.Name, key)
		}
	}
}
