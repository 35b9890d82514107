package hook

import (
	"context"
	"os"
	"path/filepath"
)

// atStart notes what is there before the session changes anything, and tells what a model should know before it writes.
func (h *Hook) atStart(ctx context.Context, p payload) answer {
	s, err := h.open(ctx, p)
	if err != nil {
		return failure(ctx, "the look at the project", err)
	}
	defer s.mem.close()
	dir, ok := s.home()
	if !ok {
		return answer{}
	}
	changed, err := s.changed(ctx)
	if err != nil {
		return failure(ctx, "the look at the project", err)
	}
	s.moved(changed)
	s.keep(ctx)
	if s.ses.Before == nil && len(s.ses.Edited) == 0 {
		s.baseline(ctx, dir)
	}
	if h.Briefing == nil {
		return answer{}
	}
	text, err := h.Briefing(ctx, dir)
	if err != nil {
		return failure(ctx, "the look at the project", err)
	}
	return answer{context: limited(text)}
}

// home is the directory with a manifest where the agent works or above.
func (s *scene) home() (string, bool) {
	for dir := s.dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, manifestName)); err == nil {
			return dir, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

// baseline notes which findings are there already, so that none of them is held against the session. Where there is no time
// for it, the lines that differ from the commit of the start decide alone.
func (s *scene) baseline(ctx context.Context, dir string) {
	c, err := s.check(ctx, place{Dir: dir}, plainCheck)
	if err != nil || !c.complete() {
		return
	}
	s.ses.Before = append([]string{}, ids(c.Findings)...)
}
