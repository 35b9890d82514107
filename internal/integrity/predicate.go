package integrity

import "slices"

// predicate is a cfg predicate: atoms under all, any and not. The predicate `test` always holds here, since it is asked about tests.
type predicate struct {
	op   string // all, any, not, atom
	atom string
	of   []predicate
}

// readPredicate reads the argument of a cfg.
func readPredicate(text string) predicate {
	c := newCode("", "", text)
	return c.predicate(0, len(c.toks))
}

func (c *code) predicate(lo, hi int) predicate {
	op := c.text(lo)
	if op != "all" && op != "any" && op != "not" || c.text(lo+1) != "(" {
		return predicate{op: "atom", atom: c.joined(lo, hi)}
	}
	p := predicate{op: op}
	for _, part := range c.split(lo+2, hi-1, ",") {
		p.of = append(p.of, c.predicate(part[0], part[1]))
	}
	return p
}

func (p predicate) atoms(into []string) []string {
	if p.op == "atom" && p.atom != "test" && !slices.Contains(into, p.atom) {
		into = append(into, p.atom)
	}
	for _, q := range p.of {
		into = q.atoms(into)
	}
	return into
}

// holds evaluates p where the atoms whose bit is set hold.
func (p predicate) holds(atoms []string, set uint) bool {
	is := func(q predicate) bool { return q.holds(atoms, set) }
	switch p.op {
	case "all":
		return !slices.ContainsFunc(p.of, func(q predicate) bool { return !is(q) })
	case "any":
		return slices.ContainsFunc(p.of, is)
	case "not":
		return len(p.of) != 1 || !is(p.of[0])
	}
	if p.atom == "test" || p.atom == "true" {
		return true
	}
	i := slices.Index(atoms, p.atom)
	return i >= 0 && set&(1<<i) != 0
}

// maxAtoms bounds the table of truth.
const maxAtoms = 14

// narrower reports whether there is a build in which before holds and now does not; never, whether now holds in none. Atoms are
// taken to be independent, so that a system that is not named may be told from one that is.
func narrower(before, now predicate) (less, never bool) {
	atoms := now.atoms(before.atoms(nil))
	if len(atoms) > maxAtoms {
		return false, false
	}
	never = true
	for set := range uint(1) << len(atoms) {
		is := now.holds(atoms, set)
		never = never && !is
		less = less || !is && before.holds(atoms, set)
	}
	return less, never
}
