package hook

import (
	"context"
	"fmt"
	"slices"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// afterEdit checks what a tool has changed. It says nothing when there is nothing new to say.
func (h *Hook) afterEdit(ctx context.Context, p payload) answer {
	files, named := p.edited()
	files = slices.DeleteFunc(files, func(f string) bool { return !matters(f) })
	if named && len(files) == 0 {
		return answer{}
	}
	s, err := h.open(ctx, p)
	if err != nil {
		return failure(ctx, "the check of this edit", err)
	}
	defer s.mem.close()
	if named && s.known {
		s.moved(files)
	} else {
		changed, err := s.changed(ctx)
		if err != nil {
			return failure(ctx, "the check of this edit", err)
		}
		moved := s.moved(changed)
		if !named {
			files = moved
			if !s.known { // what has changed before this session began is not its work
				return answer{}
			}
		}
	}
	places := s.places(files)
	s.ses.remember(places, files)
	return s.reportEdit(ctx, p, places)
}

// remember notes what a session has changed.
func (s *session) remember(places []place, files []string) {
	for _, at := range places {
		if !slices.Contains(s.Places, at) {
			s.Places = append(s.Places, at)
		}
	}
	for _, f := range files {
		if !slices.Contains(s.Edited, f) {
			s.Edited = append(s.Edited, f)
		}
	}
}

// reportEdit checks the places and tells what the agent does not know yet.
func (s *scene) reportEdit(ctx context.Context, p payload, places []place) answer {
	var news news
	var lines []string
	for _, at := range places[:min(len(places), maxPlaces)] {
		c, err := s.check(ctx, at, plainCheck)
		if err != nil {
			a := failure(ctx, "the check of this edit", err)
			a.note = s.ses.once(a.note)
			return a
		}
		if err := s.compare(ctx, &news, c); err != nil {
			return failure(ctx, "the check of this edit", err)
		}
		lines = append(lines, s.ses.once(trouble(c)))
	}
	text := news.text(s.dir)
	for _, line := range lines {
		text = join(text, line)
	}
	if text == "" || s.mem.double(afterEdit, digest(text), p.session(), s.h.now()) {
		return answer{}
	}
	return answer{context: text}
}

// compare tells what of an answer is new to the agent, and notes that it knows it now.
func (s *scene) compare(ctx context.Context, n *news, c *checked) error {
	fresh, err := s.fresh(ctx, c)
	if err != nil {
		return err
	}
	key := c.key()
	told, now := s.ses.Told[key], ids(fresh)
	for _, f := range fresh {
		if slices.Contains(told, f.ID) {
			n.unchanged++
		} else {
			n.add(c, f)
		}
	}
	if !c.complete() { // what was not looked at is not fixed
		now = append(now, told...)
		slices.Sort(now)
		s.ses.Told[key] = slices.Compact(now)
		return nil
	}
	for _, id := range told {
		if !slices.Contains(now, id) {
			n.fixed++
		}
	}
	s.ses.Told[key] = now
	return nil
}

// trouble says in one line why a place could not be checked; empty when it could, or when the findings say so.
func trouble(c *checked) string {
	switch {
	case c.Verdict == engine.DoesNotBuild && len(c.Findings) == 0:
		return fmt.Sprintf("pollux: the crate does not build at the moment, so its futures were not checked: %s", oneLine(firstError(c.Result)))
	case c.Verdict == engine.Incomplete:
		return "pollux: not checked: " + oneLine(reason(c.Result))
	}
	return ""
}

// firstError is the first error of a build in a few words.
func firstError(res *engine.Result) string {
	for _, text := range res.Rendered {
		return text
	}
	return reason(res)
}

// reason says why a check did not come to an answer.
func reason(res *engine.Result) string {
	for _, r := range res.Rungs {
		if r.Status == "unknown" && r.Reason != "" {
			return r.Name + ": " + r.Reason + hint(res.Unknowns)
		}
	}
	for _, u := range res.Unknowns {
		return u.What + ": " + u.Reason + hint(res.Unknowns)
	}
	return string(res.Verdict)
}

// hint is what would let pollux check, when there is one reason only.
func hint(unknowns []finding.Unknown) string {
	if len(unknowns) == 1 && unknowns[0].Hint != "" {
		return " (" + unknowns[0].Hint + ")"
	}
	return ""
}
