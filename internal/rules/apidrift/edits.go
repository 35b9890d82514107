package apidrift

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/knowledge"
)

// pathEdit replaces the first names of a path by what they are now.
func (h *hit) pathEdit(p path, n named, upto int) {
	now, ok := h.target(n, upto)
	if !ok {
		return
	}
	last := p.segs[max(0, upto-n.added-1)]
	from, to := h.start(p.segs[0]), h.end(last)
	if p.global {
		from -= 2
	}
	if upto < len(n.names) && !h.holds(h.now, n.names[upto:]) || h.special(last, from, to, now) {
		return
	}
	if open, end, called := h.call(last); called && h.row.Call != "" {
		args := h.args(open, end)
		text := h.row.Call
		if h.row.Chain != "" {
			more, after, ok := h.chained(end, h.row.Chain)
			if !ok {
				return
			}
			text, end = strings.ReplaceAll(text, "{then}", more), after
		}
		if text, ok := h.template(text, args, "", now); ok {
			h.edits = append(h.edits, edit{from, h.end(end), text})
		}
		return
	}
	if h.row.Call != "" && (h.row.Args > 0 || h.row.Chain != "") {
		return
	}
	if before, name := splitLast(now); len(p.segs) > 1 && upto > n.added+1 && before == h.spelled(n, upto-1) {
		h.edits = append(h.edits, edit{h.start(last), to, name})
		return
	}
	h.edits = append(h.edits, edit{from, to, now})
}

// spelled is the first names of a path as this file would write them in full.
func (h *hit) spelled(n named, upto int) string {
	text, _ := h.local(strings.Join(n.names[:upto], "::"), n.dep)
	return text
}

// target is the path that the row gives, as this file can write it. It notes what is missing where it cannot.
func (h *hit) target(n named, upto int) (string, bool) {
	h.now = strings.ReplaceAll(h.row.Now, "{last}", n.names[upto-1])
	if h.row.Edit == knowledge.EditNone {
		return "", false
	}
	if word, _ := h.row.EditWord(); word == knowledge.EditMacro {
		return "", true // the template names what it needs
	}
	now, ok := h.local(h.now, h.dep)
	if !ok {
		h.absent(h.now)
		return now, false
	}
	h.spelt = now
	return now, h.exists(h.now)
}

// exists makes sure that a path is there in the package that is locked, with the features that are on. It notes those that are
// missing.
func (h *hit) exists(path string) bool {
	if before, group, ok := strings.Cut(path, "::{"); ok {
		for name := range strings.SplitSeq(strings.TrimSuffix(group, "}"), ",") {
			if !h.exists(before + "::" + strings.TrimSpace(name)) {
				return false
			}
		}
		return true
	}
	library, _, _ := strings.Cut(path, "::")
	pkg := h.owner(library)
	if pkg == nil || h.surface == nil || h.surface(pkg) == nil || library == path {
		return true // std, or a library whose source was not read
	}
	api := h.surface(pkg)
	e, ok := api.Path(path)
	if !ok {
		before, name := splitLast(path)
		owner, found := api.Path(before)
		return found && len(owner.Missing) == 0 && owner.HasMember(name)
	}
	if len(e.Missing) > 0 {
		h.words = featureFix(h.pkg, pkg, e.Missing)
	}
	return len(e.Missing) == 0
}

// holds reports whether the first of the names that follow a module is in it. What follows a type is not looked at.
func (h *hit) holds(path string, rest []string) bool {
	library, _, _ := strings.Cut(path, "::")
	pkg := h.owner(library)
	if len(rest) == 0 || rest[0] == "*" || pkg == nil || h.surface == nil || h.surface(pkg) == nil {
		return true
	}
	if e, ok := h.surface(pkg).Path(path); library != path && (!ok || e.Kind != "mod") {
		return true
	}
	return h.exists(path + "::" + rest[0])
}

// owner is the package of a library by the library's own name; the hit's own where it is that one.
func (h *hit) owner(library string) *cargo.Package {
	if h.dep.Crate == library {
		return h.dep
	}
	return h.graph.Extern(h.pkg, h.extern(library))
}

// absent says that a library has to be added first.
func (h *hit) absent(path string) {
	library, _, _ := strings.Cut(path, "::")
	h.words = fmt.Sprintf("add `%s` to the dependencies of `%s`", strings.ReplaceAll(library, "_", "-"), h.pkg.Name)
}

