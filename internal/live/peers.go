package live

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Wait is a wait for a peer.
type Wait struct {
	At
	Name string // of what waits, as a reader would write it
}

// Serial is an await for one peer inside of the loop that accepts them.
type Serial struct {
	At
	Accept At     // where the loop accepts
	Name   string // of what is awaited
	Dials  bool   // it is somebody outside who has to answer, not the peer
	Wait   *Wait  // the wait inside of a function of the crate, when it is not the await itself
}

// Serials are those of the crate's coroutines, in the order of the text, one for each loop that accepts.
func (c *Crate) Serials() iter.Seq[Serial] {
	return func(yield func(Serial) bool) {
		for _, fn := range c.crate.Fns {
			b := fn.Coroutine()
			if b == nil {
				continue
			}
			for _, accept := range c.accepts(b) {
				if s, ok := c.serial(fn, b, accept); ok && !yield(s) {
					return
				}
			}
		}
	}
}

// accepted is an await that gives a new peer, and the place where it stands.
type accepted struct {
	await *coro.Await
	peer  mir.Place
	pos   mir.Pos
	block mir.Block
}

func (c *Crate) accepts(b *coro.Body) []accepted {
	var out []accepted
	for i := range b.Awaits {
		a := &b.Awaits[i]
		m := made(b, a)
		if _, ok := c.part(knowledge.Accepts, m.Callee); !ok && !c.isStreamOfPeers(a.Type) {
			continue
		}
		if _, value, ok := readyOf(b, a); ok {
			out = append(out, accepted{a, value, a.Pos, a.Block})
		}
	}
	races := b.Races(c.forms)
	for i := range races {
		for n := range races[i].Branches {
			br := &races[i].Branches[n]
			if _, ok := c.part(knowledge.Accepts, br.Made.Callee); !ok && !c.isStreamOfPeers(br.Type) {
				continue
			}
			for j := range b.Awaits {
				if a := &b.Awaits[j]; a.Block == races[i].Block {
					if _, value, ok := readyOf(b, a); ok {
						value.Proj = append(slices.Clone(value.Proj), mir.Elem{Kind: mir.Downcast, Text: "_" + strconv.Itoa(n)})
						out = append(out, accepted{a, value, br.Made.Pos, br.Made.Block})
					}
				}
			}
		}
	}
	return out
}

// isStreamOfPeers reports whether a future takes the next item of a stream of accepted sockets.
func (c *Crate) isStreamOfPeers(typ string) bool {
	if mir.LastSegment(mir.Head(typ)) != "Next" {
		return false
	}
	for _, a := range mir.Args(typ) {
		head := mir.Head(strings.TrimPrefix(strings.TrimPrefix(a, "&mut "), "&"))
		if _, ok := c.tables.TypePart(knowledge.Peers, c.crate.Global(head)); ok {
			return true
		}
	}
	return false
}

// serial looks for an await between one accept and the next whose end is a matter of the peer.
func (c *Crate) serial(fn *facts.Fn, b *coro.Body, from accepted) (Serial, bool) {
	peers := descendants(b, from.peer)
	for i := range b.Awaits {
		a := &b.Awaits[i]
		if a == from.await || a.Poll == mir.NoBlock || !between(b, from.await, a) {
			continue
		}
		m := made(b, a)
		given := slices.ContainsFunc(m.Args, func(o mir.Operand) bool { return o.IsPlace() && peers[o.Place.Local] })
		dials, wait, ok := c.waitsFor(fn, from.await, a, m, given)
		if ok {
			return Serial{At: At{fn, a.Block, a.Pos}, Accept: At{fn, from.block, from.pos}, Name: nameOf(m.Callee), Dials: dials, Wait: wait}, true
		}
	}
	return Serial{}, false
}

// between reports whether an await lies on a way from one accept to the next of the same loop.
func between(b *coro.Body, accept, a *coro.Await) bool {
	ready, _, ok := readyOf(b, accept)
	if !ok {
		return false
	}
	after, _, ok := readyOf(b, a)
	return ok && reaches(b, ready, a.Poll) && reaches(b, after, accept.Poll)
}

// waitsFor reports whether an await behind an accept waits, without a limit, for somebody outside or for the peer that it was
// given.
func (c *Crate) waitsFor(fn *facts.Fn, accept, a *coro.Await, m coro.Making, given bool) (dials bool, wait *Wait, ok bool) {
	if c.forms.Awaited(a.Type).Kind != coro.NoRace {
		return false, nil, false // something else can end it
	}
	if _, ok := c.part(knowledge.Dials, m.Callee); ok {
		return true, nil, true
	}
	inner := c.crate.CoroutineOf(a.Type)
	if inner != nil {
		if w := c.dialIn(inner, 0); w != nil {
			return true, w, true
		}
	}
	if !given {
		return false, nil, false
	}
	if m.Callee != "" && c.tables.Spawns(c.crate.Callee(m.Callee)) { // a task that is waited for at once
		for _, o := range m.Args {
			if inner := c.crate.CoroutineOf(c.crate.OperandType(fn, o)); inner != nil {
				w := c.waitIn(inner, 0)
				return false, w, w != nil
			}
		}
	}
	if c.isForPeer(fn.Coroutine(), a, m.Callee, accept) {
		return false, nil, true
	}
	if _, ok := c.tables.TypePart(knowledge.Peer, c.crate.Global(mir.Head(a.Type))); ok {
		return false, nil, true
	}
	if inner != nil {
		w := c.waitIn(inner, 0)
		return false, w, w != nil
	}
	return false, nil, false
}

