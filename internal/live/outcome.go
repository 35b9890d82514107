package live

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// known is what a path knows: a place is of a variant, or is a number.
type known struct {
	place  mir.Place
	n      int
	number bool // the place itself is n; otherwise n is the discriminant of its variant
}

// path follows the code from one outcome of a future, as long as it does not suspend.
type path struct {
	c      *Crate
	b      *coro.Body
	target mir.Block // the poll that it may come back to
	source source
	seen   map[string]bool
	work   []step
	back   bool // it comes back to the target
	open   bool // something on the way depends on the outcome in a way that is not read here
}

type step struct {
	block   mir.Block
	knows   []known
	tainted map[mir.Local]bool // made of the outcome
}

// maxSteps bounds the states of one path; beyond it nothing is told.
const maxSteps = 4000

// comesBack reports whether the code certainly can come from a block back to a poll without waiting for anything else, and whatever the
// code asks about the outcome.
func (c *Crate) comesBack(b *coro.Body, from mir.Block, target mir.Block, knows []known, of source) bool {
	p := &path{c: c, b: b, target: target, source: of, seen: map[string]bool{}}
	tainted := map[mir.Local]bool{}
	for _, k := range knows {
		tainted[k.place.Local] = true
	}
	for _, l := range of.fills {
		tainted[l] = true
	}
	p.enter(from, knows, tainted)
	for n := 0; len(p.work) > 0 && !p.open; n++ {
		if n > maxSteps {
			return false
		}
		s := p.work[len(p.work)-1]
		p.work = p.work[:len(p.work)-1]
		p.run(s)
	}
	return p.back && !p.open
}

func (p *path) enter(at mir.Block, knows []known, tainted map[mir.Local]bool) {
	if at == mir.NoBlock || int(at) >= len(p.b.Func.Blocks) || p.b.Func.Blocks[at].Cleanup {
		return
	}
	var key strings.Builder
	fmt.Fprintf(&key, "%d", at)
	for _, k := range knows {
		fmt.Fprintf(&key, " %s=%d", k.place, k.n)
	}
	if p.seen[key.String()] {
		return
	}
	p.seen[key.String()] = true
	p.work = append(p.work, step{at, slices.Clone(knows), tainted})
}

func (p *path) run(s step) {
	b := &p.b.Func.Blocks[s.block]
	if s.block == p.target {
		p.back = true
		return
	}
	for i := range b.Stmts {
		p.statement(&b.Stmts[i], &s)
	}
	t := &b.Term
	switch t.Kind {
	case mir.Switch:
		p.branch(t, &s)
	case mir.Call:
		if a := awaitOf(p.b, s.block); a != nil && !p.c.neverSuspends(a.Type) {
			return // it waits for something else
		}
		p.call(t, &s)
	case mir.Return, mir.Unreachable, mir.Resume:
	case mir.OpaqueTerm:
		p.open = true
	default:
		p.enter(t.Return, s.knows, s.tainted)
	}
}

func (s *step) forget(place mir.Place) {
	s.knows = slices.DeleteFunc(s.knows, func(k known) bool { return k.place.HasPrefix(place) })
}

// copied says of one place what is known of another, and of its parts.
func (s *step) copied(to, from mir.Place) {
	var more []known
	for _, k := range s.knows {
		if k.place.HasPrefix(from) {
			place := mir.Place{Local: to.Local, Proj: append(slices.Clone(to.Proj), k.place.Proj[len(from.Proj):]...)}
			more = append(more, known{place, k.n, k.number})
		}
	}
	s.knows = append(s.knows, more...)
	slices.SortFunc(s.knows, func(a, b known) int { return strings.Compare(a.place.String(), b.place.String()) })
}

func (s *step) find(place mir.Place, number bool) (int, bool) {
	for _, k := range s.knows {
		if k.number == number && k.place.Equal(place) {
			return k.n, true
		}
	}
	return 0, false
}

