package coro

import (
	"slices"
	"strconv"
	"strings"

	"pollux/internal/mir"
)

// branch follows a switch: the edges that a drop flag excludes are left out, and the edges that a variant excludes lose that
// variant's parts.
func (h *holding) branch(block *mir.BasicBlock, w *world) {
	t := &block.Term
	if n, ok := h.flags[t.Operand.Place.Local]; ok && t.Operand.IsPlace() && t.Operand.Place.IsLocal() {
		h.branchOnFlag(t, n, w)
		return
	}
	place, test := h.tested(block)
	for _, to := range t.Targets {
		next := w.clone()
		if test != nil {
			h.exclude(place, next, func(variant string) bool { return test(to.Value, variant) })
		}
		h.enter(to.Block, next)
	}
	if test != nil {
		h.exclude(place, w, func(variant string) bool {
			return !slices.ContainsFunc(t.Targets, func(to mir.Target) bool { return test(to.Value, variant) })
		})
	}
	h.enter(t.Return, w)
}

func (h *holding) branchOnFlag(t *mir.Term, n int, w *world) {
	for _, to := range append(slices.Clone(t.Targets), mir.Target{Value: "otherwise", Block: t.Return}) {
		want := byte(2)
		if to.Value == "0" {
			want = 1
		}
		if w.flags[n] != 0 && w.flags[n] != want {
			continue
		}
		next := w.clone()
		next.flags[n] = want
		h.enter(to.Block, next)
	}
}

// exclude marks as absent the parts of place that lie in a variant which possible does not allow.
func (h *holding) exclude(place mir.Place, w *world, possible func(variant string) bool) {
	for _, i := range h.byLocal[place.Local] {
		rest, ok := relative(place.Proj, h.parts[i].leaf.Path)
		if ok && len(rest) > 0 && rest[0].Kind == mir.Downcast && !possible(rest[0].Text) {
			w.values[i] = value{is: absent}
		}
	}
}

// variantTest says that a bool local is true exactly when place is in one of the variants.
type variantTest struct {
	place    mir.Place
	variants []string
}

// tested finds the place whose variant a switch depends on, and a function that tells whether a switch value allows a variant.
// The function is nil when the switch is about something else, or about an enum whose variants are not known by number.
func (h *holding) tested(block *mir.BasicBlock) (mir.Place, func(value, variant string) bool) {
	op := block.Term.Operand
	if !op.IsPlace() || !op.Place.IsLocal() {
		return mir.Place{}, nil
	}
	if vt, ok := h.tests[op.Place.Local]; ok {
		return vt.place, func(value, variant string) bool {
			return (value != "0") == slices.Contains(vt.variants, variant)
		}
	}
	for i := len(block.Stmts) - 1; i >= 0; i-- {
		s := &block.Stmts[i]
		if s.Kind != mir.Assign || s.Place.Local != op.Place.Local || s.Value.Kind != mir.Discriminant {
			continue
		}
		names := variantsOf(mir.Head(h.b.Func.Type(s.Value.Place)))
		if names == nil {
			return mir.Place{}, nil
		}
		return s.Value.Place, func(value, variant string) bool {
			n, err := strconv.Atoi(value)
			return err == nil && n < len(names) && names[n] == variant
		}
	}
	return mir.Place{}, nil
}

// variantsOf are the variants, by discriminant, of the enums of core that code branches on around guards (library/core/src).
func variantsOf(head string) []string {
	switch mir.LastSegment(head) {
	case "Option":
		return []string{"None", "Some"}
	case "Result":
		return []string{"Ok", "Err"}
	case "Poll":
		return []string{"Ready", "Pending"}
	case "ControlFlow":
		return []string{"Continue", "Break"}
	}
	return nil
}

// predicates are the methods of Option and Result that only tell the variant.
var predicates = map[string][]string{"is_some": {"Some"}, "is_none": {"None"}, "is_ok": {"Ok"}, "is_err": {"Err"}}

// variantTests finds the locals that hold the answer of `is_some(&place)` and its like.
func variantTests(f *mir.Func, alias map[mir.Local]mir.Place) map[mir.Local]variantTest {
	out := map[mir.Local]variantTest{}
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Call || len(t.Args) != 1 || !t.Place.IsLocal() {
			continue
		}
		variants := predicates[mir.LastSegment(t.Func.Text)]
		if variants == nil || !strings.HasPrefix(t.Func.Text, "std::option::Option::") && !strings.HasPrefix(t.Func.Text, "std::result::Result::") {
			continue
		}
		if place, ok := shared(f, t.Args[0].Place.Local); ok {
			out[t.Place.Local] = variantTest{place, variants}
		}
	}
	return out
}

