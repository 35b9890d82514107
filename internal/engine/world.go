package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// worldError is a build that did not happen because of something in the user's world. It becomes a Result in which
// nothing is green, so that a program that reads results need not read error texts.
type worldError struct {
	*cargo.UserError
	verdict Verdict
}

// verdicts of builds that did not happen. A kind that is missing here is a mistake of usage.
var verdicts = map[cargo.Kind]Verdict{
	cargo.BadManifest: DoesNotBuild,
	cargo.Unresolved:  DoesNotBuild,
	cargo.Locked:      DoesNotBuild,
	cargo.CargoFailed: DoesNotBuild,
	cargo.NoCargo:     Incomplete,
	cargo.NoToolchain: Incomplete,
	cargo.Unreachable: Incomplete,
	cargo.DiskFull:    Incomplete,
	cargo.ReadOnly:    Incomplete,
	cargo.OldCargo:    Incomplete,
}

// classify turns an error of cargo's room into a fault of usage, or into a worldError. Other errors stay as they are.
func classify(err error) error {
	var user *cargo.UserError
	if !errors.As(err, &user) {
		return err
	}
	verdict, ok := verdicts[user.Kind]
	if !ok {
		return fault.Usagef("%s", user.Message).Hint(user.Hint)
	}
	return &worldError{user, verdict}
}

// asWorld is the error as one of the user's world, or the error as it should be shown.
func asWorld(err error) (*worldError, error) {
	var world *worldError
	if err = classify(err); errors.As(err, &world) {
		return world, nil
	}
	return nil, err
}

func (r *run) build(ctx context.Context) (*cargo.Capture, error) {
	capture, err := r.engine.Build(ctx, r.cargoRequest())
	return capture, classify(err)
}

// root finds the workspace root. When cargo cannot say, the directory of the nearest manifest stands in for it: the
// settings there still hold, and the check says what is wrong.
func (e *Engine) root(ctx context.Context, req Request) (string, error) {
	root, err := e.Locate(ctx, cargo.Request{Dir: req.Dir, ManifestPath: req.ManifestPath})
	var world *worldError
	if err = classify(err); errors.As(err, &world) {
		return nearestManifest(req)
	}
	return root, err
}

func nearestManifest(req Request) (string, error) {
	if req.ManifestPath != "" {
		return filepath.Abs(filepath.Dir(req.ManifestPath))
	}
	dir, err := filepath.Abs(req.Dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "Cargo.toml")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fault.Usagef("there is no Cargo.toml in %s or above", dir).
				Hint("run pollux inside a Rust package, or name its directory")
		}
	}
}

// nothing is the Result of a check that got no build to look at.
func (r *run) nothing(world *worldError) (*Result, error) {
	if r.req.WriteBaseline {
		return nil, fault.Environmentf("the baseline was not written: the check is not complete").Because(world.UserError).Hint(world.Hint)
	}
	first, _, more := strings.Cut(world.Message, "\n")
	var words []string
	if more { // what cargo says in several lines is shown as cargo shows it
		words = []string{"error: " + world.Message + "\n"}
	}
	if r.findings = r.featureDrift(world.Message); len(r.findings) > 0 {
		words = nil // they say it
		r.identify()
	}
	return &Result{
		Schema:   SchemaVersion,
		Version:  Version,
		Command:  "check",
		Root:     r.Root,
		Verdict:  world.verdict,
		Findings: orEmpty(r.findings),
		Rungs: []Rung{
			{Name: "compile", Status: "unknown", Reason: first},
			{Name: "static", Status: "unknown", Reason: "there was no build to read"},
		},
		Unknowns:   []finding.Unknown{{What: "the whole project", Reason: world.Error(), Hint: world.Hint}},
		Suppressed: []finding.Suppressed{},
		Rendered:   words,
	}, nil
}
