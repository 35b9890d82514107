package coro

import "pollux/internal/mir"

// HeldBefore computes which interesting values are alive in front of the terminators that watched picks, for any function: b is its
// body when it is a coroutine, and nil otherwise. It is the data flow of [Body.Held], with its limits. Await is nil in what it returns.
func HeldBefore(f *mir.Func, b *Body, leaves Leaves, watched func(*mir.Term) bool) map[mir.Block][]Held {
	if b == nil {
		b = &Body{Func: f, saved: mir.Local(len(f.Locals))}
	}
	h := newHolding(b, leaves)
	if len(h.parts) == 0 {
		return nil
	}
	h.watched, h.before = watched, map[mir.Block][]value{}
	h.run()
	out := make(map[mir.Block][]Held, len(h.before))
	for at, state := range h.before {
		for p, v := range state {
			if v.is&present != 0 && v.is&undecided == 0 {
				part := h.parts[p]
				out[at] = append(out[at], Held{Local: part.local, Leaf: part.leaf, Must: v.is == present && !part.leaf.Optional, From: v.from})
			}
		}
	}
	return out
}

// watch notes what is alive in front of a terminator that was asked for.
func (h *holding) watch(at mir.Block, t *mir.Term, w *world) {
	if h.watched == nil || !h.watched(t) {
		return
	}
	known := h.before[at]
	if known == nil {
		known = make([]value, len(w.values))
		h.before[at] = known
	}
	for p := range known {
		known[p] = known[p].join(w.values[p])
	}
}

// isGiven reports whether a local has its value from the start: a capture of a coroutine, a parameter of another function.
func (b *Body) isGiven(l mir.Local) bool {
	if b.Type == "" {
		return l >= 1 && int(l) <= b.Func.Params
	}
	return b.IsCapture(l)
}
