package facts

import (
	"slices"
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// placed is the value that a call stores, and what that means: a call that takes something out and leaves a bool or a number in its place
// overwrites it.
func (t *tearing) placed(row *knowledge.Write, term *mir.Term) (string, knowledge.Way) {
	value, way := t.valueOf(term.Args[row.Value])
	if row.Way == knowledge.Take && !isScalar(t.fn.mir.Type(term.Place)) {
		return "", knowledge.Take
	}
	return value, way
}

// setDone tells what a call gives when it has made a write, and when it has not.
func (t *tearing) setDone(w *write, row *knowledge.Write, term *mir.Term) {
	typ := t.fn.mir.Type(term.Place)
	switch {
	case row.Done == knowledge.DoneOther && typ == "bool":
		value, _ := t.valueOf(term.Args[row.Value])
		w.done = map[string]string{"true": "0", "false": "1"}[value]
	case row.Done != knowledge.DoneGiven:
	case typ == "bool":
		w.done = "1"
	case mir.Head(typ) == "std::option::Option":
		w.done = "=Some"
	case mir.Head(typ) == "std::result::Result":
		w.done = "=Ok"
	}
	if name, ok := strings.CutPrefix(w.done, "="); ok {
		w.undone = []string{"=" + siblings[name]}
	} else if w.done != "" {
		w.undone = []string{not(w.done)}
	}
}

// writesOf are the writes of a plain function that it makes whatever its arguments are: on every way, or on those that its result tells.
func (c *Crate) writesOf(fn *Fn, depth int) []write {
	key := writesKey{fn, depth}
	if known, ok := c.writes[key]; ok {
		return known
	}
	t := &tearing{c: c, fn: fn, p: c.placesOf(fn)}
	t.findWrites(depth)
	var out []write
	for i := range t.writes {
		if w := &t.writes[i]; w.done == "" && mustPass(fn, w.block) || t.toldByResult(w) {
			out = append(out, *w)
		}
	}
	if c.writes == nil {
		c.writes = map[writesKey][]write{}
	}
	c.writes[key] = out
	return out
}

// writesKey names an answer of writesOf.
type writesKey struct {
	fn    *Fn
	depth int
}

// toldByResult notes what a function gives when it has made a write, if that tells it from the other ways.
func (t *tearing) toldByResult(of *write) bool {
	var done, undone []string
	w := t.walker()
	w.write = func(s *standing, b mir.Block, i int) {
		if b == of.block && i == of.stmt {
			t.done(of, s)
		}
		if block := &t.fn.mir.Blocks[b]; block.Term.Kind != mir.Return || i < len(block.Stmts) {
			return
		}
		list := &undone
		if s.written {
			list = &done
		}
		if value := s.known.of(0); !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	w.enter(standing{})
	w.run()
	if len(done) != 1 || done[0] == "" || len(undone) == 0 || slices.Contains(undone, "") || slices.Contains(undone, done[0]) {
		return false
	}
	slices.Sort(undone)
	of.done, of.undone, of.maybe = done[0], undone, true
	return true
}
