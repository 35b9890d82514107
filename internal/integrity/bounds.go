package integrity

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/rust"
)

// bound is a number that says how much is tried.
type bound struct {
	name  string
	at    int
	value float64
	none  bool // `None`: no bound
	text  string
}

// boundsOf finds the bounds among some tokens: `name(.., N)`, `name = N`, `name = Some(N)`, `name: N`, and loops that count.
func boundsOf(c *code, lo, hi int) []bound {
	var out []bound
	for i := lo; i < hi && i < len(c.toks); i++ {
		switch {
		case means("bounds", c.text(i)):
			var end int
			switch {
			case c.text(i+1) == "(" && c.toks[i+1].mate > 0:
				end = c.toks[i+1].mate
			case c.text(i+1) == "=" && c.text(i+2) != "=", c.text(i+1) == ":" && c.text(i+2) != ":":
				for end = i + 2; end < len(c.toks) && !slices.Contains([]string{";", ",", "}", ")"}, c.text(end)); {
					end = c.after(end)
				}
			default:
				continue
			}
			text := c.joined(i+2, end)
			value, ok := number(text)
			if none := strings.HasSuffix(text, "None"); ok || none {
				out = append(out, bound{c.text(i), i, value, none, text})
			}
		case c.text(i) == "for" && strings.HasPrefix(c.text(i+1), "_") && c.text(i+2) == "in":
			end := i + 3
			for end < hi && c.text(end) != "{" {
				end = c.after(end)
			}
			if text := c.joined(i+3, end); strings.Contains(text, ". .") {
				if value, ok := number(text); ok {
					out = append(out, bound{"for", i, value, false, text})
				}
			}
		}
	}
	return out
}

// bounds reports numbers of a test that are lower than before, and searches without a bound that have one now.
func (c *comparison) bounds(p pair) {
	before, now := boundsOf(p.old.code, p.old.lo, p.old.hi), boundsOf(p.new.code, p.new.lo, p.new.hi)
	for _, o := range lowered(before, now) {
		c.report(BoundLowered, p.new.code.name, p.new.code.span(o.now.at, o.now.at+1), p.new.path,
			fmt.Sprintf("`%s` tries less than before: `%s` was `%s` and is `%s`", p.new.Name, o.now.what(), tight(o.was), tight(o.now.text)), "try as much as before")
	}
	for _, name := range []string{"preemption_bound", "max_permutations", "max_duration"} {
		is := slices.IndexFunc(now, func(b bound) bool { return b.name == name && !b.none })
		if is >= 0 && !slices.ContainsFunc(before, func(b bound) bool { return b.name == name }) && strings.Contains(p.new.code.Src, "loom") {
			c.report(BoundLowered, p.new.code.name, p.new.code.span(now[is].at, now[is].at+1), p.new.path,
				fmt.Sprintf("the search of `%s` has a bound now, `%s`: what lies beyond is not tried", p.new.Name, name), "take the bound out")
		}
	}
	c.attributeBounds(p)
}

func (b bound) what() string {
	if b.name == "for" {
		return "for .. in"
	}
	return b.name
}

// less is a bound and what it was.
type less struct {
	now bound
	was string
}

// lowered pairs bounds of a name in order and gives those that are lower.
func lowered(before, now []bound) []less {
	var out []less
	for _, n := range now {
		same := func(b bound) bool { return b.name == n.name }
		olds, news := filter(before, same), filter(now, same)
		if len(olds) != len(news) {
			continue
		}
		o := olds[slices.IndexFunc(news, func(b bound) bool { return b.at == n.at })]
		if !n.none && (o.none || n.value < o.value) {
			out = append(out, less{n, o.text})
		}
	}
	return out
}

func filter[T any](list []T, keep func(T) bool) []T {
	var out []T
	for _, e := range list {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}

// attributeBounds compares bounds in attributes: `#[kani::unwind(9)]`, `#[tokio::test(worker_threads = 4)]`.
func (c *comparison) attributeBounds(p pair) {
	of := func(f *function) (out []bound) {
		for _, a := range f.Attrs {
			text := lastSegment(a.Path) + "(" + a.Args + ")"
			args := newCode("", "", text)
			out = append(out, boundsOf(args, 0, len(args.toks))...)
		}
		return out
	}
	for _, l := range lowered(of(p.old), of(p.new)) {
		c.report(BoundLowered, p.new.code.name, head(p.new), p.new.path,
			fmt.Sprintf("`%s` tries less than before: `%s` was `%s` and is `%s`", p.new.Name, l.now.name, tight(l.was), tight(l.now.text)), "try as much as before")
	}
}

// constants compares the constants of test code whose name speaks of a bound.
func (c *comparison) constants() {
	type constant struct {
		name  string
		value float64
		text  string
		place rust.Range
	}
	collect := func(f *code) (out []constant) {
		for _, it := range f.Items {
			if it.Kind != "const" && it.Kind != "static" || !inTestFile(f.name) && !underTestCfg(it) || !speaksOfBound(it.Name) {
				continue
			}
			_, text, _ := strings.Cut(f.Src[f.Offset(it.Line, it.Column):f.Offset(it.EndLine, it.EndColumn)], "=")
			if value, ok := number(strings.NewReplacer("(", " ( ", ")", " ) ", ";", "").Replace(text)); ok {
				out = append(out, constant{it.Path(), value, strings.TrimSpace(strings.TrimSuffix(text, ";")), it.Range})
			}
		}
		return out
	}
	for _, n := range c.new.files {
		o := c.old.file(n.name)
		if o == nil {
			continue
		}
		before := collect(o)
		for _, is := range collect(n) {
			i := slices.IndexFunc(before, func(was constant) bool { return was.name == is.name })
			if i >= 0 && is.value < before[i].value {
				c.report(BoundLowered, n.name, is.place, is.name, fmt.Sprintf("tests try less than before: `%s` was `%s` and is `%s`", is.name, before[i].text, is.text), "try as much as before")
			}
		}
	}
}

func speaksOfBound(name string) bool {
	for part := range strings.SplitSeq(strings.ToLower(name), "_") {
		if means("bounds", part) || means("bounds", part+"s") {
			return true
		}
	}
	return false
}
