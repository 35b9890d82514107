package integrity

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/rust"
)

// bodies compares what functions of both states do.
func (c *comparison) bodies() {
	moved := c.addedAssertions()
	for _, p := range c.pairs {
		if p.new.grams == nil {
			continue // reported as a whole
		}
		if p.new.inTests {
			c.asserts(p, moved)
			c.panics(p)
			c.bounds(p)
		} else {
			c.invariants(p)
		}
		c.swallowed(p)
		c.forgotten(p.old, p.new)
		c.sleeps(p)
	}
	for _, n := range c.new.fns {
		if n.twin == nil {
			c.forgotten(nil, n)
		}
	}
	c.constants()
}

// addedAssertions counts assertions that the change brings to functions, by text and by signature: what is gone in one test may
// have moved to another.
func (c *comparison) addedAssertions() map[string]int {
	out := map[string]int{}
	for _, n := range c.new.fns {
		own := map[string]int{}
		keys := func(f *function, step int) {
			for _, a := range assertions(f) {
				own[a.text] += step
				if sig := a.signature(); sig != "" {
					own["~"+sig] += step
				}
			}
		}
		if n.inTests || n.twin == nil {
			keys(n, 1)
		}
		if n.twin != nil {
			keys(n.twin, -1)
		}
		for key, count := range own {
			out[key] += max(0, count)
		}
	}
	return out
}

// panics reports a branch of a test that failed before and does nothing now.
func (c *comparison) panics(p pair) {
	count := func(f *function) (panics, silent, checks int) {
		for i := f.lo; i < f.hi; i++ {
			if m := f.code.text(i); f.code.assertionAt(i) && (m == "panic" || m == "unreachable") {
				panics++
			}
			if f.code.spells(i, "=>") && f.code.text(i+2) == "{" && f.code.text(i+3) == "}" || f.code.spells(i, "=>") && f.code.text(i+2) == "(" && f.code.text(i+3) == ")" ||
				f.code.text(i) == "else" && f.code.text(i+1) == "{" && (f.code.text(i+2) == "return" || f.code.text(i+2) == "}" || f.code.text(i+2) == "continue") {
				silent++
			}
		}
		return panics, silent, checksIn(f.code, f.lo, f.hi)
	}
	p1, s1, k1 := count(p.old)
	p2, s2, k2 := count(p.new)
	if p2 < p1 && s2 > s1 && k2 < k1 {
		c.report(AssertionWeaker, p.new.code.name, head(p.new), p.new.path, fmt.Sprintf("a branch of `%s` panicked before and does nothing now", p.new.Name), "let the branch fail again and mend the code")
	}
}

// invariants reports assertions outside of tests that hold whatever happens now.
func (c *comparison) invariants(p pair) {
	before, now := assertions(p.old), assertions(p.new)
	if len(before) != len(now) {
		return
	}
	for i, n := range now {
		if o := before[i]; n.trivial() && !o.trivial() {
			c.judge(o, n)
		}
	}
}

// call is a call with what becomes of its result.
type call struct {
	name      string
	at        int
	handled   bool // `?`, unwrap, expect, a match on it
	swallowed string
}

// calls finds the calls of a function whose result is handled or thrown away in a visible way.
func calls(f *function) []call {
	var out []call
	for i := f.lo; i < f.hi; i++ {
		if !f.code.word(i) || f.code.text(i+1) != "(" || f.code.toks[i+1].mate < 0 || keyword(f.code.text(i)) {
			continue
		}
		if c := f.fate(i); c.handled || c.swallowed != "" {
			out = append(out, c)
		}
	}
	return out
}

func keyword(word string) bool {
	return slices.Contains([]string{"if", "match", "while", "for", "in", "return", "Ok", "Some", "Err", "ok", "unwrap", "expect", "unwrap_or", "unwrap_or_else", "unwrap_or_default", "map_err", "await", "drop", "fn"}, word)
}

