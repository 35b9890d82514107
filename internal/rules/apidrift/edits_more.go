package apidrift

import (
	"slices"
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/rust"
)

// special makes the edits of a path that take in more than the path: a macro call, or type arguments that become a Result.
func (h *hit) special(last, from, to int, now string) bool {
	word, text := h.row.EditWord()
	switch {
	case h.row.Swap != "":
		return h.swap(last, from, now)
	case len(h.row.Within) > 0:
		if inner := h.row.Inside(h.text(h.tokenAt(from) - 2)); h.text(h.tokenAt(from)-1) == "<" && inner != "" {
			whole := true
			if inner = h.reached(inner, &whole); whole {
				h.edits = append(h.edits, edit{from, to, inner})
			}
		}
		return true
	case word == knowledge.EditMacro:
		if open := last + 2; h.text(last+1) == "!" && open < len(h.toks) && h.partner[open] > open {
			if filled, ok := h.template(text, h.args(open, h.partner[open]), "", now); ok {
				h.edits = append(h.edits, edit{from, h.end(h.partner[open]), filled})
			}
		}
		return true
	case h.row.Edit == knowledge.EditResult:
		open := last + 1
		if h.sep(open) {
			open += 2
		}
		end, ok := h.angles(open)
		if h.text(open) != "<" || !ok {
			h.edits = append(h.edits, edit{from, to, now})
			return true
		}
		args := h.args(open, end-1)
		arg := args[0]
		if len(args) > 1 {
			arg = "Result<" + strings.Join(args, ", ") + ">"
		}
		h.edits = append(h.edits, edit{from, h.end(end - 1), now + h.Src[to:h.start(open)] + "<" + arg + ">"})
		return true
	}
	return false
}

// swap turns a variant around the item inside out.
func (h *hit) swap(last, from int, now string) bool {
	first := h.tokenAt(from)
	if h.text(first-1) != "(" || h.text(first-2) != h.row.Swap {
		return false
	}
	open, end, called := h.call(last)
	after := last + 1
	text := now
	if called {
		after, text = end+1, now+"("+h.row.Swap+"("+strings.Join(h.args(open, end), ", ")+"))"
	}
	if h.text(after) != ")" {
		return false
	}
	h.edits = append(h.edits, edit{h.start(first - 2), h.end(after), text})
	return true
}

// chained is the arguments of a method that is called on the result of the call that ends at a token, and where that ends.
func (h *hit) chained(end int, method string) (args string, after int, ok bool) {
	if h.text(end+1) != "." || h.text(end+2) != method {
		return "", 0, false
	}
	open, close, ok := h.call(end + 2)
	if !ok {
		return "", 0, false
	}
	return strings.Join(h.args(open, close), ", "), close, true
}

// importing adds an import before the first one of the module, or at the top of the file.
func (h *hit) importing(path string) []edit {
	local, ok := h.local(path, h.dep)
	if !ok {
		h.absent(path)
		return nil
	}
	if !h.exists(path) {
		return nil
	}
	line, column := h.Position(h.from)
	module := h.module(line, column)
	for _, u := range h.uses {
		if u.module == module && !h.inFn(u) {
			at := h.start(u.first)
			_, column := h.Position(at)
			return []edit{{at, at, "use " + local + ";\n" + strings.Repeat(" ", column-1)}}
		}
	}
	if module != "" {
		return nil
	}
	for _, it := range h.Items {
		if it.Parent == nil {
			at := h.Offset(it.StartLine, 1)
			return []edit{{at, at, "use " + local + ";\n\n"}}
		}
	}
	return nil
}

// inFn reports whether a declaration stands in a function.
func (h *hit) inFn(u *useItem) bool {
	line, _ := h.Position(h.start(u.first))
	for it := h.ItemAt(line); it != nil; it = it.Parent {
		if it.Kind == "fn" {
			return true
		}
	}
	return false
}

