package engine

import (
	"context"
	"pollux/internal/analysis"
	"slices"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
	"pollux/internal/rung/console"
	"pollux/internal/rung/loom"
	"pollux/internal/rung/miri"
	"pollux/internal/rung/sanitize"
)

// outer is a run of one tool that is not pollux's own.
type outer func(ctx context.Context, req cargo.Request) (*rung.Report, error)

// Loom runs the loom models of the project.
func (p *Project) Loom(ctx context.Context, opt loom.Options) (*Result, error) {
	opt.Progress = p.req.Progress
	return p.outer(ctx, "loom", analysis.FamilyLoom, func(ctx context.Context, req cargo.Request) (*rung.Report, error) { return loom.Run(ctx, req, opt) })
}

// Sanitize runs the tests of the project under sanitizers.
func (p *Project) Sanitize(ctx context.Context, opt sanitize.Options) (*Result, error) {
	opt.Progress, opt.Jobs = p.req.Progress, p.Settings.Jobs
	return p.outer(ctx, "sanitize", analysis.FamilyMemory, func(ctx context.Context, req cargo.Request) (*rung.Report, error) {
		return sanitize.Run(ctx, req, opt)
	})
}

// Miri runs the tests of the project under Miri.
func (p *Project) Miri(ctx context.Context, opt miri.Options) (*Result, error) {
	opt.Progress, opt.Jobs = p.req.Progress, p.Settings.Jobs
	return p.outer(ctx, "miri", analysis.FamilyMemory, func(ctx context.Context, req cargo.Request) (*rung.Report, error) {
		return miri.Run(ctx, req, opt)
	})
}

// Attach watches a running program of the project that has a console-subscriber.
func (p *Project) Attach(ctx context.Context, opt console.AttachOptions) (*Result, error) {
	opt.Root = p.Root
	return p.outer(ctx, "console", analysis.FamilyConsole, func(ctx context.Context, _ cargo.Request) (*rung.Report, error) {
		return console.Attach(ctx, opt)
	})
}

// Record builds the project with a console-subscriber linked in, and records its program or its tests.
func (p *Project) Record(ctx context.Context, opt console.RunOptions) (*Result, error) {
	opt.Progress = p.req.Progress
	return p.outer(ctx, "console", analysis.FamilyConsole, func(ctx context.Context, req cargo.Request) (*rung.Report, error) {
		return console.Run(ctx, req, opt)
	})
}

// outer makes a Result of what one rung came to. An error means that there is no answer at all.
func (p *Project) outer(ctx context.Context, command, family string, tool outer) (*Result, error) {
	refs, err := p.references(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := p.rules(family)
	if err != nil {
		return nil, err
	}
	r := &run{Project: p, rules: rules, sources: newSources(p.Root)}
	start := p.engine.Now()
	report, err := tool(ctx, p.cargoRequest())
	if err != nil {
		res, err := r.notExplored(err)
		if err != nil {
			return nil, err
		}
		res.Command, res.Rungs[0].Name = command, command
		return res, nil
	}
	built := report.Build
	if built == nil {
		built = &cargo.TestBuild{Success: true}
	}
	r.capture = &cargo.Capture{Root: p.Root, Toolchain: report.Toolchain, Success: built.Success, Diagnostics: onlyErrors(built.Diagnostics)}
	r.takeOuter(report, built)
	r.rungs[0].Seconds = r.seconds(start)
	r.findings = dedupe(r.findings)
	hash, err := r.explorationHash(built.Programs)
	if err != nil {
		return nil, err
	}
	r.allow()
	r.applyLevels()
	r.identify()
	if err := r.compareWith(refs, r.rungs[0].Status != "unknown"); err != nil {
		return nil, err
	}
	finding.Sort(r.findings)
	sortUnknowns(r.unknowns)
	sortSuppressed(r.suppressed)
	res := r.result(command, hash, built.Success)
	return res, r.engine.remember(res)
}

// onlyErrors leaves the warnings away: those of a build for another tool, such as one about its cfg, say nothing about the code.
func onlyErrors(ds []cargo.Diagnostic) []cargo.Diagnostic {
	return slices.DeleteFunc(slices.Clone(ds), func(d cargo.Diagnostic) bool { return d.Level != "error" })
}

// takeOuter makes a rung of the report.
func (r *run) takeOuter(report *rung.Report, built *cargo.TestBuild) {
	found, open := report.All()
	r.findings = slices.DeleteFunc(found, func(f finding.Finding) bool {
		return len(r.Settings.Rules) > 0 && !slices.Contains(r.Settings.Rules, f.Rule)
	})
	r.unknowns = append(r.unknowns, open...)
	for _, text := range built.Complaints {
		r.unknowns = append(r.unknowns, finding.Unknown{What: "the build", Reason: text})
	}
	line := Rung{Name: report.Name, Status: report.Status(), Reason: report.Words()}
	line.Units = report.Count(rung.Passed) + report.Count(rung.Failed)
	if report.Tool != "" {
		line.Reason = report.Tool + ": " + line.Reason
	}
	if !built.Success {
		line.Status, line.Reason = "unknown", "it does not build: "+countErrors(r.capture)
	}
	for _, s := range report.Subjects {
		line.Subjects = append(line.Subjects, subject(s))
	}
	r.rungs = append(r.rungs, line)
}

func subject(s rung.Subject) Subject {
	out := Subject{Name: s.Name, Outcome: s.Kind().String(), Bound: s.Bound()}
	switch s.Kind() {
	case rung.Passed, rung.Failed:
	default:
		out.Reason = s.Reason()
	}
	return out
}
