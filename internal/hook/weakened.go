package hook

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"pollux/internal/compare"
	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/internal/integrity"
)

// snapshotName is where the state is kept in which a session began, below the cache directory.
func (s *scene) snapshotName() string {
	if !s.mem.keeps() {
		return ""
	}
	return filepath.Join(s.h.Engine.CacheDir, "hook", digest(s.base, s.ses.ID)+".snapshot")
}

// keep keeps the state in which the session begins: what is not committed then is not the session's work. A tree that cannot be kept is
// compared with git alone.
func (s *scene) keep(ctx context.Context) {
	name := s.snapshotName()
	if _, err := os.Stat(name); name == "" || err == nil { // a session that is resumed began before
		return
	}
	if snapshot, err := engine.Snapshot(ctx, s.base); err == nil {
		_ = snapshot.Write(name) // without it the commit of the start decides
	}
	s.forgetOld()
}

// forgetOld takes the snapshots of sessions away that are no longer remembered.
func (s *scene) forgetOld() {
	found, err := filepath.Glob(filepath.Join(s.h.Engine.CacheDir, "hook", "*.snapshot"))
	if err != nil || len(found) <= keptSnapshots {
		return
	}
	age := func(path string) int64 {
		if info, err := os.Stat(path); err == nil {
			return info.ModTime().UnixNano()
		}
		return 0
	}
	slices.SortFunc(found, func(a, b string) int { return int(min(max(age(a)-age(b), -1), 1)) })
	for _, path := range found[:len(found)-keptSnapshots] {
		_ = os.Remove(path)
	}
}

// keptSnapshots bounds the snapshots of all projects together.
const keptSnapshots = 32

// weakened adds to the open findings what the session weakens instead of mending the code.
func (s *scene) weakened(ctx context.Context, open *news) error {
	dir, ok := s.home()
	if !ok {
		if len(s.ses.Places) == 0 {
			return nil
		}
		dir = s.ses.Places[0].Dir
	}
	project, err := s.h.Engine.Open(ctx, engine.Request{Dir: dir, Env: s.h.Env})
	if err != nil {
		return err
	}
	w, err := s.weakenedIn(ctx, project)
	if err != nil || w == nil {
		return err
	}
	c := &checked{place{Dir: dir}, &engine.Result{Root: project.Root}, w.FailOn, project}
	for _, f := range w.Findings {
		if f.Severity >= max(w.FailOn, finding.Warning) && s.ses.Excused[f.ID] == "" {
			open.add(c, f)
		}
	}
	return nil
}

// weakenedIn compares with the snapshot of the session, else with the commit at which it began; nil when there is neither.
func (s *scene) weakenedIn(ctx context.Context, project *engine.Project) (*engine.Weakened, error) {
	if before, err := compare.ReadSnapshot(s.snapshotName()); err == nil && before.Root == s.base {
		return project.WeakenedSince(ctx, before)
	}
	if s.git {
		return project.Weakened(ctx, s.ses.Start)
	}
	return nil, nil
}

// weakens reports whether one of the items is about the checks themselves.
func (n *news) weakens() bool {
	return slices.ContainsFunc(n.items, func(i item) bool { return i.f.Rule == integrity.Rule })
}