// argumentEdit replaces the expression that the error is about.
func (h *hit) argumentEdit(text string) {
	span := h.Src[h.from:h.to]
	before, after := h.text(h.tokenAt(h.from)-1), h.text(h.tokenAt(h.to-1)+1)
	if before != "(" && before != "," || after != ")" && after != "," {
		return
	}
	whole := true
	text = h.reached(text, &whole)
	if strings.Contains(text, "{deref}") {
		value, ok := strings.CutPrefix(span, "&mut ")
		if !ok || strings.HasPrefix(value, "*") {
			return
		}
		text = strings.ReplaceAll(text, "{deref}", value)
	}
	if whole && span != "" {
		h.edits = append(h.edits, edit{h.from, h.to, strings.ReplaceAll(text, "{span}", span)})
	}
}

// previousEdit renames the method whose call is awaited at the place.
func (h *hit) previousEdit(text string) {
	dot := h.tokenAt(h.from)
	if h.text(dot) != "." {
		dot--
	}
	if end := dot - 1; h.text(dot) == "." && h.text(end) == ")" && h.isIdent(h.partner[end]-1) {
		name := h.partner[end] - 1
		h.edits = append(h.edits, edit{h.start(name), h.end(name), strings.ReplaceAll(text, "{method}", h.text(name))})
	}
}

// binding is the last `let name = value;` before a token, in the same function.
func (h *hit) binding(name string, before int) (let, value, end int, ok bool) {
	line, _ := h.Position(h.start(before))
	from := 0
	for it := h.ItemAt(line); it != nil; it = it.Parent {
		if it.Kind == "fn" {
			from = h.tokenAt(h.Offset(it.Line, it.Column))
			break
		}
	}
	for i := before - 1; i >= from; i-- {
		if h.text(i) != "let" {
			continue
		}
		at := i + 1
		if h.text(at) == "mut" {
			at++
		}
		if h.text(at) != name {
			continue
		}
		for at++; at < len(h.toks) && h.text(at) != "=" && h.text(at) != ";"; at++ {
			if h.text(at) == "<" {
				if next, ok := h.angles(at); ok {
					at = next - 1
				}
			}
		}
		for end = at + 1; end < len(h.toks) && h.text(end) != ";"; end++ {
			if h.partner[end] > end {
				end = h.partner[end]
			}
		}
		return i, at + 1, end, h.text(at) == "=" && end < len(h.toks)
	}
	return 0, 0, 0, false
}

// wrap puts the value that a method is called on into the row's function where it is bound, if the method is all that it is used for.
func (h *hit) wrap(token int) {
	recv := token - 2
	if h.text(token-1) != "." || !h.isIdent(recv) || h.text(recv-1) == "." || h.sep(recv-2) {
		return
	}
	let, value, end, ok := h.binding(h.text(recv), recv)
	now, reach := h.local(h.row.Now, h.dep)
	if !reach {
		h.absent(h.row.Now)
	}
	if !ok || !reach || h.text(let+2) == ":" || !h.onlyCalled(h.text(recv), h.text(token), end) {
		return
	}
	h.edits = append(h.edits, edit{h.start(value), h.start(value), now + "("}, edit{h.start(end), h.start(end), ")"})
}

// onlyCalled reports whether a variable is used after a token for nothing but one method, up to the end of the function.
func (h *hit) onlyCalled(name, method string, after int) bool {
	for i := after; i < h.endOfFn(after); i++ {
		if h.text(i) != name || h.text(i-1) == "." {
			continue
		}
		if h.text(i+1) != "." || h.text(i+2) != method {
			return false
		}
	}
	return true
}

// endOfFn is the token that closes the function around a token.
func (h *hit) endOfFn(token int) int {
	line, _ := h.Position(h.start(token))
	for it := h.ItemAt(line); it != nil; it = it.Parent {
		if it.Kind == "fn" {
			return h.tokenAt(h.Offset(it.EndLine, it.EndColumn) - 1)
		}
	}
	return len(h.toks)
}

