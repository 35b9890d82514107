package integrity

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rust"
	"pollux/internal/suppress"
)

// lint is one lint that an attribute sets to a level.
type lint struct {
	name  string
	level string // allow, expect, warn, deny, forbid
	inner bool
	file  *code
	place rust.Range
	owner string // path of the item
}

// key is what two attributes share that do the same.
func (l lint) key() string {
	level := l.level
	if level == "expect" {
		level = "allow" // as silent
	}
	return fmt.Sprint(level, " ", l.name, " ", l.inner)
}

// rank orders levels by strictness.
func rank(level string) int {
	return max(0, slices.Index([]string{"allow", "warn", "deny", "forbid"}, level))
}

// nested are the attributes in the arguments of a cfg_attr; of others, the attribute itself.
func nested(a rust.Attr) []rust.Attr {
	if a.Path != "cfg_attr" {
		return []rust.Attr{a}
	}
	c := newCode("", "", a.Args)
	var out []rust.Attr
	for i, part := range c.split(0, len(c.toks), ",") {
		if i == 0 {
			continue // the predicate
		}
		inner := rust.Attr{Range: a.Range, Inner: a.Inner}
		at := part[0]
		for at < part[1] && (c.word(at) || c.text(at) == ":") {
			inner.Path += c.text(at)
			at++
		}
		if c.text(at) == "(" && c.toks[at].mate > 0 {
			inner.Args = c.shown(at+1, c.toks[at].mate)
		} else if c.text(at) == "=" {
			inner.Args = c.shown(at+1, part[1])
		}
		out = append(out, inner)
	}
	return out
}

// lints lists what the attributes of a state say about lints.
func (s *state) lints() []lint {
	var out []lint
	for _, f := range s.files {
		for _, a := range f.Attrs {
			for _, one := range nested(a) {
				switch one.Path {
				case "allow", "expect", "warn", "deny", "forbid":
				default:
					continue
				}
				_, _, owner := f.EnclosingItem(a.Line)
				for name := range strings.SplitSeq(one.Args, ",") {
					name = strings.TrimSpace(name)
					if name != "" && !strings.HasPrefix(name, "reason") {
						out = append(out, lint{name, one.Path, a.Inner, f, a.Range, owner})
					}
				}
			}
		}
	}
	return out
}

// surplus are the elements of now that before has no counterpart for: the same place first, then any with the same key.
func surplus[T any](before, now []T, key, place func(T) string) []T {
	used := make([]bool, len(before))
	take := func(fits func(T) bool) bool {
		for i, b := range before {
			if !used[i] && fits(b) {
				used[i] = true
				return true
			}
		}
		return false
	}
	var rest, out []T
	for _, n := range now {
		if !take(func(b T) bool { return key(b) == key(n) && place(b) == place(n) }) {
			rest = append(rest, n)
		}
	}
	for _, n := range rest {
		if !take(func(b T) bool { return key(b) == key(n) }) {
			out = append(out, n)
		}
	}
	return out
}

// attributes reports lints that are allowed now, and levels that were strict before.
func (c *comparison) attributes() {
	before, now := c.old.lints(), c.new.lints()
	place := func(l lint) string { return l.file.name + " " + l.owner }
	for _, l := range surplus(before, now, lint.key, place) {
		if l.level == "allow" || l.level == "expect" {
			c.lintAllowed(l)
		}
	}
	for _, l := range surplus(now, before, lint.key, place) {
		if rank(l.level) > 0 && c.new.file(l.file.name) != nil && !c.strictElsewhere(l, now) {
			c.report(LintAllowed, l.file.name, rust.Range{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}, l.owner,
				fmt.Sprintf("`#![%s(%s)]` is gone: what the lint finds is reported less strictly than before", l.level, l.name),
				"put the attribute back")
		}
	}
}

// strictElsewhere reports whether the lint is as strict as l in another attribute, or in a manifest of the change.
func (c *comparison) strictElsewhere(l lint, now []lint) bool {
	for _, n := range now {
		if n.name == l.name && n.inner && rank(n.level) >= rank(l.level) {
			return true
		}
	}
	for _, change := range c.settings {
		if change.New != nil && manifestLevel(*change.New, l.name) >= rank(l.level) {
			return true
		}
	}
	return false
}

func (c *comparison) lintAllowed(l lint) {
	where := "here"
	if l.inner {
		where = "in all of this module"
	}
	c.report(LintAllowed, l.file.name, l.place, l.owner,
		fmt.Sprintf("`%s(%s)` is new: what the lint finds %s is not reported any more", l.level, l.name, where),
		"mend what the lint finds and take the attribute out")
	if looks(l.name) {
		c.out[len(c.out)-1].Severity = finding.Info
	}
}

// allowed is an allowance of one rule of pollux.
type allowed struct {
	suppress.Allowance
	rule string
	file *code
}

func (s *state) allowances() []allowed {
	var out []allowed
	for _, f := range s.files {
		for _, a := range suppress.Collect(f.File) {
			if a.Malformed != "" {
				continue
			}
			for _, rule := range a.Rules {
				out = append(out, allowed{a, rule, f})
			}
		}
	}
	return out
}

// allowances reports comments that keep pollux silent.
func (c *comparison) allowances() {
	key := func(a allowed) string { return a.rule }
	place := func(a allowed) string { return a.file.name + " " + a.Function }
	for _, a := range surplus(c.old.allowances(), c.new.allowances(), key, place) {
		c.report(PolluxAllowed, a.file.name, rust.Range{Line: a.Line, Column: a.Column, EndLine: a.EndLine, EndColumn: a.EndColumn}, a.Function,
			fmt.Sprintf("a new comment keeps pollux from reporting `%s`, because: %s", a.rule, quote(a.Reason)),
			"mend what pollux finds and take the comment out")
	}
}

// impls reports new promises that a type may cross threads.
func (c *comparison) impls() {
	type promise struct {
		trait, self string
		file        *code
		place       rust.Range
		owner       string
	}
	collect := func(s *state) (out []promise) {
		for _, f := range s.files {
			for _, i := range f.Impls {
				if trait := lastSegment(i.Trait); i.Unsafe && !i.Negative && (trait == "Send" || trait == "Sync") {
					out = append(out, promise{trait, i.SelfType, f, i.Range, i.SelfType})
				}
			}
		}
		return out
	}
	before, now := collect(c.old), collect(c.new)
	fresh := surplus(before, now, func(p promise) string { return p.trait + " " + p.self }, func(p promise) string { return p.file.name })
	lost := surplus(now, before, func(p promise) string { return p.trait + " " + p.self }, func(p promise) string { return p.file.name })
	for _, p := range surplus(lost, fresh, func(p promise) string { return p.trait + p.file.name }, func(promise) string { return "" }) { // a renamed type
		c.report(UnsafeSendSync, p.file.name, p.place, p.owner,
			fmt.Sprintf("`unsafe impl %s for %s` is new: rustc no longer looks whether the type may cross threads", p.trait, p.self),
			"make the parts of the type "+p.trait+", or keep it on one thread")
	}
}
