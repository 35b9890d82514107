package integrity

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rust"
)

// tests reports tests that run no more, or cannot fail any more.
func (c *comparison) tests() {
	for _, o := range c.old.fns {
		if !o.test {
			continue
		}
		n := o.twin
		switch {
		case n == nil:
			c.testGone(o)
		case !n.test:
			c.report(TestIgnored, n.code.name, head(n), n.path, fmt.Sprintf("`%s` is no longer a test: its attribute is gone", n.Name), "put the attribute back")
		default:
			c.testAttributes(o, n)
			c.testConditions(o, n)
			c.testBody(o, n)
		}
	}
	c.conditional()
}

// head is the first line of a function.
func head(f *function) rust.Range {
	r := f.Range
	if r.EndLine > r.Line {
		r.EndLine, r.EndColumn = r.Line, r.Column+len("fn")
	}
	return r
}

// testGone reports a test without a counterpart, unless what it tested is gone, or other tests took it over.
func (c *comparison) testGone(o *function) {
	if has(o, "ignore") || c.usesGone(o.code, o.lo, o.hi) || c.carried(o) {
		return
	}
	r := rust.Range{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}
	message := fmt.Sprintf("the test `%s` is gone, and what it tests is not", o.Name)
	if f := c.new.file(o.code.name); f == nil {
		message += ": its file was deleted"
	} else if parent := o.Item.Parent; parent != nil {
		for _, it := range f.Items {
			if it.Path() == parent.Path() {
				r = rust.Range{Line: it.Line, Column: it.Column, EndLine: it.Line, EndColumn: it.Column + len(it.Kind)}
			}
		}
	}
	c.report(TestDeleted, o.code.name, r, o.path, message, "bring the test back and mend the code that it tests")
}

// carriedShare is how much of what a test says must stand in another one that takes it over.
const carriedShare = 0.8

// carried reports whether another test asks what o asked: it is nearly the same, or holds its literals and the names that it calls.
func (c *comparison) carried(o *function) bool {
	said := distinctive(o.code, o.lo, o.hi)
	for _, n := range c.new.fns {
		if !n.inTests {
			continue
		}
		var before names
		if n.twin != nil {
			before = distinctive(n.twin.code, n.twin.lo, n.twin.hi)
		}
		now, common := distinctive(n.code, n.lo, n.hi), 0
		for word := range said {
			if now[word] {
				common++
			}
		}
		grown := len(before) == 0
		for word := range now {
			grown = grown || said[word] && !before[word]
		}
		if o.hi-o.lo > 3 && common == len(said) && likeness(o.grams, n.grams) > 0.95 { // it stood there twice
			return true
		}
		if len(said) >= 2 && grown && checksIn(n.code, n.lo, n.hi) > 0 && float64(common) >= carriedShare*float64(len(said)) {
			return true
		}
	}
	return false
}

// distinctive are the literals of some tokens and the names that they call, but for those that all tests share.
func distinctive(f *code, lo, hi int) names {
	out := names{}
	for i := lo; i < hi && i < len(f.toks); i++ {
		t := f.toks[i]
		switch {
		case t.kind >= rust.Char && t.kind <= rust.Float:
			out[t.text] = true
		case f.word(i) && f.text(i+1) == "(":
			switch t.text {
			case "unwrap", "expect", "clone", "Ok", "Some", "Err", "iter", "collect", "into", "to_string", "new":
			default:
				out[t.text] = true
			}
		}
	}
	return out
}

// has reports whether an attribute of the function, or one inside of its cfg_attr, has this name.
func has(f *function, name string) bool { return attribute(f, name) != nil }

func attribute(f *function, name string) *rust.Attr {
	for _, a := range f.Attrs {
		for _, one := range nested(a) {
			if lastSegment(one.Path) == name {
				return &one
			}
		}
	}
	return nil
}

func (c *comparison) testAttributes(o, n *function) {
	if a := attribute(n, "ignore"); a != nil && !has(o, "ignore") {
		c.report(TestIgnored, n.code.name, a.Range, n.path, fmt.Sprintf("the test `%s` is ignored now, so nothing tells whether it passes", n.Name), "take the attribute out and mend what makes the test fail")
	}
	was, is := attribute(o, "should_panic"), attribute(n, "should_panic")
	switch {
	case is != nil && was == nil:
		c.report(TestIgnored, n.code.name, is.Range, n.path, fmt.Sprintf("the test `%s` passes now when it panics", n.Name), "take `should_panic` out and mend what makes the test panic")
	case is != nil && was != nil && strings.Contains(was.Args, `"`) && !strings.Contains(is.Args, `"`):
		c.report(AssertionWeaker, n.code.name, is.Range, n.path, fmt.Sprintf("the test `%s` passes now with any panic, not only with %s", n.Name, quote(was.Args)), "name the expected panic again")
	}
	was, is = attribute(o, "test"), attribute(n, "test")
	if was != nil && is != nil && strings.Contains(was.Args, "multi_thread") && !strings.Contains(is.Args, "multi_thread") {
		c.report(BoundLowered, n.code.name, is.Range, n.path, fmt.Sprintf("the test `%s` ran on several threads and runs on one now, where many races cannot happen", n.Name), "give the test its runtime of several threads back")
	}
}

