package facts

import (
	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Maker is the call that made a value of fn, behind moves, `?` and the like of unwrap. Its block is NoBlock when it cannot be told.
func (c *Crate) Maker(fn *Fn, o mir.Operand) coro.Making {
	c.summariseNeeds()
	none := coro.Making{Block: mir.NoBlock}
	from := c.needing.origin(fn)
	for range maxSteps {
		if !o.IsPlace() {
			return none
		}
		p := o.Place
		for range maxSteps {
			next, ok := from.Moved(p.Local)
			if !ok {
				break
			}
			p = next
		}
		made := from.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: p.Local}})
		if made.Callee == "" || !unwraps(c.resolve(made.Callee).call) || len(made.Args) == 0 {
			return made
		}
		o = made.Args[0]
	}
	return none
}

// Constant is the text of the constant that an operand of fn is, as MIR prints it.
func (c *Crate) Constant(fn *Fn, o mir.Operand) (text string, ok bool) {
	c.summariseNeeds()
	return c.needing.origin(fn).Constant(o)
}

// FirstOf is the call that made the builder that a chain of its methods leads to.
func (c *Crate) FirstOf(fn *Fn, o mir.Operand) coro.Making {
	c.summariseNeeds()
	return c.needing.firstOf(fn, o)
}

// BuiltVersion is the version of a crate that a name in this crate means, within a range; ok is false when it is outside, or not decided.
// It is empty where it is not known what the crate was built against.
func (c *Crate) BuiltVersion(of knowledge.Versions) (version string, ok bool) {
	version, ok = c.version(of)
	return version, ok && (version != "" || c.built == nil)
}
