package resource

import (
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/mir"
)

// Text is a name as the source of fn writes it, "self.pool"; empty when it cannot be told.
func (c *Crate) Text(fn *facts.Fn, n Name) string {
	text := ""
	switch f := fn.MIR(); {
	case n.Base == Static:
		text = mir.LastSegment(n.Of)
	case f == nil:
		return c.fieldText(n)
	case n.Base == Param && fn.Coroutine() != nil:
		text, _ = fn.Coroutine().CaptureName(n.N)
	case n.Base == Param && n.N < f.Params:
		text = coro.NameOf(f, mir.Local(n.N+1))
	case n.Base == Own && n.Of == fn.Path:
		name, whole := c.named(fn, n)
		if whole {
			return name
		}
		text = name
	}
	if text == "" || strings.HasPrefix(text, "__") {
		return c.fieldText(n)
	}
	return text + c.steps(n.way)
}

// named is the name of the variable that a value of the function's own is kept in; whole tells that it is the value itself, and not
// what the name begins with.
func (c *Crate) named(fn *facts.Fn, n Name) (name string, whole bool) {
	b := c.known(fn)
	for _, d := range fn.MIR().Debug {
		if d.Place.Local <= 0 || strings.HasPrefix(d.Name, "__") || int(d.Place.Local) >= len(b.defs) {
			continue
		}
		at := b.place(d.Place, nil, fuel)
		switch {
		case at.Base != Own || at.N != n.N || at.Of != n.Of:
		case at.Path == n.Path:
			return d.Name, true
		case at.Path == "" && name == "":
			name = d.Name
		}
	}
	return name, false
}

// fieldText is the type and field that a resource lies in.
func (c *Crate) fieldText(n Name) string {
	if n.Field == "" {
		return ""
	}
	for i := len(n.way) - 1; i >= 0; i-- {
		if owner := mir.Head(n.way[i].owner); owner != "" && !isStandard(owner) {
			return mir.LastSegment(owner) + c.steps(n.way[i:])
		}
	}
	return ""
}

func (c *Crate) steps(way []step) string {
	var out strings.Builder
	for _, s := range way {
		if s.owner == "" || s.content {
			continue
		}
		if name := c.facts.Shapes.FieldName(s.owner, int(s.elem.Index)); name != "" {
			out.WriteString("." + name)
		}
	}
	return out.String()
}
