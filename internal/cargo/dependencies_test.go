package cargo

import (
	"os"
	"path/filepath"
	"testing"

	"pollux/internal/wrapper"
)

func TestBodiesOfDependenciesAreCapturedWhenAskedFor(t *testing.T) {
	t.Parallel()
	dir := project(t, twoPackages)
	wantUnits(t, check(t, dir), "demo/lib")
	c := check(t, dir, deps) // far is fresh for cargo and was never captured
	wantUnits(t, c, "demo/lib", "far/lib")
	wantBody(t, c, "far/lib", "fn g()")
	for _, u := range c.Units {
		if u.Member != (u.Crate == "demo") {
			t.Errorf("%s: member %t", u.name(), u.Member)
		}
		if u.SummaryKey != "" {
			t.Errorf("%s has a key although its source can change", u.name())
		}
	}
}

func TestADependencyCompiledInBetweenWithoutCaptureIsCapturedAgain(t *testing.T) {
	t.Parallel()
	dir := project(t, twoPackages)
	check(t, dir, deps)
	write(t, dir, "../far/src/lib.rs", "pub fn g() { new() }\npub fn new() {}\n")
	check(t, dir) // compiles far without the wrapper; its record and text are now of older source
	c := check(t, dir, deps)
	wantUnits(t, c, "demo/lib", "far/lib")
	wantBody(t, c, "far/lib", "fn new()")
}

// vendored is a project whose dependency is guarded by cargo, as one from a registry is.
func vendored(t *testing.T) string {
	return project(t, map[string]string{
		"Cargo.toml":                      "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nfar = \"0.2\"\n",
		"src/lib.rs":                      "pub fn f() { far::g() }\n",
		".cargo/config.toml":              "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\ndirectory = \"vendor\"\n",
		"vendor/far/.cargo-checksum.json": "{\"files\":{},\"package\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
		"vendor/far/Cargo.toml":           "[package]\nname = \"far\"\nversion = \"0.2.0\"\nedition = \"2021\"\n[features]\nx = []\n",
		"vendor/far/src/lib.rs":           "pub fn g() {}\n",
	})
}

func unitOf(t *testing.T, c *Capture, crate string) Unit {
	t.Helper()
	for _, u := range c.Units {
		if u.Crate == crate {
			return u
		}
	}
	t.Fatalf("no unit %s in %q; problems %v", crate, summary(c), c.Problems)
	return Unit{}
}

func TestASummaryReplacesTheMIROfADependencyInAllProjects(t *testing.T) {
	t.Parallel()
	own := func(r *Request) { r.Dependencies, r.CacheDir = true, filepath.Join(r.Dir, "..", "cache") }
	dir := vendored(t)
	first := check(t, dir, own)
	far := unitOf(t, first, "far")
	if far.SummaryKey == "" || far.MIR == "" {
		t.Fatalf("far: %+v", far)
	}
	path := first.SummaryPath(far)
	write(t, "/", path, "a summary")
	if err := os.Remove(far.MIR); err != nil {
		t.Fatal(err)
	}
	wantUnits(t, check(t, dir, own), "demo/lib", "far/lib no MIR")

	if err := os.RemoveAll(filepath.Join(dir, "target")); err != nil {
		t.Fatal(err)
	}
	fresh := check(t, dir, own)
	wantUnits(t, fresh, "demo/lib", "far/lib no MIR")
	if again := unitOf(t, fresh, "far"); again.SummaryKey != far.SummaryKey {
		t.Errorf("key %s became %s", far.SummaryKey, again.SummaryKey)
	}
	r, err := wrapper.ReadRecord(filepath.Join(fresh.TargetDir, "debug", "deps", "far-"+far.Hash))
	if err != nil || r.State != wrapper.Summary {
		t.Errorf("record %+v, %v", r, err)
	}

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantUnits(t, check(t, dir, own), "demo/lib", "far/lib")
}

func TestTheSummaryKeyFollowsFeatures(t *testing.T) {
	t.Parallel()
	dir := vendored(t)
	without := unitOf(t, check(t, dir, deps), "far")
	write(t, dir, "Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nfar = { version = \"0.2\", features = [\"x\"] }\n")
	with := unitOf(t, check(t, dir, deps), "far")
	if without.SummaryKey == with.SummaryKey || with.SummaryKey == "" {
		t.Errorf("keys %q and %q", without.SummaryKey, with.SummaryKey)
	}
}
