package apidrift

import (
	"regexp"
	"slices"
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/rust"
)

// attributes looks at an error whose place lies in an attribute macro of a package, or in the head of the function below it.
func (s *site) attributes() []*hit {
	for _, attr := range s.attrsHere() {
		n, ok := s.resolve(strings.Split(strings.TrimPrefix(attr.Path, "::"), "::"), strings.HasPrefix(attr.Path, "::"), s.module)
		if !ok || n.dep == nil {
			continue
		}
		for _, row := range knowledge.Drifts(n.dep.Name, n.dep.Version) {
			if slices.Contains(row.Attribute, strings.Join(n.names, "::")) && s.says(row) {
				return []*hit{s.attribute(row, n, attr)}
			}
		}
	}
	return nil
}

func (s *site) says(row *knowledge.Drift) bool {
	return regexp.MustCompile(row.Message).MatchString(s.words())
}

// words are the message of the error and, each behind ` @ `, the label of its place and the notes: they have the types that the message
// leaves out, and say whose traits are concerned.
func (s *site) words() string {
	parts := []string{s.diag.Message, s.span.Label}
	for _, child := range s.diag.Children {
		parts = append(parts, child.Message)
	}
	return strings.ReplaceAll(strings.Join(parts, " @ "), "\n", " ")
}

// attrsHere are the attributes that cover the place, or that stand at the item of which the place is the head.
func (s *site) attrsHere() []rust.Attr {
	if attr, ok := s.AttrAt(s.span.Line, s.span.Column); ok {
		return []rust.Attr{attr}
	}
	if it := s.ItemHeadedAt(s.from); it != nil {
		return it.Attrs
	}
	return nil
}

func (s *site) attribute(row *knowledge.Drift, n named, attr rust.Attr) *hit {
	first, last := s.tokenAt(s.from), s.tokenAt(s.to-1)
	h := s.hit(row, n.dep, first, last)
	h.written = "#[" + strings.Join(n.names, "::") + "]"
	if attr.Contains(s.span.Line, s.span.Column) {
		h.written = "#[" + strings.Join(n.names, "::") + "(" + s.between(first, last) + ")]"
	}
	h.now = s.expand(row, row.Now)
	switch row.Edit {
	case "", knowledge.EditNone:
	case knowledge.EditRemoveOption:
		h.edits = append(h.edits, s.withoutOption(first, last))
	default:
		text := s.expand(row, row.Edit)
		if _, value, ok := strings.Cut(s.between(first, last), "="); ok {
			text = strings.ReplaceAll(text, "{value}", " ="+value)
		}
		h.edits = append(h.edits, edit{s.start(first), s.end(last), strings.ReplaceAll(text, "{span}", s.between(first, last))})
	}
	return h
}

// withoutOption takes an option out of an attribute: with the comma beside it, or with the brackets when it was alone.
func (s *site) withoutOption(first, last int) edit {
	switch {
	case s.text(last+1) == ",":
		return edit{s.start(first), s.start(last + 2), ""}
	case s.text(first-1) == ",":
		return edit{s.start(first - 1), s.end(last), ""}
	}
	return edit{s.start(first - 1), s.end(last + 1), ""}
}

// expand fills in what the row's expression found in the message.
func (s *site) expand(row *knowledge.Drift, text string) string {
	re := regexp.MustCompile(row.Message)
	m := re.FindStringSubmatchIndex(s.words())
	return string(re.ExpandString(nil, text, s.words(), m))
}

// messages looks at errors that are known by their words alone.
func (s *site) messages() []*hit {
	for _, name := range s.pkg.Externs() {
		dep := s.graph.Extern(s.pkg, name)
		for _, row := range knowledge.Drifts(dep.Name, dep.Version) {
			if row.Message == "" || row.ByOther() || !s.says(row) {
				continue
			}
			first, last := s.tokenAt(s.from), s.tokenAt(s.to-1)
			h := s.hit(row, dep, first, last)
			h.written = s.expand(row, row.Written)
			h.now = s.expand(row, row.Now)
			s.messageEdit(h, first, last)
			return []*hit{h}
		}
	}
	return nil
}

var firstQuoted = regexp.MustCompile("`([^`]+)`")

// impls looks at an item of an impl that its trait does not have, or has in another form.
func (s *site) impls() []*hit {
	impl := s.implHere()
	if impl == nil || impl.Trait == "" {
		return nil
	}
	item := "<>"
	if m := firstQuoted.FindStringSubmatch(s.diag.Message); m != nil && s.diag.Code != "E0107" {
		item = m[1]
	}
	trait := strings.Split(strings.TrimPrefix(impl.Trait, "::"), "::")
	n, ok := s.resolve(trait, strings.HasPrefix(impl.Trait, "::"), s.module)
	if !ok || n.dep == nil {
		return nil
	}
	first, last := s.tokenAt(s.from), s.tokenAt(s.to-1)
	for _, row := range knowledge.Drifts(n.dep.Name, n.dep.Version) {
		if !slices.ContainsFunc(row.Impl, func(p string) bool { t, name := splitLast(p); return name == item && sameTrait(t, n.names) }) {
			continue
		}
		h := s.hit(row, n.dep, first, last)
		h.written, h.method, h.now = lastOf(impl.Trait)+"::"+item, item, row.Now
		if item == "<>" {
			h.written = "impl " + lastOf(impl.Trait)
		}
		h.implEdit(impl)
		return []*hit{h}
	}
	return nil
}

// sameTrait compares the path of a row with a resolved one: libraries give traits at several paths.
func sameTrait(path string, names []string) bool {
	library, _, _ := strings.Cut(path, "::")
	return library == names[0] && lastOf(path) == names[len(names)-1]
}

// implHere is the impl around the place.
func (s *site) implHere() *rust.Impl {
	for it := s.ItemAt(s.span.Line); it != nil; it = it.Parent {
		for _, i := range s.Impls {
			if i.Item == it {
				return i
			}
		}
	}
	return nil
}

// messageEdit replaces the place of the error, or takes rustc's own suggestion.
func (s *site) messageEdit(h *hit, first, last int) {
	switch word, text := h.row.EditWord(); word {
	case knowledge.EditImport:
		h.edits = append(h.edits, h.importing(text)...)
		return
	case knowledge.EditArgument:
		h.argumentEdit(text)
		return
	case knowledge.EditPrevious:
		h.previousEdit(text)
		return
	}
	switch h.row.Edit {
	case "", knowledge.EditNone:
	case knowledge.EditRustc:
		h.rustcEdit(s.diag)
	default:
		text := strings.ReplaceAll(s.expand(h.row, h.row.Edit), "{span}", s.between(first, last))
		whole := true
		if text = h.reached(text, &whole); whole {
			h.edits = append(h.edits, edit{s.start(first), s.end(last), text})
		}
		if h.row.Mutable && !h.makeMutable(first) {
			h.edits = nil
		}
	}
}
