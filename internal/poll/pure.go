package poll

import "pollux/internal/mir"

// maxPure bounds how deep calls are followed to see that nothing is written.
const maxPure = 4

// Pure reports whether a call changes nothing that is there after it, as far as is known.
func (fs *Functions) Pure(callee string) bool { return fs.pure(callee, 0) }

// pure reports whether a call changes nothing that outlives the poll: it makes another reference, asks a question, or is a function
// of the crate that does no more than that.
func (fs *Functions) pure(callee string, depth int) bool {
	switch mir.LastSegment(mir.WithoutGenerics(callee)) {
	case "deref", "deref_mut", "as_ref", "as_mut", "as_deref", "as_deref_mut", "as_pin_mut", "as_pin_ref", "new_unchecked", "get_mut", "get_unchecked_mut",
		"get_ref", "map_unchecked_mut", "waker", "wake_by_ref", "is_some", "is_none", "is_ready", "is_pending", "branch", "from_residual", "into_future":
		return true // methods of core's pointers, Option, Poll and Try; a trait's deref only makes a reference
	case "new":
		if isPath(mir.WithoutGenerics(callee[:len(callee)-len("::new")]), "pin", "Pin") {
			return true
		}
	}
	if fs.tables.Reads(fs.crate.Callee(callee)) {
		return true
	}
	fn := fs.crate.Runs(callee)
	return fn != nil && depth < maxPure && fs.pureBody(fn.MIR(), depth)
}

func (fs *Functions) pureBody(f *mir.Func, depth int) bool {
	if f == nil {
		return false
	}
	for i := range f.Blocks {
		b := &f.Blocks[i]
		if b.Cleanup {
			continue
		}
		for j := range b.Stmts {
			switch s := &b.Stmts[j]; s.Kind {
			case mir.Assign, mir.SetDiscr:
				if outlives(s.Place) {
					return false
				}
			case mir.OpaqueStmt:
				return false
			}
		}
		switch t := &b.Term; t.Kind {
		case mir.Call:
			if !fs.pure(t.Func.Text, depth+1) {
				return false
			}
		case mir.Drop, mir.OpaqueTerm:
			return false
		}
	}
	return true
}