// importEdit replaces an import by what it is now. usages are the places that use its name, of which done have edits of their own.
func (h *hit) importEdit(leaf *useLeaf, n named, upto int, usages []path, done int) {
	now, ok := h.target(n, upto)
	if !ok {
		return
	}
	if now == "" && done != len(usages) {
		return
	}
	rest := n.names[upto:]
	if leaf.glob && len(rest) > 0 {
		rest = append(slices.Clone(rest[:len(rest)-1]), "*")
	}
	if h.starred() && leaf.glob {
		rest = nil
	}
	if !h.holds(h.now, rest) {
		return
	}
	now = strings.Join(append([]string{now}, rest...), "::")
	h.leaf = leaf
	leaf.now = now
	if done > 0 && done == len(usages) {
		leaf.gone = true
		return
	}
	h.rename(leaf, usages)
}

// starred reports whether the row speaks of everything below a module.
func (h *hit) starred() bool {
	return slices.ContainsFunc(h.row.Path, func(p string) bool { return strings.HasSuffix(p, "::*") })
}

// rename lets the places that use an import follow its new name, or keeps the old name with `as` where another thing of the file
// may have it.
func (h *hit) rename(leaf *useLeaf, usages []path) {
	old, name := leaf.bound(h.code), lastOf(leaf.now)
	if leaf.alias >= 0 {
		leaf.now += " as " + old
		return
	}
	if old == "" || name == old || strings.HasSuffix(name, "}") {
		return
	}
	if !h.renamable(old, name, len(usages)) {
		leaf.now += " as " + old
		return
	}
	for _, u := range usages {
		if !h.edited(h.start(u.segs[0])) {
			h.edits = append(h.edits, edit{h.start(u.segs[0]), h.end(u.segs[0]), name})
		}
	}
}

// edited reports whether a hit of the same import already replaces an offset; those come first in the file's order of looking.
func (h *hit) edited(at int) bool { return slices.Contains(h.taken, at) }

// renamable reports whether every occurrence of a name in the file is a use of the import, and the new name is free.
func (h *hit) renamable(old, name string, usages int) bool {
	count := 0
	for i := range h.toks {
		switch {
		case !h.isIdent(i) || h.useAt(h.start(i)) != nil:
		case h.text(i) == name && h.text(i-1) != "." && !h.sep(i-2):
			return false
		case h.text(i) == old && h.text(i-1) != "." && !h.sep(i-2):
			count++
		}
	}
	return count == usages && !slices.ContainsFunc(h.uses, func(u *useItem) bool {
		return slices.ContainsFunc(u.leaves, func(l *useLeaf) bool { return l.bound(h.code) == name })
	})
}

// methodEdit replaces a method's name, or the whole call, or what rustc itself would replace.
func (h *hit) methodEdit(token int, d cargo.Diagnostic) {
	h.now = strings.ReplaceAll(h.row.Now, "{method}", h.method)
	word, text := h.row.EditWord()
	switch word {
	case knowledge.EditImport:
		h.edits = append(h.edits, h.importing(text)...)
		return
	case knowledge.EditTrait:
		if more := h.importing(text); len(more) > 0 {
			h.edits = append(more, edit{h.start(token), h.end(token), h.row.Now})
		}
		return
	case knowledge.EditPathTo:
		if p, ok := h.pathAround(token); ok {
			if local, ok := h.local(text, h.dep); ok && h.exists(text) {
				h.edits = append(h.edits, edit{h.start(p.segs[0]), h.end(token), local})
			}
		}
		return
	case knowledge.EditArgument:
		h.argumentEdit(text)
		return
	}
	switch h.row.Edit {
	case knowledge.EditNone:
		return
	case knowledge.EditWrap:
		h.wrap(token)
		return
	case knowledge.EditRustc:
		h.rustcEdit(d)
		return
	case knowledge.EditRemoveCall:
		if _, end, ok := h.call(token); ok && h.text(token-1) == "." {
			h.edits = append(h.edits, edit{h.end(token - 2), h.end(end), ""})
		}
		return
	}
	if h.row.Call == "" {
		if name := cmp.Or(h.row.Edit, h.row.Now); plainName.MatchString(name) {
			h.edits = append(h.edits, edit{h.start(token), h.end(token), name})
		}
		return
	}
	open, end, ok := h.call(token)
	first, found := h.receiver(token - 2)
	if !ok || !found || h.text(token-1) != "." || h.row.Owned && !h.lastUse(first, token) {
		return
	}
	if text, ok := h.template(h.row.Call, h.args(open, end), h.between(first, token-2), h.row.Now); ok {
		h.edits = append(h.edits, edit{h.start(first), h.end(end), text})
	}
}

var (
	plainName   = regexp.MustCompile(`^(?:[A-Za-z_][A-Za-z0-9_]*|as_mut\(\)\.\w+)$`)
	placeholder = regexp.MustCompile(`\{(recv|args|path|method|arg\d)\}`)
)

