package engine

import (
	"cmp"
	"context"
	"os"
	"slices"

	"pollux/internal/cargo"
	"pollux/internal/explore"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// Replay is a witness that was run again: the answer, and the interleaving when it failed as it should.
type Replay struct {
	*Result
	Steps   []explore.Step
	Skipped int // polls before them that are not told
	// Deviations counts the decisions of the witness that plain tokio would not take.
	Deviations int
	Passed     bool
	Shrunk     *explore.Shrunk // of [Project.Shrink]
}

// Witness reads a witness. A file that is none is a fault of usage.
func Witness(path string) (*explore.Witness, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Usagef("cannot read the witness").Because(err).Hint("pollux explore writes witnesses and names them in its report")
	}
	w, err := explore.ParseWitness(string(text))
	if err != nil {
		return nil, fault.Usagef("%s is no witness", path).Because(err).Hint("pollux explore writes witnesses and names them in its report")
	}
	return w, nil
}

// Replay runs the witness, which lies at path, in a fresh process.
func (p *Project) Replay(ctx context.Context, w *explore.Witness, path string) (*Replay, error) {
	return p.again(ctx, w, path, "replay", explore.Replay)
}

// Shrink makes the witness as plain as it can be, and writes the result beside it.
func (p *Project) Shrink(ctx context.Context, w *explore.Witness, path string) (*Replay, error) {
	return p.again(ctx, w, path, "shrink", func(ctx context.Context, tests *explore.Workspace, w *explore.Witness, opt explore.Options) (*explore.Replayed, error) {
		return explore.Shrink(ctx, tests, w, path, opt)
	})
}

type rerun func(ctx context.Context, tests *explore.Workspace, w *explore.Witness, opt explore.Options) (*explore.Replayed, error)

// again builds what the witness needs, runs it, and makes an answer of the verb.
func (p *Project) again(ctx context.Context, w *explore.Witness, path, command string, do rerun) (*Replay, error) {
	r := &run{Project: p, sources: newSources(p.Root)}
	req := w.Request()
	req.Offline, req.Progress, req.Jobs, req.Color = p.Settings.Offline || p.Settings.Frozen, p.req.Progress, p.Settings.Jobs, p.Color
	tests, err := p.engine.OpenTests(ctx, req)
	var again *explore.Replayed
	if err == nil {
		defer tests.Close()
		again, err = do(ctx, tests, w, explore.Options{Version: Version})
	}
	if err != nil {
		res, err := r.notExplored(err)
		if err != nil {
			return nil, err
		}
		res.Command = command
		return &Replay{Result: res}, nil
	}
	r.capture = &cargo.Capture{
		Root: tests.Root, TargetDir: tests.TargetDir, Toolchain: tests.Toolchain,
		Success: again.Build.Success, Diagnostics: again.Build.Diagnostics,
	}
	return r.replayed(again, w, path, command)
}

func (r *run) replayed(again *explore.Replayed, w *explore.Witness, path, command string) (*Replay, error) {
	rung := Rung{Name: "explore", Status: "ok", Units: 1, Explored: &Explored{Tests: 1, Schedules: 1, Interleavings: 1, Tokio: w.Tokio}}
	switch {
	case !again.Build.Success:
		rung.Status, rung.Reason = "unknown", "the tests do not build: "+countErrors(r.capture)
	case again.Unknown != nil:
		rung.Status, rung.Reason = "unknown", again.Unknown.Reason
		r.unknowns = append(r.unknowns, *again.Unknown)
	case again.Finding != nil:
		rung.Status = "findings"
		f := *again.Finding
		if again.Shrunk != nil {
			path = cmp.Or(again.Shrunk.Path, path)
		}
		f.Witness, f.Reproduce = path, "pollux replay "+path
		r.findings = append(r.findings, f)
	default:
		rung.Reason = "the schedule of the witness ran, and the test passed"
	}
	if rung.Status == "unknown" {
		rung.Units, rung.Explored = 0, nil
	}
	r.rungs = append(r.rungs, rung)
	hash, err := r.explorationHash(again.Build.Programs)
	if err != nil {
		return nil, err
	}
	r.identify()
	res := &Result{
		Schema: SchemaVersion, Version: Version, Command: command, Toolchain: r.capture.Toolchain, Root: r.Root, InputHash: hash,
		Findings: orEmpty(r.findings), Rungs: r.rungs, Unknowns: orEmpty(r.unknowns), Suppressed: orEmpty(r.suppressed),
		Rendered: rendered(r.capture), Build: r.capture,
	}
	for _, s := range again.Steps {
		res.Steps = append(res.Steps, Step{s.Who(), s.Does(), s.Place.File, s.Place.Line, s.Place.Column, s.Odd, s.Departs})
	}
	// A witness was asked for, so its failure counts at any severity.
	res.Verdict = verdict(res, again.Build.Success, finding.Info)
	return &Replay{Result: res, Steps: slices.Clone(again.Steps), Skipped: again.Skipped, Deviations: again.Deviations, Passed: again.Passed, Shrunk: again.Shrunk}, nil
}
