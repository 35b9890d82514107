package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pollux/internal/engine"
)

// checkAll runs pollux on the chosen crates, and saves after each one, so that an interrupted run is not lost.
func (t *tool) checkAll(ctx context.Context) error {
	pollux, err := t.polluxBinary(ctx)
	if err != nil {
		return err
	}
	r, err := loadResults(t.resultsPath())
	if err != nil {
		return err
	}
	r.keepOnly(t.manifest)
	failed := t.each(ctx, func(ctx context.Context, e entry) error {
		c, answer := t.check(ctx, pollux, e)
		if answer.Toolchain != "" {
			r.Toolchain, r.Pollux = answer.Toolchain, answer.Version
		}
		r.put(c)
		t.printCheck(c)
		if err := r.save(t.resultsPath()); err != nil {
			return err
		}
		return c.failure()
	})
	if err := t.writePage(r); err != nil {
		return err
	}
	return failed
}

// polluxBinary is the binary to test: the one given, or one built from this checkout.
func (t *tool) polluxBinary(ctx context.Context) (string, error) {
	if t.pollux != "" {
		return filepath.Abs(t.pollux)
	}
	path := filepath.Join(t.work, "bin", "pollux")
	o := runChild(ctx, child{argv: []string{"go", "build", "-o", path, "./cmd/pollux"}, deadline: t.deadline.duration()})
	return path, o.must("build pollux")
}

// check asks pollux about one crate. The first run builds what is not built yet; the second, after the crate's own
// sources were touched and without incremental state, gives the cost of the crate alone and must give the same answer.
func (t *tool) check(ctx context.Context, pollux string, e entry) (crateResult, engine.Result) {
	c := crateResult{Name: e.name(), Version: e.Version, Kind: e.Kind}
	began := time.Now()
	first := t.runPollux(ctx, pollux, e, nil)
	c.First = first.cost()
	answer, err := decodeAnswer(first, t.source(e))
	c.Exit, c.Lock = first.exit, t.lockHash(e)
	c.fill(answer, err)
	if t.once || err != nil {
		c.MIR = readShare(t.target("pollux"), began)
		return c, answer
	}
	if err := t.touch(ctx, e); err != nil {
		c.Problem = err.Error()
		return c, answer
	}
	began = time.Now()
	second := t.runPollux(ctx, pollux, e, []string{"CARGO_INCREMENTAL=0"})
	c.Member = second.cost()
	again, err := decodeAnswer(second, t.source(e))
	c.Repeatable = repeatable(answer, again, err)
	c.MIR = readShare(t.target("pollux"), began)
	return c, answer
}

func (t *tool) runPollux(ctx context.Context, pollux string, e entry, env []string) outcome {
	args := append([]string{pollux, "check", "--format", "json"}, e.Args...)
	if t.jobs > 0 {
		args = append(args, "--jobs", fmt.Sprint(t.jobs))
	}
	env = append([]string{
		"CARGO_TARGET_DIR=" + t.target("pollux"),
		"XDG_CACHE_HOME=" + filepath.Join(t.work, "cache"),
	}, env...)
	return runChild(ctx, child{argv: args, dir: t.source(e), env: env, deadline: t.deadline.duration()})
}

// Exit codes of pollux with which there is an answer on stdout.
var answeringExits = []int{0, 1, 5}

// decodeAnswer reads pollux's JSON, or says why there is none, with pollux's last words.
func decodeAnswer(o outcome, source string) (engine.Result, error) {
	var answer engine.Result
	if o.err != nil {
		return answer, o.err
	}
	said := neutral(lastLines(o.stderr, 6), source)
	if !slices.Contains(answeringExits, o.exit) {
		return answer, fmt.Errorf("exit %d: %s", o.exit, said)
	}
	if err := json.Unmarshal([]byte(neutral(string(o.stdout), source)), &answer); err != nil {
		return answer, fmt.Errorf("exit %d, but no JSON answer: %w: %s", o.exit, err, said)
	}
	return answer, nil
}

// fill takes over what the answer says.
func (c *crateResult) fill(answer engine.Result, err error) {
	if err != nil {
		c.Problem = err.Error()
		return
	}
	c.Verdict = string(answer.Verdict)
	c.Findings = answer.Findings
	c.Unknowns = countReasons(answer.Unknowns)
	c.Suppressed = len(answer.Suppressed)
	for _, rung := range answer.Rungs {
		c.Units = max(c.Units, rung.Units)
	}
	for _, u := range answer.Unknowns {
		if isCrash(u.Reason) {
			c.Crashes = append(c.Crashes, u.What+": "+u.Reason)
		}
	}
}

