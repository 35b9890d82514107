package poll

import "pollux/internal/mir"

// Late is a waker that is kept after the path has looked at what it waits for, with no look after it: a change in between wakes nobody.
type Late struct {
	Looked     Inner // the last look before
	Registered Inner
}

// looks follows the order of looks at shared state and of the registration. What is not understood ends what is known: it may hold a
// lock over both, or look again.
func (w *walk) looks(at mir.Block, t *mir.Term, s *state) {
	switch {
	case w.fs.tables.Registers(w.fs.crate.Callee(t.Func.Text)):
		s.registered = mir.NoBlock
		if s.looked != mir.NoBlock {
			s.registered = at
		}
	case w.fs.moment(t.Func.Text, 0):
		s.looked, s.registered = at, mir.NoBlock
	case !w.fs.pure(t.Func.Text, 0) || w.fs.tables.Shared(w.fs.crate.Callee(t.Func.Text)):
		s.looked, s.registered = mir.NoBlock, mir.NoBlock
	}
}

// late is what a path that ends as Pending has done in the wrong order, or nil.
func (w *walk) late(s *state) *Late {
	if s.looked == mir.NoBlock || s.registered == mir.NoBlock {
		return nil
	}
	return &Late{Looked: w.innerAt(s.looked), Registered: w.innerAt(s.registered)}
}

// moment reports whether a call looks at shared state and holds nothing that keeps it so: a call of the tables, or a function of the
// crate that changes nothing and calls one.
func (fs *Functions) moment(callee string, depth int) bool {
	if fs.tables.Moment(fs.crate.Callee(callee)) {
		return true
	}
	fn := fs.crate.Runs(callee)
	if fn == nil || fn.MIR() == nil || depth == maxPure || !fs.pureBody(fn.MIR(), depth) {
		return false
	}
	for i := range fn.MIR().Blocks {
		if b := &fn.MIR().Blocks[i]; !b.Cleanup && b.Term.Kind == mir.Call && fs.moment(b.Term.Func.Text, depth+1) {
			return true
		}
	}
	return false
}
