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
	return regexp.MustCompile(row.Message).MatchString(s.diag.Message)
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
	m := re.FindStringSubmatchIndex(s.diag.Message)
	return string(re.ExpandString(nil, text, s.diag.Message, m))
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

// impls looks at an item of an impl that its trait does not have, or has in another form.
func (s *site) impls() []*hit { return nil }

// messageEdit replaces the place of the error, or takes rustc's own suggestion.
func (s *site) messageEdit(h *hit, first, last int) {
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
	}
}
