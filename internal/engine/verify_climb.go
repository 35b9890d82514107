package engine

import (
	"context"
	"io"
	"slices"
	"sync"

	"pollux/internal/ladder"
	"pollux/internal/rung"
)

// apart are the outer rungs whose answer depends on how busy the machine is: they run when nothing else does.
var apart = []string{"console"}

// climb runs the rungs above the static one. The outer tools run beside the exploration: each builds in a target directory of its own,
// and neither asks what time it is. Then come those that do, and what is left of the budget is spent on the suspicions.
func (v *verification) climb(ctx context.Context, g *gathered) error {
	var suspected []ladder.Lines
	beside := slices.DeleteFunc(AskableRungs(), func(name string) bool { return slices.Contains(apart, name) })
	lanes := []func(context.Context) error{
		func(ctx context.Context) (err error) { suspected, err = v.explore(ctx, g); return err },
		func(ctx context.Context) (err error) { g.Outer, err = v.outer(ctx, beside); return err },
	}
	err := rung.Each(ctx, v.plain.Settings.Jobs, len(lanes), func(ctx context.Context, i int) error { return lanes[i](ctx) })
	if err != nil {
		return err
	}
	last, err := v.outer(ctx, apart)
	if err != nil {
		return err
	}
	g.Outer = append(g.Outer, last...)
	return v.deepen(ctx, g, suspected)
}

// shared is a progress line that two lanes write to. Each call is one line.
type shared struct {
	mu sync.Mutex
	to io.Writer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Write(p)
}
