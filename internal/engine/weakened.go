package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"pollux/internal/compare"
	"pollux/internal/config"
	"pollux/internal/didyoumean"
	"pollux/internal/fault"
	"pollux/internal/finding"
	"pollux/internal/integrity"
)

// Weakened is what a change does to the checks of a project.
type Weakened struct {
	Findings   []finding.Finding
	Suppressed []finding.Suppressed // that the settings of the state compared with accept
	Files      int                  // that were compared
	FailOn     finding.Severity     // of the state compared with: the change must not raise it
}

// Blocks reports whether the change is to be held up.
func (w *Weakened) Blocks() bool {
	return slices.ContainsFunc(w.Findings, func(f finding.Finding) bool { return f.Severity >= w.FailOn })
}

// Weakened compares the working tree with the merge base of HEAD and since, or with HEAD when since is empty. The settings of that
// state decide what is accepted, not those that the change may have written.
func (p *Project) Weakened(ctx context.Context, since string) (*Weakened, error) {
	versions, err := compare.Versions(ctx, p.Root, since, integrity.Watched)
	if err != nil {
		return nil, err
	}
	text, ok, err := compare.BaseText(ctx, p.Root, since, config.FileName)
	if err != nil {
		return nil, err
	}
	if !ok {
		text = ""
	}
	return p.weakened(versions, text), nil
}

// WeakenedSince compares the working tree with a snapshot of it.
func (p *Project) WeakenedSince(ctx context.Context, before *compare.Snapshot) (*Weakened, error) {
	now, err := compare.TakeSnapshot(ctx, before.Root, integrity.Watched)
	if err != nil {
		return nil, err
	}
	prefix, err := filepath.Rel(before.Root, p.Root)
	if err != nil {
		return nil, fmt.Errorf("find the project in its snapshot: %w", err)
	}
	versions := slices.DeleteFunc(before.Versions(now), func(v compare.Version) bool {
		return !integrity.Watched(v.Path) && !integrity.Watched(v.OldPath)
	})
	for i, v := range versions {
		versions[i].Path, versions[i].OldPath = below(prefix, v.Path), below(prefix, v.OldPath)
	}
	return p.weakened(versions, before.Files[filepath.ToSlash(filepath.Join(prefix, config.FileName))]), nil
}

// below is a path of the snapshot relative to the root of the project.
func below(prefix, name string) string {
	rel, err := filepath.Rel(prefix, filepath.FromSlash(name))
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

// Snapshot keeps the state of what [Project.WeakenedSince] compares, of all below dir.
func Snapshot(ctx context.Context, dir string) (*compare.Snapshot, error) {
	return compare.TakeSnapshot(ctx, dir, integrity.Watched)
}

// SnapshotAll keeps the state of all files below dir, for a look at what changed. Of a tree that is too large for that it keeps what
// [Snapshot] does.
func SnapshotAll(ctx context.Context, dir string) (*compare.Snapshot, error) {
	if all, err := compare.TakeSnapshot(ctx, dir, func(string) bool { return true }); err == nil {
		return all, nil
	}
	return Snapshot(ctx, dir)
}

func (p *Project) weakened(versions []compare.Version, settings string) *Weakened {
	before, err := config.Load(config.Source{
		Root: p.Root, Config: p.req.Config, Env: p.req.Env, Overrides: p.req.Overrides, Rules: ruleIDs(p.engine.Rules), Text: &settings,
	})
	if err != nil { // settings that nobody could have used accept nothing
		before = config.Default()
	}
	w := &Weakened{Files: len(versions), FailOn: before.FailOn}
	if len(before.Rules) > 0 && !slices.Contains(before.Rules, integrity.Rule) {
		return w
	}
	changes := make([]integrity.Change, len(versions))
	for i, v := range versions {
		changes[i] = integrity.Change(v)
	}
	for _, one := range integrity.Compare(changes, p.readFile) {
		w.take(one, before)
	}
	finding.Sort(w.Findings)
	return w
}

// take adds a weakening as the settings would have it.
func (w *Weakened) take(one integrity.Weakening, settings config.Settings) {
	severity, reported := settings.Levels.Severity(one.Rule, one.Severity)
	reason := "the configuration allows this rule"
	for _, row := range settings.Weakenings {
		if row.Accepts(string(one.Kind), one.File, one.Function) {
			reported, reason = false, "accepted in pollux.toml: "+row.Reason
		}
	}
	if !reported {
		w.Suppressed = append(w.Suppressed, finding.Suppressed{Rule: one.Rule, File: one.File, Line: one.Line, Reason: reason})
		return
	}
	if one.Severity > finding.Info || severity > one.Severity && settings.Levels[one.Rule] == config.Deny {
		one.Severity = severity
	}
	w.Findings = append(w.Findings, one.Finding)
}

func (p *Project) readFile(name string) (string, bool) {
	text := compare.ReadBounded(filepath.Join(p.Root, filepath.FromSlash(name)))
	if text == nil {
		return "", false
	}
	return *text, true
}

// addWeakened adds to a run what the change that it looks at weakens.
func (r *run) addWeakened(w *Weakened) {
	if w == nil {
		return
	}
	rung := Rung{Name: "integrity", Status: "ok", Units: w.Files}
	if len(w.Findings) > 0 {
		rung.Status = "findings"
	}
	r.rungs = append(r.rungs, rung)
	r.findings = append(r.findings, w.Findings...)
	r.suppressed = append(r.suppressed, w.Suppressed...)
	if r.compare != nil {
		r.compare.New += len(w.Findings)
	}
}

// validateWeakenings finds rows that accept no kind there is: such a row would look as if somebody had decided something.
func validateWeakenings(rows []config.Weakening) error {
	for _, row := range rows {
		if row.What != "" && !slices.Contains(integrity.Kinds(), row.What) {
			return fault.Usagef("pollux.toml: a row [[weakening]] names `%s`, which is no kind of weakening", row.What).
				Hint(didyoumean.Hint(row.What, integrity.Kinds())).Hint("all kinds: pollux explain check-weakened")
		}
	}
	return nil
}
