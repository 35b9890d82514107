package facts

import (
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// impl is what the source says about an `<impl at FILE:L:C: L:C>`.
type impl struct {
	known bool
	trait string // last segment, "" for an inherent impl
	self  string // source text of the self type
}

// index makes an Fn of every body and finds the names under which it can be called.
func (c *Crate) index() {
	for _, f := range c.MIR.Funcs {
		if f.Kind != mir.Fn {
			continue
		}
		fn := &Fn{Crate: c.Name, Path: mir.WithoutGenerics(f.Path), mir: f, Ret: f.Locals[0].Type}
		fn.Name = mir.LastSegment(fn.Path)
		for _, p := range f.Locals[1 : 1+f.Params] {
			fn.Params = append(fn.Params, p.Type)
			fn.context = fn.context || strings.HasPrefix(p.Type, "&mut std::task::Context<")
		}
		if fn.body = coro.Lower(c.MIR, f); fn.body != nil {
			c.Bodies = append(c.Bodies, fn.body)
			fn.context = false
		}
		c.Fns = append(c.Fns, fn)
		c.enter(len(c.Fns)-1, fn)
	}
	c.typeOfImpls()
}

// enter files fn under its names.
func (c *Crate) enter(i int, fn *Fn) {
	if _, ok := c.byPath[fn.Path]; !ok {
		c.byPath[fn.Path] = i
	}
	switch {
	case fn.body != nil:
		c.enterBody(fn.body.Type, i)
	case len(fn.Params) > 0 && strings.HasPrefix(stripRefs(fn.Params[0]), "{closure@"):
		c.enterBody(stripRefs(fn.Params[0]), i)
	default:
		if parent := parentOf(fn.Path); parent != "" {
			if at := implAt(parent); at != "" {
				im := c.implHeader(at)
				fn.Trait = im.trait
				if fn.Name == "drop" && (!im.known || strings.Contains(im.trait+im.self, "$")) && len(fn.Params) == 1 && strings.HasPrefix(fn.Params[0], "&mut ") {
					fn.Trait = "Drop" // a macro of another crate wrote the impl, pin-project's for one
				}
				c.byName[fn.Name] = append(c.byName[fn.Name], i)
				return
			}
			if mentionsSelf(fn.Params) { // `Trait::method`: a default body
				fn.Trait = mir.LastSegment(parent)
				c.byName[fn.Name] = append(c.byName[fn.Name], i)
			}
		}
	}
}

func (c *Crate) enterBody(typ string, i int) {
	key := envKey(typ)
	c.byEnv[key] = append(c.byEnv[key], i)
}

// typeOfImpls gives every method the self type of its impl: from a sibling with a receiver, else from the source text.
func (c *Crate) typeOfImpls() {
	types := map[string]string{}
	for _, fn := range c.Fns {
		at := implAt(parentOf(fn.Path))
		if at == "" || types[at] != "" || len(fn.Params) == 0 || coro.NameOf(fn.mir, 1) != "self" {
			continue
		}
		types[at] = selfHead(fn.Params[0])
	}
	for _, fn := range c.Fns {
		at := implAt(parentOf(fn.Path))
		if at == "" {
			continue
		}
		if len(fn.Params) > 0 && coro.NameOf(fn.mir, 1) == "self" {
			fn.Type = selfHead(fn.Params[0]) // impls that a macro makes stand in one place
		} else {
			fn.Type = types[at]
		}
		if fn.Type == "" {
			fn.Type = c.localType(c.impls[at].self, fn.Path)
		}
		c.ownTypes[fn.Type] = fn.Type != ""
		if fn.Trait != "" {
			c.hasImpl[fn.Type+" "+fn.Trait] = true
		}
	}
}

// localType turns the source text of a self type into a path of this crate, as far as that can be told from the impl's module.
func (c *Crate) localType(text, path string) string {
	head := mir.WithoutGenerics(strings.TrimLeft(text, "& "))
	head = strings.TrimPrefix(strings.TrimPrefix(head, "crate::"), "self::")
	module := parentOf(parentOf(path))
	if head == "" || module == "" || strings.Contains(head, "::") {
		return head
	}
	return module + "::" + head
}

// implHeader reads the header of an impl from the source.
func (c *Crate) implHeader(at string) impl {
	if im, ok := c.impls[at]; ok {
		return im
	}
	im := impl{}
	span := mir.ParseSpan(strings.TrimSuffix(strings.TrimPrefix(at, "<impl at "), ">"))
	if c.source != nil && span.Known() {
		if file := c.source(span.File); file != nil {
			if found := file.ImplAt(span.Line, span.Column); found != nil {
				im = impl{known: true, trait: mir.LastSegment(mir.WithoutGenerics(found.Trait)), self: found.SelfType}
			}
		}
	}
	c.impls[at] = im
	return im
}

// implAt is the `<impl at ..>` at the end of a path, or empty.
func implAt(path string) string {
	i := strings.LastIndex(path, "<impl at ")
	if i < 0 || !strings.HasSuffix(path, ">") {
		return ""
	}
	return path[i:]
}

// parentOf is a path without its last segment, "" when it has one segment.
func parentOf(path string) string {
	if strings.HasSuffix(path, ">") {
		if i := strings.LastIndex(path, "<impl at "); i >= 2 {
			return path[:i-2]
		}
		return ""
	}
	i := strings.LastIndex(path, "::")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// stripRefs removes references, Pin and Box around a type.
func stripRefs(t string) string {
	for {
		p := mir.Pointee(t)
		if p == "" {
			if !strings.HasPrefix(t, "std::pin::Pin<") {
				return t
			}
			args := mir.Args(t)
			if len(args) != 1 {
				return t
			}
			p = args[0]
		}
		t = p
	}
}

// selfHead is the path of the type that a receiver leads to, without generics.
func selfHead(t string) string {
	t = stripRefs(t)
	switch head := mir.Head(t); head {
	case "std::sync::Arc", "std::rc::Rc":
		if args := mir.Args(t); len(args) > 0 {
			return mir.Head(stripRefs(args[0]))
		}
		return head
	default:
		return head
	}
}

func mentionsSelf(params []string) bool {
	return len(params) > 0 && stripRefs(params[0]) == "Self"
}

// envKey is the name under which a closure or coroutine is filed: its printed type without generic arguments, which differ
// between the body and its uses.
func envKey(t string) string {
	if strings.HasPrefix(t, "{coroutine@") {
		return "{async block" + t[len("{coroutine"):]
	}
	if rest, ok := strings.CutPrefix(t, "{async fn body of <"); ok {
		if q, ok := qualified("<" + strings.TrimSuffix(rest, "()}")); ok { // of a trait's method
			return "{async fn body of <" + mir.WithoutGenerics(q.self) + " as " + q.trait + ">::" + q.method + "()}"
		}
	}
	if strings.HasPrefix(t, "{async fn body of ") {
		return mir.WithoutGenerics(t)
	}
	return t
}