// lastUse reports whether the receiver that begins at first is a variable of the function's own that nothing uses after token.
func (h *hit) lastUse(first, token int) bool {
	if first != token-2 || !h.isIdent(first) {
		return false
	}
	if _, _, _, ok := h.binding(h.text(first), first); !ok {
		return false
	}
	for i := token; i < h.endOfFn(token); i++ {
		if h.text(i) == h.text(first) && h.text(i-1) != "." {
			return false
		}
	}
	return true
}

// makeMutable makes the variable mutable on which the method at a token, or the await there, is called.
func (h *hit) makeMutable(token int) bool {
	recv := token - 2
	if h.text(token) == "." {
		recv = token - 1
	}
	if !h.isIdent(recv) || h.text(recv-1) == "." {
		return false
	}
	let, _, _, ok := h.binding(h.text(recv), recv)
	if ok && h.text(let+1) != "mut" {
		h.edits = append(h.edits, edit{h.start(let + 1), h.start(let + 1), "mut "})
	}
	return ok
}

// implEdit changes an impl: an item or an attribute goes, an associated type becomes an argument, `&mut self` becomes `&self`.
func (h *hit) implEdit(impl *rust.Impl) {
	word, text := h.row.EditWord()
	switch {
	case h.row.Edit == knowledge.EditRemoveItem:
		h.removeItem(impl, h.method)
	case h.row.Edit == knowledge.EditSharedSelf:
		h.shareSelf(impl)
	case word == knowledge.EditRemoveAttribute:
		for _, a := range impl.Item.Attrs {
			if lastOf(a.Path) == text {
				from, to := h.Offset(a.Line, a.Column), h.Offset(a.EndLine, a.EndColumn)
				h.edits = append(h.edits, edit{from, h.afterBlank(to), ""})
			}
		}
	case word == knowledge.EditItemToArgument && impl.TraitArgs == "":
		h.typeToArgument(impl, text)
	}
}

// afterBlank is the offset of the next text after white space.
func (h *hit) afterBlank(at int) int {
	for at < len(h.Src) && strings.ContainsRune(" \t\r\n", rune(h.Src[at])) {
		at++
	}
	return at
}

func (h *hit) removeItem(impl *rust.Impl, name string) {
	for _, it := range h.Items {
		if it.Parent == impl.Item && it.Name == name {
			from := h.Offset(it.StartLine, 1)
			h.edits = append(h.edits, edit{h.afterBlank(from), h.afterBlank(h.Offset(it.EndLine, it.EndColumn)), ""})
			return
		}
	}
}

// shareSelf takes `mut` out of `&mut self`.
func (h *hit) shareSelf(impl *rust.Impl) {
	i := slices.IndexFunc(impl.Items, func(f *rust.Fn) bool { return f.Name == h.method })
	if i < 0 {
		return
	}
	for at := h.tokenAt(h.Offset(impl.Items[i].Line, impl.Items[i].Column)); at < len(h.toks) && h.text(at) != "{"; at++ {
		if h.text(at) == "mut" && h.text(at+1) == "self" && h.text(at-1) == "&" {
			h.edits = append(h.edits, edit{h.start(at), h.start(at + 1), ""})
			return
		}
	}
}

// typeToArgument makes `impl Trait for T { type Name = X; .. }` into `impl Trait<X> for T { .. }`.
func (h *hit) typeToArgument(impl *rust.Impl, name string) {
	for _, a := range impl.Types {
		if a.Name != name || a.Type == "" {
			continue
		}
		for at := h.tokenAt(h.Offset(impl.Line, impl.Column)); at < len(h.toks) && h.text(at) != "{"; at++ {
			if h.text(at) == "for" && h.isIdent(at-1) {
				h.edits = append(h.edits, edit{h.end(at - 1), h.end(at - 1), "<" + a.Type + ">"})
				h.removeItem(impl, name)
				return
			}
		}
	}
}
