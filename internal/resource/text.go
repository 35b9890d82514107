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
		text = c.named(fn, n)
	}
	if text == "" || strings.HasPrefix(text, "__") {
		return c.fieldText(n)
	}
	return text + c.steps(n.way)
}

// named is the name of the variable that a value of the function's own is kept in.
func (c *Crate) named(fn *facts.Fn, n Name) string {
	if name := coro.NameOf(fn.MIR(), mir.Local(n.N)); name != "" {
		return name
	}
	b := c.bodies[fn]
	if b == nil {
		return ""
	}
	for _, d := range fn.MIR().Debug {
		if d.Place.Local > 0 && d.Place.IsLocal() && !strings.HasPrefix(d.Name, "__") && int(d.Place.Local) < len(b.defs) {
			if at := b.place(d.Place, nil, fuel); at.Base == Own && at.N == n.N && at.Path == "" {
				return d.Name
			}
		}
	}
	return ""
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