// narrowed are tests that one attribute makes conditional.
type narrowed struct {
	cond  condition
	never bool
	fns   []*function
}

// testConditions notes a cfg under which a test is compiled in fewer builds than before.
func (c *comparison) testConditions(o, n *function) {
	before, now := conditions(o), conditions(n)
	less, never := narrower(together(before), together(now))
	if !less {
		return
	}
	for _, cond := range now {
		if slices.ContainsFunc(before, func(have condition) bool { return have.text == cond.text }) || c.codeHas(cond.text) {
			continue
		}
		i := slices.IndexFunc(c.narrowed, func(have *narrowed) bool {
			return have.cond == cond && have.fns[0].code == n.code
		})
		if i < 0 {
			c.narrowed = append(c.narrowed, &narrowed{cond, never, []*function{n}})
			continue
		}
		c.narrowed[i].fns = append(c.narrowed[i].fns, n)
	}
}

// together is the predicate under which all conditions hold.
func together(all []condition) predicate {
	p := predicate{op: "all"}
	for _, cond := range all {
		p.of = append(p.of, readPredicate(cond.text))
	}
	return p
}

// conditional reports the tests that became conditional, those of one attribute together.
func (c *comparison) conditional() {
	for _, group := range c.narrowed {
		first := group.fns[0]
		what := fmt.Sprintf("the test `%s` is compiled", first.Name)
		if n := len(group.fns); n > 1 {
			what = fmt.Sprintf("%d tests, the first of them `%s`, are compiled", n, first.Name)
		}
		how := fmt.Sprintf(" only under `cfg(%s)` now", group.cond.text)
		if group.never {
			how = fmt.Sprintf(" in no build any more: `cfg(%s)`", group.cond.text)
		}
		c.report(TestConditional, first.code.name, group.cond.place, first.path, what+how, "take the condition out and mend what makes the test fail")
		if group.never {
			c.out[len(c.out)-1].Severity = finding.Error
		}
	}
}

// condition is the predicate of a cfg.
type condition struct {
	text  string
	place rust.Range
}

// conditions are the predicates under which a function is compiled, but for `test` itself.
func conditions(f *function) []condition {
	var out []condition
	add := func(a rust.Attr) {
		if a.Path == "cfg" && a.Args != "test" {
			out = append(out, condition{a.Args, a.Range})
		}
	}
	for it := f.Item; it != nil; it = it.Parent {
		for _, a := range it.Attrs {
			add(a)
		}
	}
	for _, a := range f.code.Attrs {
		if a.Inner {
			add(a)
		}
	}
	return out
}

// codeHas reports whether code that is no test has got the same predicate in this change: then both are optional together.
func (c *comparison) codeHas(predicate string) bool {
	count := func(s *state) (n int) {
		for _, f := range s.files {
			if inTestFile(f.name) {
				continue
			}
			for _, it := range f.Items {
				if it.Kind == "fn" && slices.ContainsFunc(it.Attrs, isTest) || underTestCfg(it) {
					continue
				}
				for _, a := range it.Attrs {
					if a.Path == "cfg" && a.Args == predicate {
						n++
					}
				}
			}
		}
		return n
	}
	return count(c.new) > count(c.old)
}

// testBody reports a test in which nothing is left that could fail, or that ends before it comes to its checks.
func (c *comparison) testBody(o, n *function) {
	was := checksIn(o.code, o.lo, o.hi)
	switch {
	case n.lo >= n.hi && o.lo < o.hi, was > 0 && checksIn(n.code, n.lo, n.hi) == 0 && n.hi-n.lo < o.hi-o.lo && !c.usesGone(o.code, o.lo, o.hi):
		c.report(TestEmptied, n.code.name, head(n), n.path, fmt.Sprintf("the test `%s` checks nothing any more", n.Name), "bring back what the test checked and mend the code")
		n.twin.grams, n.grams = nil, nil // one finding is enough
		return
	}
	at, cond := earlyReturn(n)
	if before, _ := earlyReturn(o); at < 0 || before >= 0 {
		return
	}
	if cond == "" {
		c.report(TestEmptied, n.code.name, n.code.span(at, at+1), n.path, fmt.Sprintf("the test `%s` returns before it checks anything", n.Name), "take the return out and mend the code")
		n.grams = nil
		return
	}
	c.report(TestConditional, n.code.name, n.code.span(at, at+1), n.path, fmt.Sprintf("the test `%s` returns before its checks when `%s`", n.Name, cond), "take the return out and mend the code")
}