// shared is the place that a local borrows, when its only assignment is `&PLACE` of an owned place.
func shared(f *mir.Func, ref mir.Local) (mir.Place, bool) {
	var found mir.Place
	n := 0
	eachAssign(f, func(s *mir.Stmt) {
		if s.Place.IsLocal() && s.Place.Local == ref {
			n++
			if s.Value.Kind == mir.Ref {
				found = s.Value.Place
			}
		}
	})
	return found, n == 1 && found.Local != 0
}

// aliases are the locals that are assigned once, `&mut PLACE`, and so stand for that place wherever they are passed.
func aliases(f *mir.Func) map[mir.Local]mir.Place {
	out := map[mir.Local]mir.Place{}
	count := map[mir.Local]int{}
	eachAssign(f, func(s *mir.Stmt) {
		if !s.Place.IsLocal() {
			return
		}
		count[s.Place.Local]++
		if s.Value.Kind == mir.Ref && s.Value.Op == "mut" {
			out[s.Place.Local] = s.Value.Place
		}
	})
	for l, n := range count {
		if n != 1 {
			delete(out, l)
		}
	}
	return out
}

// flagsOf numbers the bool locals whose value on a path is known from what the path did: rustc's drop flags, which are only ever
// assigned constants, and conditions that the code branches on more than once without changing them in between. A copy that is made
// to branch on has its original's number.
func flagsOf(f *mir.Func) map[mir.Local]int {
	assigned := map[mir.Local]int{} // assignments of anything
	constant := map[mir.Local]int{} // of those, constants
	copyOf := map[mir.Local]mir.Local{}
	lent := map[mir.Local]bool{}
	eachAssign(f, func(s *mir.Stmt) {
		if s.Value.Kind == mir.RawPtr || s.Value.Kind == mir.Ref && s.Value.Op == "mut" {
			lent[s.Value.Place.Local] = true
		}
		if !s.Place.IsLocal() || f.Locals[s.Place.Local].Type != "bool" {
			return
		}
		assigned[s.Place.Local]++
		if constFlag(s.Value) != 0 {
			constant[s.Place.Local]++
		}
		if s.Value.Kind == mir.Use && s.Value.Operands[0].Kind == mir.Copy && s.Value.Operands[0].Place.IsLocal() {
			copyOf[s.Place.Local] = s.Value.Operands[0].Place.Local
		}
	})
	branches := map[mir.Local]int{}
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind == mir.Call && t.Place.IsLocal() {
			assigned[t.Place.Local]++
		}
		if t.Kind == mir.Switch && t.Operand.IsPlace() && t.Operand.Place.IsLocal() {
			branches[original(t.Operand.Place.Local, copyOf, assigned)]++
		}
	}
	var flags []mir.Local
	for l := range f.Locals {
		l := mir.Local(l)
		if f.Locals[l].Type != "bool" || lent[l] || branches[l] == 0 {
			continue
		}
		if assigned[l] == constant[l] && assigned[l] > 0 || assigned[l] <= 1 && branches[l] > 1 {
			flags = append(flags, l)
		}
	}
	out := make(map[mir.Local]int, len(flags))
	for i, l := range flags {
		out[l] = i
	}
	for l := range copyOf {
		if n, ok := out[original(l, copyOf, assigned)]; ok {
			out[l] = n
		}
	}
	return out
}

// original follows copies of locals that are assigned once.
func original(l mir.Local, copyOf map[mir.Local]mir.Local, assigned map[mir.Local]int) mir.Local {
	for range 4 {
		from, ok := copyOf[l]
		if !ok || assigned[l] != 1 {
			return l
		}
		l = from
	}
	return l
}

// copiesFlag reports whether a value is a copy of a flag with the same number, which changes nothing.
func copiesFlag(v mir.Rvalue, flags map[mir.Local]int, n int) bool {
	if v.Kind != mir.Use || v.Operands[0].Kind != mir.Copy || !v.Operands[0].Place.IsLocal() {
		return false
	}
	from, ok := flags[v.Operands[0].Place.Local]
	return ok && from == n
}

// constFlag is 1 for false, 2 for true, 0 for anything that is not a constant.
func constFlag(v mir.Rvalue) byte {
	if v.Kind != mir.Use || v.Operands[0].IsPlace() {
		return 0
	}
	switch v.Operands[0].Text {
	case "false":
		return 1
	case "true":
		return 2
	}
	return 0
}

func eachAssign(f *mir.Func, visit func(*mir.Stmt)) {
	for i := range f.Blocks {
		for j := range f.Blocks[i].Stmts {
			if s := &f.Blocks[i].Stmts[j]; s.Kind == mir.Assign {
				visit(s)
			}
		}
	}
}