// isCrash tells an internal error that pollux survived, such as a rule that panicked, from something it cannot know.
func isCrash(reason string) bool {
	lower := strings.ToLower(reason)
	return strings.Contains(lower, "panic") || strings.Contains(lower, "internal error") || strings.Contains(lower, "bug in pollux")
}

// repeatable compares two answers on the same sources, and shows the first difference.
func repeatable(first, second engine.Result, err error) string {
	if err != nil {
		return "no: " + err.Error()
	}
	a, b := lasting(first), lasting(second)
	for i := range max(len(a), len(b)) {
		if x, y := at(a, i), at(b, i); x != y {
			return fmt.Sprintf("no: %s, then %s", x, y)
		}
	}
	return "yes"
}

// lasting is the part of an answer that must not change from run to run, one text per piece.
func lasting(r engine.Result) []string {
	pieces := []any{r.Verdict}
	for _, f := range r.Findings {
		pieces = append(pieces, f)
	}
	for _, u := range r.Unknowns {
		pieces = append(pieces, u)
	}
	for _, s := range r.Suppressed {
		pieces = append(pieces, s)
	}
	texts := make([]string, len(pieces))
	for i, piece := range pieces {
		text, err := json.Marshal(piece)
		if err != nil {
			text = []byte(err.Error())
		}
		texts[i] = string(text)
	}
	return texts
}

// at is the i-th text, or "nothing" behind the end.
func at(texts []string, i int) string {
	if i < len(texts) {
		return texts[i]
	}
	return "nothing"
}

// failure says whether the crate counts as failed.
func (c crateResult) failure() error {
	switch {
	case c.Problem != "":
		return fmt.Errorf("%s", c.Problem)
	case len(c.Crashes) > 0:
		return fmt.Errorf("%d internal errors, the first: %s", len(c.Crashes), c.Crashes[0])
	case strings.HasPrefix(c.Repeatable, "no"):
		return fmt.Errorf("a second run on the same sources gave another answer (%s)", c.Repeatable)
	}
	return nil
}

func (t *tool) printCheck(c crateResult) {
	fmt.Fprintf(t.out, "%-26s %-9s exit %2d %-14s %3d units %3d findings %4d unknown %4d of %7d opaque  first %6.1f  member %6.1f CPU-s\n",
		c.Name, c.Version, c.Exit, c.Verdict, c.Units, len(c.Findings), c.unknownCount(),
		c.MIR.Opaque, c.MIR.Statements, c.First.CPU, c.Member.CPU)
}

func (c crateResult) unknownCount() int {
	n := 0
	for _, u := range c.Unknowns {
		n += u.Count
	}
	return n
}

// lockHash names the dependency versions that e was checked with.
func (t *tool) lockHash(e entry) string {
	text, err := os.ReadFile(filepath.Join(t.source(e), "Cargo.lock"))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// touch makes cargo rebuild the crate itself.
func (t *tool) touch(ctx context.Context, e entry) error {
	roots, err := t.roots(ctx, e)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, root := range roots {
		if err := os.Chtimes(root, now, now); err != nil {
			return fmt.Errorf("touch: %w", err)
		}
	}
	return nil
}

// roots lists the root source files of the crate's targets, the library first.
func (t *tool) roots(ctx context.Context, e entry) ([]string, error) {
	o := t.cargo(ctx, e, "check", nil, "metadata", "--no-deps", "--format-version", "1")
	if err := o.must("cargo metadata"); err != nil {
		return nil, err
	}
	return parseRoots(o.stdout)
}

func parseRoots(text []byte) ([]string, error) {
	var meta struct {
		Packages []struct {
			Targets []struct {
				Kind []string
				Path string `json:"src_path"`
			}
		}
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		return nil, fmt.Errorf("read cargo metadata: %w", err)
	}
	var libs, rest []string
	for _, p := range meta.Packages {
		for _, target := range p.Targets {
			switch {
			case slices.Contains(target.Kind, "custom-build"):
			case slices.ContainsFunc(target.Kind, func(k string) bool { return strings.HasSuffix(k, "lib") }):
				libs = append(libs, target.Path)
			default:
				rest = append(rest, target.Path)
			}
		}
	}
	if len(libs)+len(rest) == 0 {
		return nil, fmt.Errorf("cargo metadata names no target")
	}
	return append(libs, rest...), nil
}