// earlyReturn is a return in the body of a test, not in a closure or block of its own, with checks only behind it; cond is what
// stands before its block. -1 when there is none.
func earlyReturn(f *function) (at int, cond string) {
	for i := f.lo; i < f.hi; i++ {
		if f.code.text(i) != "return" {
			continue
		}
		if checksIn(f.code, f.lo, i) > 0 || checksIn(f.code, i, f.hi) == 0 {
			return -1, ""
		}
		open := enclosing(f.code, f.lo, i)
		switch {
		case len(open) == 0:
			return i, ""
		case len(open) > 1:
			continue
		}
		header := f.code.header(open[0], f.lo)
		if strings.HasPrefix(header, "if ") {
			return i, strings.TrimPrefix(header, "if ")
		}
	}
	return -1, ""
}

// enclosing are the open braces around token i, outermost first, from token lo on.
func enclosing(f *code, lo, i int) []int {
	var out []int
	for j := lo; j < i; j++ {
		if t := f.toks[j]; t.kind == rust.Open && t.mate > i {
			if t.text == "{" {
				out = append(out, j)
			}
		} else if t.kind == rust.Open && t.mate > j {
			j = t.mate
		}
	}
	return out
}

// header is the text between the start of the statement and the brace at open.
func (c *code) header(open, lo int) string {
	from := open
	for from > lo {
		t := c.toks[from-1]
		if t.text == ";" || t.text == "{" || t.text == "}" && c.text(from) != "else" || t.text == "," || t.text == ">" && c.text(from-2) == "=" {
			break
		}
		if t.kind == rust.Close && t.mate >= lo {
			from = t.mate
			continue
		}
		from--
	}
	return strings.TrimSpace(c.shown(from, open))
}

// checksIn counts what can fail among some tokens: assertions, panics, unwraps and question marks.
func checksIn(f *code, lo, hi int) int {
	n := 0
	for i := lo; i < hi && i < len(f.toks); i++ {
		switch {
		case f.assertionAt(i), f.helperAt(i):
			n++
		case f.text(i) == "?", (f.text(i) == "unwrap" || f.text(i) == "expect" || f.text(i) == "unwrap_err" || f.text(i) == "expect_err") && f.text(i-1) == ".":
			n++
		}
	}
	return n
}

// modules reports test modules that are no longer compiled.
func (c *comparison) modules() {
	for _, f := range c.old.files {
		now := c.new.file(f.name)
		if now == nil {
			continue
		}
		for _, m := range f.Mods {
			i := slices.IndexFunc(now.Mods, func(have rust.Mod) bool { return have.Name == m.Name && have.Module == m.Module })
			if i < 0 && slices.ContainsFunc(now.Items, func(it *rust.Item) bool { return it.Kind == "mod" && it.Name == m.Name }) {
				continue // its text stands inline now
			}
			file, tests := c.testsOf(f.name, m)
			if tests == 0 {
				continue
			}
			if i < 0 && !c.declaredElsewhere(m.Name) {
				c.report(TestDeleted, f.name, rust.Range{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}, m.Name,
					fmt.Sprintf("`mod %s;` is gone: the %d tests of %s are not compiled any more", m.Name, tests, file), "put the declaration back")
			}
		}
	}
}

func (c *comparison) declaredElsewhere(name string) bool {
	return slices.ContainsFunc(c.new.files, func(f *code) bool {
		return slices.ContainsFunc(f.Mods, func(m rust.Mod) bool { return m.Name == name })
	})
}

// testsOf finds the file of a module that still exists and counts its tests.
func (c *comparison) testsOf(file string, m rust.Mod) (string, int) {
	dir := path.Dir(file)
	if base := strings.TrimSuffix(path.Base(file), ".rs"); base != "lib" && base != "main" && base != "mod" && path.Base(dir) != "tests" {
		dir = path.Join(dir, base)
	}
	inner := path.Join(dir, strings.ReplaceAll(m.Module, "::", "/"))
	candidates := []string{path.Join(inner, m.Name+".rs"), path.Join(inner, m.Name, "mod.rs")}
	if m.Path != "" {
		candidates = []string{path.Join(path.Dir(file), m.Path)}
	}
	for _, name := range candidates {
		f := c.new.file(name)
		if f == nil {
			text, ok := c.read(name)
			if !ok {
				continue
			}
			f = newCode(name, name, text)
		}
		n := 0
		for _, fn := range f.Fns {
			if slices.ContainsFunc(fn.Attrs, isTest) {
				n++
			}
		}
		return name, n
	}
	return "", 0
}