// template fills in a call. It fails where an argument is missing or a library that the text names cannot be reached.
func (h *hit) template(text string, args []string, recv, path string) (string, bool) {
	whole := true
	text = h.reached(text, &whole)
	text = placeholder.ReplaceAllStringFunc(text, func(name string) string {
		switch name = name[1 : len(name)-1]; name {
		case "recv":
			return recv
		case "path":
			return path
		case "method":
			return h.method
		case "args":
			return strings.Join(args, ", ")
		default:
			n, _ := strconv.Atoi(name[3:])
			if n >= len(args) {
				whole = false
				return ""
			}
			return args[n]
		}
	})
	return text, whole
}

var templatePath = regexp.MustCompile(`\b([a-z_][a-z0-9_]*)(::\w+)+`)

// reached spells the paths of a template as this file can write them.
func (h *hit) reached(text string, whole *bool) string {
	return templatePath.ReplaceAllStringFunc(text, func(path string) string {
		local, ok := h.local(path, h.dep)
		if !ok {
			*whole = false
			h.absent(path)
		}
		return local
	})
}

// rustcEdit takes what rustc suggests for the place.
func (h *hit) rustcEdit(d cargo.Diagnostic) {
	for _, child := range d.Children {
		var edits []edit
		for _, s := range child.Spans {
			if s.Replacement == nil || s.Applicability == "HasPlaceholders" || s.Macro != "" {
				continue
			}
			from, to := h.Offset(s.Line, s.Column), h.Offset(s.EndLine, s.EndColumn)
			if from < 0 || to < from {
				return
			}
			edits = append(edits, edit{from, to, *s.Replacement})
		}
		if len(edits) > 0 {
			h.edits = edits
			return
		}
	}
}

// edit is the change of one declaration: of a leaf alone where it stands by itself or only its last name changes, else of the whole,
// which becomes one declaration for each module.
func (u *useItem) edit(c *code) (edit, bool) {
	changed := slices.DeleteFunc(slices.Clone(u.leaves), func(l *useLeaf) bool { return l.now == "" })
	switch {
	case len(changed) == 0:
		return edit{}, false
	case len(u.leaves) == 1 && !changed[0].gone:
		return edit{c.start(u.first), c.end(u.last), u.head + changed[0].now + ";"}, true
	}
	type module struct {
		path  string
		names []string
	}
	var modules []*module
	var lines []string
	add := func(path, name string) {
		for _, m := range modules {
			if m.path == path {
				if !slices.Contains(m.names, name) {
					m.names = append(m.names, name)
				}
				return
			}
		}
		modules = append(modules, &module{path, []string{name}})
	}
	for _, l := range u.leaves {
		switch text := l.text(c); {
		case l.gone:
		case l.now != "" && strings.HasSuffix(l.now, "}"):
			lines = append(lines, u.head+l.now+";")
		default:
			path, name := splitUse(text)
			if l.self {
				path, name = splitLastUse(text), "self"
				if l.alias >= 0 {
					name += " as " + c.text(l.alias)
				}
			}
			add(path, name)
		}
	}
	indent := ""
	if line, column := c.Position(c.start(u.first)); column > 1 {
		indent = c.Line(line)[:len(c.Line(line))-len(strings.TrimLeft(c.Line(line), " \t"))]
	}
	for _, m := range modules {
		lines = append(lines, u.head+declared(m.path, m.names)+";")
	}
	slices.Sort(lines)
	end := c.end(u.last)
	if len(lines) == 0 && strings.HasPrefix(c.Src[end:], "\n") {
		end++
	}
	return edit{c.start(u.first), end, strings.Join(lines, "\n"+indent)}, true
}

// text is a leaf's path as one declaration of its own would have it.
func (l *useLeaf) text(c *code) string {
	if l.now != "" {
		return l.now
	}
	out := strings.Join(l.names(c), "::")
	if l.alias >= 0 {
		out += " as " + c.text(l.alias)
	}
	return out
}

// splitUse parts the path of a declaration into module and name.
func splitUse(text string) (module, name string) {
	path, alias, renamed := strings.Cut(text, " as ")
	module, name = splitLast(path)
	if renamed {
		name += " as " + alias
	}
	return module, name
}

func splitLastUse(text string) string {
	path, _, _ := strings.Cut(text, " as ")
	return path
}

// declared is the tree of one declaration.
func declared(module string, names []string) string {
	if len(names) == 1 && !strings.HasPrefix(names[0], "self") {
		return strings.TrimPrefix(module+"::"+names[0], "::")
	}
	return module + "::{" + strings.Join(names, ", ") + "}"
}