func (p *path) statement(st *mir.Stmt, s *step) {
	if st.Kind != mir.Assign {
		return
	}
	if p.source.known && st.Place.Overlaps(p.source.object) {
		p.open = true // another one is put in its place
	}
	var found []known
	v := &st.Value
	switch {
	case v.Kind == mir.Use && v.Operands[0].IsPlace():
		tmp := step{knows: s.knows}
		tmp.copied(st.Place, v.Operands[0].Place)
		found = onlyOf(tmp.knows, st.Place)
	case v.Kind == mir.Ref:
		tmp := step{knows: s.knows}
		tmp.copied(mir.Place{Local: st.Place.Local, Proj: append(slices.Clone(st.Place.Proj), mir.Elem{Kind: mir.Deref})}, v.Place)
		found = onlyOf(tmp.knows, st.Place)
	case v.Kind == mir.Discriminant:
		if n, ok := s.find(v.Place, false); ok {
			found = []known{{st.Place, n, true}}
		}
	case v.Kind == mir.Op:
		if n, ok := p.compared(v, s); ok {
			found = []known{{st.Place, n, true}}
		}
	case v.Kind == mir.Use:
		if n, ok := constant(v.Operands[0].Text); ok {
			found = []known{{st.Place, n, true}}
		} else {
			found = []known{{st.Place, unreadable, true}, {st.Place, unreadable, false}}
		}
	case v.Kind == mir.Adt && st.Place.IsLocal():
		found = s.built(st, p.b.Func.Type(st.Place))
	}
	if p.readsTainted(v, s) && st.Place.IsLocal() {
		s.taint(st.Place.Local)
	}
	s.forget(st.Place)
	s.knows = append(s.knows, found...)
	slices.SortFunc(s.knows, func(a, b known) int { return strings.Compare(a.place.String(), b.place.String()) })
}

// unreadable is a value or a variant that the path itself has chosen, by a name whose number is not known here.
const unreadable = -1

// built is what is known of a value that the path makes.
func (s *step) built(st *mir.Stmt, typ string) []known {
	name := mir.LastSegment(mir.WithoutGenerics(st.Value.Type))
	n, ok := core[name]
	if !ok || !isCore(typ) {
		n = unreadable
	}
	out := []known{{st.Place, n, false}}
	for i, o := range st.Value.Operands {
		part := mir.Place{Local: st.Place.Local, Proj: append(slices.Clone(st.Place.Proj), mir.Elem{Kind: mir.Downcast, Text: name}, mir.Elem{Kind: mir.Field, Index: int32(i)})}
		if o.IsPlace() {
			tmp := step{knows: s.knows}
			tmp.copied(part, o.Place)
			out = append(out, onlyOf(tmp.knows, part)...)
		} else if n, ok := constant(o.Text); ok {
			out = append(out, known{part, n, true})
		} else {
			out = append(out, known{part, unreadable, false}, known{part, unreadable, true})
		}
	}
	return out
}

func isCore(typ string) bool {
	switch mir.LastSegment(mir.Head(typ)) {
	case "Option", "Result", "Poll", "ControlFlow":
		return true
	}
	return false
}

func onlyOf(all []known, place mir.Place) []known {
	return slices.DeleteFunc(slices.Clone(all), func(k known) bool { return !k.place.HasPrefix(place) })
}

func (s *step) taint(l mir.Local) {
	if s.tainted[l] {
		return
	}
	next := map[mir.Local]bool{l: true}
	for k := range s.tainted {
		next[k] = true
	}
	s.tainted = next
}

func (p *path) readsTainted(v *mir.Rvalue, s *step) bool {
	switch v.Kind {
	case mir.Ref, mir.RawPtr, mir.Discriminant, mir.CopyForDeref, mir.Len:
		return s.tainted[v.Place.Local]
	}
	return slices.ContainsFunc(v.Operands, func(o mir.Operand) bool { return o.IsPlace() && s.tainted[o.Place.Local] })
}

// compared evaluates a comparison of what is known.
func (p *path) compared(v *mir.Rvalue, s *step) (int, bool) {
	value := func(o mir.Operand) (int, bool) {
		if o.IsPlace() {
			return s.find(o.Place, true)
		}
		return constant(o.Text)
	}
	a, ok := value(v.Operands[0])
	if !ok {
		return 0, false
	}
	if v.Op == "Not" {
		if a == unreadable {
			return unreadable, true
		}
		return 1 - a, a == 0 || a == 1
	}
	if len(v.Operands) != 2 {
		return 0, false
	}
	b, ok := value(v.Operands[1])
	if !ok {
		return 0, false
	}
	if a == unreadable || b == unreadable {
		return unreadable, true
	}
	truth, ok := map[string]bool{"Eq": a == b, "Ne": a != b, "Lt": a < b, "Le": a <= b, "Gt": a > b, "Ge": a >= b}[v.Op]
	if truth {
		return 1, ok
	}
	return 0, ok
}

