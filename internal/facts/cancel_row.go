package facts

import (
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// rowEndings is what the tables say of a call.
func (x *explorer) rowEndings(term *mir.Term, to target, rows []*knowledge.TransferRow) []ending {
	done := ending{}
	var other []ending
	for _, row := range rows {
		d, ok := x.rowDeed(term, to, row)
		if !ok {
			continue
		}
		if row.Outcome != "" && done.variants == "" {
			done.variants = row.Outcome
			for _, variants := range complement(row.Outcome) {
				other = append(other, ending{variants: variants})
			}
		}
		done.deeds = append(done.deeds, d)
	}
	if done.variants == "" && len(done.deeds) == 0 {
		return x.standardEndings(term, to)
	}
	return append([]ending{done}, other...)
}

func (x *explorer) rowDeed(term *mir.Term, to target, row *knowledge.TransferRow) (deed, bool) {
	d := deed{what: "`" + readable(to.call) + "`", value: -1, param: -1, pos: term.Pos, at: memory{base: global, path: "*"}}
	memoryOf := func(n int) (memory, bool) { return x.argument(term, to, n) }
	ok := true
	switch row.Does {
	case knowledge.Takes:
		if row.From != knowledge.NoArgument && isScalar(x.f.Type(term.Place)) {
			return d, false // a number is only read
		}
		d.kind, d.end, d.object = takes, inResult, strings.HasPrefix(row.Outcome, "Ready")
		d.at, ok = memoryOf(row.From)
		if row.Into != knowledge.NoArgument && row.Into < len(term.Args) && !isSlice(x.f.Type(term.Args[row.Into].Place)) {
			d.end = kept
			d.kept, ok = memoryOf(row.Into)
		}
	case knowledge.Publishes:
		d.kind, d.end = publishes, inResult
		d.at, ok = memoryOf(row.To)
	case knowledge.Puts:
		d.kind, d.value = puts, row.Value
		d.at, ok = memoryOf(row.To)
	case knowledge.Changes:
		d.kind = changes
		d.at, ok = memoryOf(row.To)
	case knowledge.Sets:
		d.kind = sets
		d.at, ok = memoryOf(row.To)
	case knowledge.Starts:
		d.kind, d.end = starts, inResult
	case knowledge.Shows:
		d.kind, d.end = shows, inResult
		d.at, ok = memoryOf(row.From)
	case knowledge.Consumes:
		d.kind = consumes
		d.at, ok = memoryOf(row.From)
	default:
		return d, false
	}
	if ok && d.kind != starts && x.registersWaker(term) {
		return d, false
	}
	if ok && (d.kind == changes || d.kind == sets || d.kind == puts) {
		d.what = x.p.described(d.at)
	}
	return d, ok
}

// argument is the memory that a row's argument speaks of: what a reference leads to; of an object that is asked, the object itself.
func (x *explorer) argument(term *mir.Term, to target, n int) (memory, bool) {
	if n == knowledge.NoArgument {
		return memory{base: global, path: "*"}, true
	}
	if n >= len(term.Args) || !term.Args[n].IsPlace() {
		return memory{}, false
	}
	a := term.Args[n]
	typ := x.f.Type(a.Place)
	switch {
	case to.call.self != "" && !strings.HasPrefix(to.call.path, "std::"):
		return x.p.handle(a, to), true
	case mir.Pointee(typ) != "" || strings.HasPrefix(typ, "std::pin::Pin<&") || strings.HasPrefix(typ, "std::ptr::NonNull<"):
		return x.p.follow(x.p.storage(a.Place)), true
	case strings.Contains(typ, "<'_"):
		return x.p.handle(a, to), true // a handle on an entry, by value
	}
	return x.p.storage(a.Place), true
}

// registersWaker reports whether a call is about a waker: storing it, or taking it away, loses nothing.
func (x *explorer) registersWaker(term *mir.Term) bool {
	for _, a := range term.Args {
		if a.IsPlace() && registers(x.f.Type(a.Place)) {
			return true
		}
	}
	return term.Place.IsLocal() && registers(x.f.Locals[term.Place.Local].Type)
}
