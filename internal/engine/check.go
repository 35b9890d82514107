package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rules/apidrift"
)

// Check runs the compile and the static rung. An error means that there is no answer at all; what could not be checked is
// part of the answer.
func (p *Project) Check(ctx context.Context) (*Result, error) {
	refs, err := p.references(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := p.rules("check")
	if err != nil {
		return nil, err
	}
	first := run{Project: p, rules: rules, sources: newSources(p.Root)}
	if (p.req.Changed || p.req.Since != "") && !p.req.WriteBaseline {
		if first.weak, err = p.Weakened(ctx, p.req.Since); err != nil {
			return nil, err
		}
	}
	r := first
	defer func() {
		if r.capture != nil {
			_ = r.capture.Close()
		}
	}()
	err = r.read(ctx)
	if err == nil && len(r.lost) > 0 {
		_ = r.capture.Close()
		r = first // the build that comes now makes them anew
		err = r.read(ctx)
	}
	var world *worldError
	switch {
	case errors.As(err, &world):
		return r.nothing(world)
	case err != nil:
		return nil, err
	}
	return r.finish(refs)
}

// read runs the rungs.
func (r *run) read(ctx context.Context) error {
	if err := r.compile(ctx); err != nil {
		return err
	}
	return r.static(ctx)
}

// run is one check on its way to a Result.
type run struct {
	*Project
	rules      []*analysis.Rule
	sources    *sources
	capture    *cargo.Capture
	findings   []finding.Finding
	unknowns   []finding.Unknown
	suppressed []finding.Suppressed
	rungs      []Rung
	compare    *Comparison
	asked      []string  // filters of an exploration
	weak       *Weakened // nil when no change is looked at
	stands     []apidrift.Explained
	lost       []string // as of [StaticOutcome]
}

func (r *run) compile(ctx context.Context) error {
	start := r.engine.Now()
	capture, err := r.build(ctx)
	if err != nil {
		return err
	}
	r.capture = capture
	found := r.explain(capture)
	r.findings = append(r.findings, found...)
	r.explainDrift(ctx)
	rung := Rung{Name: "compile", Status: "ok", Units: len(members(capture)), Seconds: r.seconds(start)}
	switch {
	case !capture.Success:
		rung.Status, rung.Reason = "findings", doesNotBuild(capture)
	case len(r.findings) > 0:
		rung.Status = "findings"
	}
	if capture.Relocked {
		rung.Reason = strings.TrimPrefix(rung.Reason+"; Cargo.lock did not fit the manifests, and cargo wrote it anew", "; ")
	}
	r.rungs = append(r.rungs, rung)
	for _, problem := range capture.Problems {
		r.unknowns = append(r.unknowns, finding.Unknown(problem))
	}
	return nil
}

// explain turns what rustc says about futures into findings, for the rules that are to run.
func (r *run) explain(capture *cargo.Capture) []finding.Finding {
	if r.engine.Explain == nil {
		return nil
	}
	return slices.DeleteFunc(r.engine.Explain(capture), func(f finding.Finding) bool { return !r.wants(f.Rule) })
}

func (r *run) wants(rule string) bool {
	return slices.ContainsFunc(r.rules, func(have *analysis.Rule) bool { return have.ID == rule })
}

func (r *run) static(ctx context.Context) error {
	rung := Rung{Name: "static"}
	readable, missing := 0, 0
	for _, u := range members(r.capture) {
		if u.MIR == "" {
			missing++
			continue
		}
		readable++
	}
	start := r.engine.Now()
	switch {
	case r.engine.Static == nil:
		rung.Status, rung.Reason = "unknown", "this pollux was built without its analysis"
	case readable == 0:
		rung.Status, rung.Reason = "unknown", "there is no MIR to read"
	default:
		if err := r.runStatic(ctx, &rung); err != nil {
			return err
		}
		if all := readable + missing; rung.Units < all {
			rung.Status, rung.Reason = "unknown", fmt.Sprintf("%d of %d units could not be checked in full", all-rung.Units, all)
		}
		if len(r.lost) > 0 {
			rung.Status, rung.Reason = "unknown", "what was kept of dependencies is not as it was written: "+strings.Join(r.lost, ", ")
		}
	}
	rung.Seconds = r.seconds(start)
	r.rungs = append(r.rungs, rung)
	return nil
}

func (r *run) runStatic(ctx context.Context, rung *Rung) error {
	out, err := r.engine.Static(ctx, r.capture, StaticOptions{
		Rules:     r.rules,
		Knowledge: r.Settings.Knowledge,
		Jobs:      r.Settings.Jobs,
	})
	if err != nil {
		return fmt.Errorf("static rung: %w", err)
	}
	r.findings = append(r.findings, out.Findings...)
	r.unknowns = append(r.unknowns, out.Unknowns...)
	rung.Units, rung.Status, r.lost = out.Units, "ok", out.Lost
	if len(out.Findings) > 0 {
		rung.Status = "findings"
	}
	return nil
}

// finish turns what the rungs said into a Result.
func (r *run) finish(refs references) (*Result, error) {
	complete := r.capture.Success && !slices.ContainsFunc(r.rungs, func(g Rung) bool { return g.Status == "unknown" })
	r.findings = dedupe(r.findings)
	hash := r.inputHash()
	r.suppress(complete)
	r.applyLevels()
	r.identify()
	if err := r.compareWith(refs, complete); err != nil {
		return nil, err
	}
	r.addWeakened(r.weak)
	r.replaceErrors()
	finding.Sort(r.findings)
	sortUnknowns(r.unknowns)
	sortSuppressed(r.suppressed)
	res := r.result("check", hash, r.capture.Success)
	if r.weak != nil && r.weak.Blocks() && res.Verdict != DoesNotBuild {
		res.Verdict = Findings // even if the change has raised the threshold
	}
	return res, r.engine.remember(res)
}

// result is what the run has come to, as an answer of a verb; built says whether cargo could build what was asked for.
func (r *run) result(command, hash string, built bool) *Result {
	res := &Result{
		Schema:     SchemaVersion,
		Version:    Version,
		Command:    command,
		Toolchain:  r.capture.Toolchain,
		Root:       r.Root,
		InputHash:  hash,
		Findings:   orEmpty(r.findings),
		Rungs:      r.rungs,
		Unknowns:   orEmpty(slices.Compact(r.unknowns)),
		Suppressed: orEmpty(r.suppressed),
		Compare:    r.compare,
		Rendered:   rendered(r.capture),
		Build:      r.capture,
	}
	res.Verdict = verdict(res, built, r.Settings.FailOn)
	return res
}

func (r *run) suppress(complete bool) {
	if r.engine.Suppress == nil {
		return
	}
	r.findings, r.suppressed = r.engine.Suppress(SuppressInput{
		Capture: r.capture, Findings: r.findings, Known: ruleIDs(r.engine.Rules), Rules: r.rules, Complete: complete,
	})
}

// applyLevels gives each finding the severity that the settings ask for. What they allow moves to the suppressed.
func (r *run) applyLevels() {
	kept := r.findings[:0]
	for _, f := range r.findings {
		severity, reported := r.Settings.Levels.Severity(f.Rule, f.Severity)
		if !reported {
			r.suppressed = append(r.suppressed, finding.Suppressed{
				Rule: f.Rule, File: f.File, Line: f.Line, Reason: "the configuration allows this rule",
			})
			continue
		}
		f.Severity = severity
		kept = append(kept, f)
	}
	r.findings = kept
}

func (r *run) seconds(start time.Time) float64 {
	if !r.req.Timings {
		return 0
	}
	return r.engine.Now().Sub(start).Seconds()
}

// verdict is the answer to the whole run. What is wrong outweighs what was not checked: a reader can act on it.
func verdict(res *Result, builds bool, failOn finding.Severity) Verdict {
	switch {
	case !builds:
		return DoesNotBuild
	case slices.ContainsFunc(res.Findings, func(f finding.Finding) bool { return f.Severity >= failOn }):
		return Findings
	case slices.ContainsFunc(res.Rungs, func(g Rung) bool { return g.Status == "unknown" }):
		return Incomplete
	}
	return Clean
}