// fate finds out what becomes of the result of the call at i.
func (f *function) fate(i int) call {
	c := call{name: f.code.text(i), at: i}
	at := f.code.toks[i+1].mate + 1
	for f.code.text(at) == "." && (f.code.text(at+1) == "await" || (f.code.text(at+1) == "map_err" || f.code.text(at+1) == "context" || f.code.text(at+1) == "with_context") && f.code.text(at+2) == "(") {
		if at += 2; f.code.text(at) == "(" {
			at = f.code.after(at)
		}
	}
	next := f.code.text(at + 1)
	switch {
	case f.code.text(at) == "?", f.code.text(at) == "." && (next == "unwrap" || next == "expect"):
		c.handled = true
		return c
	case f.code.text(at) == "." && next == "ok" && f.code.text(at+2) == "(" && f.code.text(at+4) == ";":
		c.swallowed = ".ok()"
	case f.code.text(at) == "." && next == "unwrap_or_default":
		c.swallowed = ".unwrap_or_default()"
	case f.code.text(at) == "." && (next == "is_ok" || next == "is_err") && f.code.text(at+4) == ";":
		c.swallowed = "." + next + "()"
	}
	start := f.statement(i)
	switch {
	case f.code.text(start) == "let" && f.code.text(start+1) == "_" && (f.code.text(at) == ";" || c.swallowed != ""), f.code.text(start) == "_" && f.code.text(start+1) == "=":
		c.swallowed = "let _ ="
	case f.code.text(start) == "if" && f.code.text(start+1) == "let" && f.code.text(start+2) == "Ok" && f.code.text(at) == "{" && f.code.text(f.code.after(at)) != "else":
		c.swallowed = "if let Ok"
	case f.code.text(start) == "if" && f.code.text(start+1) == "let" && f.code.text(start+2) == "Err", f.code.text(start) == "match":
		c.handled = true
	case f.code.text(start) == "drop" && start < i:
		c.swallowed = "drop(..)"
	}
	if c.swallowed == ".ok()" && f.code.text(start) == "let" && f.code.text(start+1) != "_" || f.code.text(start) == "return" {
		c.swallowed = ""
	}
	return c
}

// statement is the first token of the statement that holds token i.
func (f *function) statement(i int) int {
	for i > f.lo {
		t := f.code.toks[i-1]
		if t.text == ";" || t.text == "{" || t.text == "}" || t.text == ">" && f.code.text(i-2) == "=" {
			return i
		}
		if t.kind == rust.Close && t.mate >= f.lo {
			i = t.mate
			continue
		}
		i--
	}
	return f.lo
}

// swallowed reports errors that were handled before and go nowhere now.
func (c *comparison) swallowed(p pair) {
	type tally struct{ handled, swallowed int }
	count := func(cs []call) map[string]tally {
		out := map[string]tally{}
		for _, one := range cs {
			t := out[one.name]
			if one.handled {
				t.handled++
			}
			if one.swallowed != "" {
				t.swallowed++
			}
			out[one.name] = t
		}
		return out
	}
	now := calls(p.new)
	before, after := count(calls(p.old)), count(now)
	for _, one := range slices.Backward(now) {
		b, a := before[one.name], after[one.name]
		if one.swallowed == "" || a.swallowed <= b.swallowed || a.handled >= b.handled {
			continue
		}
		a.swallowed--
		after[one.name] = a
		c.report(ResultSwallowed, p.new.code.name, p.new.code.span(one.at, one.at+1), p.new.path,
			fmt.Sprintf("an error of `%s` was handled and goes nowhere now: `%s`", one.name, one.swallowed), "hand the error on, or do something about it")
	}
}

// forgotten reports values whose destructor never runs: all in a function that was there before, guards in a new one.
func (c *comparison) forgotten(o, n *function) {
	find := func(f *function) (out []int) {
		if f == nil {
			return nil
		}
		for i := f.lo; i < f.hi; i++ {
			forget := f.code.text(i) == "forget" && f.code.text(i+1) == "(" && f.code.text(i-1) != "."
			kept := f.code.text(i) == "ManuallyDrop" && f.code.text(i+3) == "new"
			if forget || kept {
				out = append(out, i)
			}
		}
		return out
	}
	before := len(find(o))
	for k, i := range find(n) {
		what := argument(n, i)
		if k < before || o == nil && !n.bindsGuard(what) {
			continue
		}
		c.report(GuardForgotten, n.code.name, n.code.span(i, i+1), n.path,
			fmt.Sprintf("`%s` is forgotten now: its destructor never runs, and what it holds is never given back", what), "let it be dropped where its work is done")
	}
}

// argument is the first word in the brackets after token i.
func argument(f *function, i int) string {
	for i < f.hi && f.code.text(i) != "(" {
		i++
	}
	if i >= f.hi || f.code.toks[i].mate < 0 {
		return ""
	}
	return tight(f.code.joined(i+1, f.code.toks[i].mate))
}

// bindsGuard reports whether a variable was bound to what a method gives that makes guards, or is such a call itself.
func (f *function) bindsGuard(name string) bool {
	isGuard := func(lo, hi int) bool {
		for i := lo; i < hi; i++ {
			if means("guards", f.code.text(i)) && f.code.text(i-1) == "." && f.code.text(i+1) == "(" {
				return true
			}
		}
		return false
	}
	for i := f.lo; i < f.hi; i++ {
		if f.code.text(i) != "let" {
			continue
		}
		end := i
		for end < f.hi && f.code.text(end) != ";" {
			end = f.code.after(end)
		}
		if slices.Contains(f.code.texts(i+1, min(i+4, end)), name) && isGuard(i, end) {
			return true
		}
	}
	return slices.ContainsFunc(words["guards"], func(w string) bool { return strings.Contains(name, "."+w+"(") })
}