// isForPeer reports whether an await of what a callee makes waits for the peer. What is written once to a fresh connection
// goes to a buffer: only a write that comes again before the next accept has to wait for somebody who does not read.
func (c *Crate) isForPeer(b *coro.Body, a *coro.Await, callee string, accept *coro.Await) bool {
	if _, ok := c.part(knowledge.Peer, callee); ok {
		return true
	}
	if _, ok := c.part(knowledge.Fills, callee); !ok {
		return false
	}
	after, _, ok := readyOf(b, a)
	return ok && reachesAround(b, after, a.Poll, accept)
}

// dialIn is a wait for somebody outside in a coroutine of the crate that does nothing else first, or nil.
func (c *Crate) dialIn(fn *facts.Fn, depth int) *Wait {
	b := fn.Coroutine()
	for i := range b.Awaits {
		a := &b.Awaits[i]
		if c.forms.Awaited(a.Type).Kind != coro.NoRace {
			continue
		}
		m := made(b, a)
		if _, ok := c.part(knowledge.Dials, m.Callee); ok {
			return &Wait{At{fn, a.Block, a.Pos}, nameOf(m.Callee)}
		}
		if inner := c.crate.CoroutineOf(a.Type); inner != nil && inner != fn && depth < 2 {
			if w := c.dialIn(inner, depth+1); w != nil {
				return w
			}
		}
	}
	return nil
}

func nameOf(callee string) string { return mir.LastSegment(mir.WithoutGenerics(callee)) }

// maxDepth bounds how many calls deep a wait is looked for.
const maxDepth = 5

// waitIn is a wait for a peer in a coroutine of the crate or in those that it awaits, or nil.
func (c *Crate) waitIn(fn *facts.Fn, depth int) *Wait {
	if w, ok := c.waits[fn]; ok || depth > maxDepth {
		return w
	}
	c.waits[fn] = nil
	b := fn.Coroutine()
	for i := range b.Awaits {
		a := &b.Awaits[i]
		if c.forms.Awaited(a.Type).Kind != coro.NoRace {
			continue
		}
		m := made(b, a)
		if c.isForPeer(b, a, m.Callee, nil) {
			c.waits[fn] = &Wait{At{fn, a.Block, a.Pos}, nameOf(m.Callee)}
			return c.waits[fn]
		}
		if inner := c.crate.CoroutineOf(a.Type); inner != nil {
			if w := c.waitIn(inner, depth+1); w != nil {
				c.waits[fn] = w
				return w
			}
		}
	}
	return nil
}

// descendants are the locals that are made of what a place holds, directly or by calls that are given it.
func descendants(b *coro.Body, from mir.Place) map[mir.Local]bool {
	out := map[mir.Local]bool{}
	origins := moved(b, from)
	reads := func(p mir.Place) bool {
		return out[p.Local] || slices.ContainsFunc(origins, func(o mir.Place) bool { return p.HasPrefix(o) })
	}
	for grown := true; grown; {
		grown = false
		add := func(to mir.Place, is bool) {
			if behind := len(to.Proj) > 0 && to.Proj[0].Kind == mir.Deref; is && !behind && !out[to.Local] && !slices.ContainsFunc(origins, func(o mir.Place) bool { return o.Local == to.Local && len(o.Proj) > 0 }) {
				out[to.Local], grown = true, true
			}
		}
		for i := range b.Func.Blocks {
			block := &b.Func.Blocks[i]
			if block.Cleanup {
				continue
			}
			for j := range block.Stmts {
				s := &block.Stmts[j]
				if s.Kind != mir.Assign {
					continue
				}
				is := slices.ContainsFunc(s.Value.Operands, func(o mir.Operand) bool { return o.IsPlace() && reads(o.Place) })
				switch s.Value.Kind {
				case mir.Ref, mir.RawPtr, mir.CopyForDeref:
					is = reads(s.Value.Place)
				}
				add(s.Place, is)
			}
			if t := &block.Term; t.Kind == mir.Call {
				add(t.Place, slices.ContainsFunc(t.Args, func(o mir.Operand) bool { return o.IsPlace() && reads(o.Place) }))
			}
		}
	}
	return out
}

// moved are the places that the value of a part comes to when the whole that holds it moves, itself first.
func moved(b *coro.Body, part mir.Place) []mir.Place {
	out := []mir.Place{part}
	for n := 0; n < len(out) && n < maxMoves; n++ {
		for i := range b.Func.Blocks {
			for j := range b.Func.Blocks[i].Stmts {
				s := &b.Func.Blocks[i].Stmts[j]
				if s.Kind != mir.Assign || s.Value.Kind != mir.Use || !s.Value.Operands[0].IsPlace() {
					continue
				}
				if whole := s.Value.Operands[0].Place; out[n].HasPrefix(whole) && len(whole.Proj) < len(out[n].Proj) {
					to := mir.Place{Local: s.Place.Local, Proj: append(slices.Clone(s.Place.Proj), out[n].Proj[len(whole.Proj):]...)}
					if !slices.ContainsFunc(out, to.Equal) {
						out = append(out, to)
					}
				}
			}
		}
	}
	return out
}

// maxMoves bounds how often a whole is followed.
const maxMoves = 8