// constant reads `true`, `0_usize`.
func constant(text string) (int, bool) {
	switch text {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	digits, _, _ := strings.Cut(text, "_")
	n, err := strconv.Atoi(digits)
	return n, err == nil && n >= 0
}

// branch follows the edges of a switch that the path allows.
func (p *path) branch(t *mir.Term, s *step) {
	if t.Operand.IsPlace() {
		if n, ok := s.find(t.Operand.Place, true); ok {
			if n == unreadable {
				p.open = true
				return
			}
			for _, to := range t.Targets {
				if to.Value == strconv.Itoa(n) {
					p.enter(to.Block, s.knows, s.tainted)
					return
				}
			}
			p.enter(t.Return, s.knows, s.tainted)
			return
		}
		if s.tainted[t.Operand.Place.Local] {
			p.open = true
			return
		}
	}
	for _, to := range coro.Successors(t) {
		p.enter(to, s.knows, s.tainted)
	}
}

// source is what a future works on: its place, the references by which it can be changed, and the call that makes the future.
type source struct {
	known  bool
	object mir.Place
	lent   []mir.Local
	fills  []mir.Local // what the future writes its outcome into, besides giving it: a buffer
	callee string
}

// variants are what core's methods make of a variant, by method: from the discriminant of the receiver's to that of the result's.
var variants = map[string]func(head string, n int) (int, bool){
	"branch": func(head string, n int) (int, bool) {
		if head == "Option" {
			return 1 - n, true
		}
		return n, head == "Result"
	},
	"ok":     func(_ string, n int) (int, bool) { return 1 - n, true },
	"err":    func(_ string, n int) (int, bool) { return n, true },
	"ok_or":  func(_ string, n int) (int, bool) { return 1 - n, true },
	"is_ok":  func(_ string, n int) (int, bool) { return 1 - n, true },
	"is_err": func(_ string, n int) (int, bool) { return n, true }, "is_some": func(_ string, n int) (int, bool) { return n, true },
	"is_none": func(_ string, n int) (int, bool) { return 1 - n, true },
}

// same are the methods that keep the variant.
var same = []string{"map", "map_err", "as_ref", "as_mut", "as_deref", "cloned", "copied", "context", "with_context", "wrap_err", "inspect_err", "inspect", "into"}

func (p *path) call(t *mir.Term, s *step) {
	method := mir.LastSegment(mir.WithoutGenerics(t.Func.Text))
	var found []known
	looked := false
	for i, a := range t.Args {
		if !a.IsPlace() {
			continue
		}
		looked = looked || s.tainted[a.Place.Local]
		if slices.Contains(p.source.lent, a.Place.Local) && t.Func.Text != p.source.callee {
			p.open = true // the source is changed, or replaced
			return
		}
		if i > 0 {
			continue
		}
		place := a.Place
		if strings.HasPrefix(p.b.Func.Type(place), "&") {
			place = mir.Place{Local: place.Local, Proj: append(slices.Clone(place.Proj), mir.Elem{Kind: mir.Deref})}
		}
		if n, ok := s.find(place, false); ok {
			found = p.resulting(method, mir.LastSegment(mir.Head(p.b.Func.Type(place))), n, t.Place)
		}
	}
	if (method == "unwrap" || method == "expect") && p.diverges(t, s) {
		return
	}
	s.forget(t.Place)
	s.knows = append(s.knows, found...)
	if looked && t.Place.IsLocal() && p.b.Func.Type(t.Place) != "()" {
		s.taint(t.Place.Local)
	}
	p.enter(t.Return, s.knows, s.tainted)
}

// resulting is what a method of core gives for a variant.
func (p *path) resulting(method, head string, n int, to mir.Place) []known {
	if slices.Contains(same, method) {
		return []known{{to, n, false}}
	}
	if method == "ok_or_else" {
		method = "ok_or"
	}
	f, ok := variants[method]
	if !ok || n == unreadable {
		return nil
	}
	if n, ok = f(head, n); !ok {
		return nil
	}
	return []known{{to, n, strings.HasPrefix(method, "is_")}}
}

// diverges reports whether unwrapping panics.
func (p *path) diverges(t *mir.Term, s *step) bool {
	if len(t.Args) == 0 || !t.Args[0].IsPlace() {
		return false
	}
	n, ok := s.find(t.Args[0].Place, false)
	head := mir.LastSegment(mir.Head(p.b.Func.Type(t.Args[0].Place)))
	return ok && (head == "Option" && n == 0 || head == "Result" && n == 1)
}

// outcome reads "Err.Closed=0" as knowledge about a place: the variants that it is of, outermost first.
func outcome(place mir.Place, words string) []known {
	var out []known
	for _, word := range strings.Split(words, ".") {
		name, digits, numbered := strings.Cut(word, "=")
		if value, ok := strings.CutPrefix(word, "#"); ok {
			n, _ := strconv.Atoi(value)
			return append(out, known{place, n, true})
		}
		n, ok := core[name]
		if numbered {
			n, _ = strconv.Atoi(digits)
		} else if !ok {
			return nil
		}
		out = append(out, known{place, n, false})
		place = mir.Place{Local: place.Local, Proj: append(slices.Clone(place.Proj), mir.Elem{Kind: mir.Downcast, Text: name}, mir.Elem{Kind: mir.Field})}
	}
	return out
}

// core are the discriminants of core's enums (library/core/src).
var core = map[string]int{"None": 0, "Some": 1, "Ok": 0, "Err": 1, "Ready": 0, "Pending": 1, "Continue": 0, "Break": 1}
