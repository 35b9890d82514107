package rust

import "strings"

// maxUseDepth bounds the nesting of use trees, the only recursion of the package.
const maxUseDepth = 64

// use reads a use declaration up to its semicolon.
func (p *parser) use(h head) bool {
	end := p.until(h.at+1, func(int) bool { return false })
	u := useTree{parser: p, budget: 16*(p.offset(end)-p.offset(h.at)) + 4096}
	u.base = Use{Scope: p.top().scope, Public: h.public, Line: p.lines.line(p.offset(h.first))}
	u.tree(h.at+1, end, "", 0)
	p.add(h, "", end)
	p.at = min(end+1, p.limit())
	return true
}

// useTree flattens one declaration. budget bounds the bytes of all paths together: a long prefix repeated for many names
// would make the output grow with the square of the input.
type useTree struct {
	*parser
	base   Use
	budget int
}

func (u *useTree) tree(lo, hi int, prefix string, depth int) {
	i := lo
	for i < hi && (u.kind(i) == Ident || u.kind(i) == RawIdent || u.is(i, ':') || u.is(i, '$')) && u.text(i) != "as" {
		i++
	}
	if u.budget -= len(prefix) + i - lo; u.budget < 0 || depth > maxUseDepth {
		return
	}
	path := prefix + strings.TrimPrefix(u.normal(lo, i), "::")
	switch {
	case u.is(i, '{'):
		u.split(i+1, min(int(u.partner[i]), hi), false, func(lo, hi int) { u.tree(lo, hi, path, depth+1) })
	case u.is(i, '*'):
		u.leaf(strings.TrimSuffix(path, "::"), "*")
	case i > lo && u.text(i) == "as" && i < hi:
		u.leaf(path, u.text(i+1))
	case i > lo:
		u.leaf(path, "")
	}
}

// leaf adds one name; "" stands for the last segment of the path. `a::self` names a.
func (u *useTree) leaf(path, name string) {
	path = strings.TrimSuffix(path, "::self")
	if name == "" {
		name = path[strings.LastIndex(path, ":")+1:]
	}
	use := u.base
	use.Path, use.Name = path, name
	u.Uses = append(u.Uses, use)
}