// sleep is a statement that lets time pass.
type sleep struct {
	at   int
	text string
	wait float64
}

// sleepsOf finds the sleeps in the flow of a function itself, not in tasks or closures inside of it.
func sleepsOf(f *function) []sleep {
	var out []sleep
	for i := f.lo; i < f.hi; i++ {
		if !means("sleeps", f.code.text(i)) || f.code.text(i+1) != "(" || f.code.text(i-1) == "." || f.code.toks[i+1].mate < 0 {
			continue
		}
		start := f.statement(i)
		if first := f.code.text(start); first == "let" || !f.plainPath(start, i) || f.inTask(i) {
			continue
		}
		text := f.code.joined(i+2, f.code.toks[i+1].mate)
		wait, _ := number(text)
		out = append(out, sleep{i, text, wait})
	}
	return out
}

// plainPath reports whether the tokens from start up to i are a path.
func (f *function) plainPath(start, i int) bool {
	for ; start < i; start++ {
		if !f.code.word(start) && f.code.text(start) != ":" {
			return false
		}
	}
	return true
}

// inTask reports whether token i lies in an async block or a closure of the function.
func (f *function) inTask(i int) bool {
	for _, open := range enclosing(f.code, f.lo, i) {
		before := f.code.text(open - 1)
		if before == "async" || before == "move" || before == "|" {
			return true
		}
	}
	// a brace inside of a call's brackets is a block that the call is given
	for j := f.lo; j < i; j++ {
		if t := f.code.toks[j]; t.text == "(" && t.mate > i && f.code.word(j-1) {
			return true
		}
	}
	return false
}

// sleeps reports time that a test lets pass instead of waiting for something, and a sleep where a function waited.
func (c *comparison) sleeps(p pair) {
	before, now := sleepsOf(p.old), sleepsOf(p.new)
	if len(now) == 0 || len(now) < len(before) {
		return
	}
	text := func(s sleep) string { return s.text }
	fresh := surplus(before, now, text, func(sleep) string { return "" })
	fresh = surplus(c.sleepsGone(), fresh, text, func(sleep) string { return "" }) // from a test that was merged into this one
	if p.new.inTests {
		if p.new.virtualTime() {
			return
		}
		for _, s := range fresh {
			if len(now) > len(before) || s.longer(before) {
				c.report(SleepAdded, p.new.code.name, p.new.code.span(s.at, s.at+1), p.new.path,
					fmt.Sprintf("`%s` sleeps for `%s` now: it passes when the machine is fast enough, not when the code is right", p.new.Name, tight(s.text)),
					"wait for what the test needs to have happened (a channel, a notification, a join), or use tokio's paused clock")
			}
		}
		return
	}
	if len(fresh) > 0 && len(now) > len(before) && waits(p.new) < waits(p.old) {
		s := fresh[0]
		c.report(SleepAdded, p.new.code.name, p.new.code.span(s.at, s.at+1), p.new.path,
			fmt.Sprintf("`%s` sleeps now where it waited for something", p.new.Name), "wait for the thing itself: time is no synchronization")
	}
}

// sleepsGone are the sleeps of functions that have no counterpart.
func (c *comparison) sleepsGone() []sleep {
	var out []sleep
	for _, o := range c.old.fns {
		if o.twin == nil {
			out = append(out, sleepsOf(o)...)
		}
	}
	return out
}

// longer reports whether a sleep takes longer than all that were there before.
func (s sleep) longer(before []sleep) bool {
	return !slices.ContainsFunc(before, func(b sleep) bool { return b.wait >= s.wait })
}

func (f *function) virtualTime() bool {
	for _, a := range f.Attrs {
		if strings.Contains(a.Args, "start_paused") {
			return true
		}
	}
	for i := f.lo; i < f.hi; i++ {
		if means("virtual-time", f.code.text(i)) && f.code.text(i+1) == "(" && (f.code.text(i-1) == ":" || f.code.text(i+3) == ";") {
			return true
		}
	}
	return false
}

func waits(f *function) int {
	n := 0
	for i := f.lo; i < f.hi; i++ {
		if means("waits", f.code.text(i)) && f.code.text(i+1) == "(" && f.code.text(i-1) == "." {
			n++
		}
	}
	return n
}
