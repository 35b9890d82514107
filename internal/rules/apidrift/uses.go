package apidrift

import (
	"slices"
	"strings"
)

// useItem is one use declaration.
type useItem struct {
	first, last int    // tokens: `pub` or `use`, and the semicolon
	head        string // text before the tree: "pub use "
	module      string // inline modules around it
	leaves      []*useLeaf
}

// useLeaf is one name that a declaration brings in.
type useLeaf struct {
	item  *useItem
	segs  []int  // tokens of the whole path, those before braces included
	own   int    // so many last segments are written at the leaf itself
	alias int    // token of the name after `as`, -1 if none
	glob  bool   // ends with `*`
	self  bool   // `self` in braces: the path is what stands before them
	last  int    // last token of the leaf
	gone  bool   // an edit takes it out
	now   string // an edit writes this in its place
}

// readUses finds the declarations of the file, those in functions too.
func (c *code) readUses() []*useItem {
	var out []*useItem
	for _, it := range c.Items {
		if it.Kind != "use" {
			continue
		}
		first := c.tokenAt(c.Offset(it.Line, it.Column))
		use := first
		for use < len(c.toks) && c.text(use) != "use" {
			use++
		}
		end := use
		for end < len(c.toks) && c.text(end) != ";" {
			end++
		}
		if end == len(c.toks) {
			continue
		}
		u := &useItem{first: first, last: end, head: c.between(first, use) + " ", module: c.module(it.Line, it.Column)}
		c.useTree(u, use+1, end, nil)
		out = append(out, u)
	}
	return out
}

// module is the path of the inline modules around a place.
func (c *code) module(line, column int) string {
	var names []string
	for _, it := range c.Items {
		if it.Kind == "mod" && it.Contains(line, column) {
			names = append(names, it.Name)
		}
	}
	return strings.Join(names, "::")
}

func (c *code) useTree(u *useItem, lo, hi int, prefix []int) {
	leaf := &useLeaf{item: u, segs: slices.Clone(prefix), alias: -1, last: hi - 1}
	i := lo
	for i < hi {
		switch {
		case c.sep(i):
			i += 2
			continue
		case c.text(i) == "{" && c.partner[i] > i:
			c.useBraces(u, i, leaf.segs)
			return
		case c.text(i) == "*":
			leaf.glob = true
		case c.text(i) == "as":
			leaf.alias = i + 1
			i++
		case c.text(i) == "self" && len(leaf.segs) > 0:
			leaf.self = true
		case c.isIdent(i):
			leaf.segs = append(leaf.segs, i)
			leaf.own++
		default:
			return
		}
		i++
	}
	if len(leaf.segs) > 0 && lo < hi {
		u.leaves = append(u.leaves, leaf)
	}
}

func (c *code) useBraces(u *useItem, open int, prefix []int) {
	from, end := open+1, c.partner[open]
	for i := open + 1; i <= end; i++ {
		switch {
		case i == end || c.text(i) == ",":
			if i > from {
				c.useTree(u, from, i, prefix)
			}
			from = i + 1
		case c.text(i) == "{" && c.partner[i] > i:
			i = c.partner[i]
		}
	}
}

// names are the segments of the leaf's path, with a final `*` for a glob.
func (l *useLeaf) names(c *code) []string {
	out := c.names(path{segs: l.segs})
	if l.glob {
		out = append(out, "*")
	}
	return out
}

// bound is the name that the leaf brings in; empty for a glob.
func (l *useLeaf) bound(c *code) string {
	switch {
	case l.glob:
		return ""
	case l.alias >= 0:
		return c.text(l.alias)
	}
	return strings.TrimPrefix(c.text(l.segs[len(l.segs)-1]), "r#")
}

// useAt is the declaration that holds an offset.
func (c *code) useAt(offset int) *useItem {
	for _, u := range c.uses {
		if offset >= c.start(u.first) && offset < c.end(u.last) {
			return u
		}
	}
	return nil
}

// covering are the leaves whose path holds a segment between two offsets.
func (u *useItem) covering(c *code, from, to int) []*useLeaf {
	var out []*useLeaf
	for _, l := range u.leaves {
		if slices.ContainsFunc(l.segs, func(s int) bool { return c.start(s) >= from && c.end(s) <= to }) && l.reaches(c, to) {
			out = append(out, l)
		}
	}
	return out
}

// reaches reports whether the last segment that ends at an offset is the leaf's own way: of `a::{b, c}` the place of `b` is not c's.
func (l *useLeaf) reaches(c *code, to int) bool {
	if l.glob && c.end(l.last) == to {
		return true
	}
	return slices.ContainsFunc(l.segs, func(s int) bool { return c.end(s) == to })
}
