package coro_test

import (
	"slices"
	"strings"
	"testing"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

const guard = "std::sync::MutexGuard<"

// guards finds std's guards in the shapes that the sample puts them into.
func guards(typ string) []coro.Leaf {
	in := func(args []string, step ...mir.Elem) (out []coro.Leaf) {
		if len(args) == 0 {
			return nil
		}
		for _, leaf := range guards(args[0]) {
			leaf.Path = append(slices.Clone(step), leaf.Path...)
			leaf.Optional = leaf.Optional || step[0].Kind == mir.Downcast
			out = append(out, leaf)
		}
		return out
	}
	first := mir.Elem{Kind: mir.Field}
	switch {
	case strings.HasPrefix(typ, guard):
		return []coro.Leaf{{Type: typ}}
	case strings.HasPrefix(typ, "std::option::Option<"):
		return in(mir.Args(typ), mir.Elem{Kind: mir.Downcast, Text: "Some"}, first)
	case strings.HasPrefix(typ, "std::result::Result<"):
		return in(mir.Args(typ), mir.Elem{Kind: mir.Downcast, Text: "Ok"}, first)
	case strings.HasPrefix(typ, "std::vec::Vec<"+guard):
		return []coro.Leaf{{Type: mir.Args(typ)[0], Optional: true, Collection: true}}
	}
	var out []coro.Leaf
	members, _ := mir.TupleTypes(typ)
	for i, m := range members {
		out = append(out, in([]string{m}, mir.Elem{Kind: mir.Field, Index: int32(i)})...)
	}
	return out
}

// expected is what the comment behind an await says; ok is false when it has none.
func expected(line string) (want string, ok bool) {
	_, comment, ok := strings.Cut(line, " //")
	comment, _, _ = strings.Cut(comment, ";")
	return strings.TrimSpace(comment), ok && strings.Contains(line, ".await")
}

func TestHeldGuardsAreThoseThatTheSampleNames(t *testing.T) {
	lines := source(t, "held")
	for _, version := range versions {
		got := map[int][]string{}
		awaits := map[int]bool{}
		for _, b := range bodies(t, version, "held") {
			for _, a := range b.Awaits {
				awaits[b.Crate.Span(a.Pos).Line] = true
			}
			for _, h := range b.Held(guards) {
				at := b.Crate.Span(h.Await.Pos).Line
				got[at] = append(got[at], describe(b, h))
			}
		}
		checked := 0
		for i, line := range lines {
			want, ok := expected(line)
			if !ok {
				continue
			}
			checked++
			slices.Sort(got[i+1])
			if found := strings.Join(got[i+1], ", "); found != want || !awaits[i+1] {
				t.Errorf("%s: held.rs:%d %s: await %v, holds %q, want %q", version, i+1, strings.TrimSpace(line), awaits[i+1], found, want)
			}
		}
		if checked < 30 {
			t.Errorf("only %d awaits of the sample say what they hold", checked)
		}
	}
}

func describe(b *coro.Body, h coro.Held) string {
	name := b.Name(h.Local)
	if name == "" || strings.HasPrefix(name, "__") {
		name = "_"
	}
	if h.Must {
		return "must " + name
	}
	return "may " + name
}

func TestAHeldGuardKnowsWhereItCameFrom(t *testing.T) {
	check := func(path, want string) {
		t.Helper()
		for _, version := range versions {
			b := bodies(t, version, "held")[path]
			held := b.Held(guards)
			if len(held) == 0 {
				t.Fatalf("%s %s: nothing held", version, path)
			}
			at := b.Crate.Span(held[0].From)
			if line := strings.TrimSpace(source(t, "held")[at.Line-1]); !strings.Contains(line, want) {
				t.Errorf("%s %s: taken at %d: %s", version, path, at.Line, line)
			}
		}
	}
	check("across::{closure#0}", "m.lock()")
	check("moved_away::{closure#0}", "m.lock()") // not where it was moved to
	check("in_tuple::{closure#0}", "m.lock()")
	check("in_collection::{closure#0}", "list.push(m.lock()")
	check("passed_through::{closure#0}", "m.lock()")
	check("capture::{closure#0}", "fn capture(")
}

func TestNothingIsHeldWhenNothingIsInteresting(t *testing.T) {
	none := func(string) []coro.Leaf { return nil }
	for path, b := range bodies(t, "1.95", "held") {
		if held := b.Held(none); held != nil {
			t.Errorf("%s holds %v", path, held)
		}
	}
}
