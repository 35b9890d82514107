package setup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tailscale/hujson"
)

// document is a JSON file, with comments and trailing commas as editors write them. Edits are made in its text: what they do
// not touch stays as it is, byte for byte.
type document struct{ text []byte }

// newDocument takes the text of a file; an empty one is an empty object.
func newDocument(text []byte) (*document, error) {
	d := &document{text: text}
	if len(bytes.TrimSpace(text)) == 0 {
		d.text = []byte("{}\n")
	}
	root, err := d.root()
	if err != nil {
		return nil, err
	}
	if _, ok := root.Value.(*hujson.Object); !ok {
		return nil, fmt.Errorf("it holds no JSON object")
	}
	return d, nil
}

func (d *document) root() (*hujson.Value, error) {
	v, err := hujson.Parse(append(slices.Clone(d.text), '\n')) // which ends a comment in the last line
	if err != nil {
		return nil, fmt.Errorf("it is no JSON: %w", err)
	}
	return &v, nil
}

// at finds a value by the names on the way to it, nil when there is none.
func (d *document) at(names ...string) *hujson.Value {
	v, err := d.root()
	if err != nil {
		return nil
	}
	for _, name := range names {
		o, ok := v.Value.(*hujson.Object)
		if !ok {
			return nil
		}
		i := member(o, name)
		if i < 0 {
			return nil
		}
		v = &o.Members[i].Value
	}
	return v
}

func member(o *hujson.Object, name string) int {
	return slices.IndexFunc(o.Members, func(m hujson.ObjectMember) bool {
		l, ok := m.Name.Value.(hujson.Literal)
		return ok && l.String() == name
	})
}

// set puts a value under a path of names, making the objects on the way. What is there already stays, whatever it is.
func (d *document) set(value any, names ...string) error {
	for i := range names {
		if d.at(names[:i+1]...) != nil {
			continue
		}
		for j := len(names) - 1; j > i; j-- { // the rest of the way as one value
			value = map[string]any{names[j]: value}
		}
		return d.insert(d.at(names[:i]...), i, names[i], value)
	}
	return nil
}

// add appends an element to the list under a path of names, making the list when there is none.
func (d *document) add(element any, names ...string) error {
	list := d.at(names...)
	if list == nil {
		return d.set([]any{element}, names...)
	}
	return d.insert(list, len(names), "", element)
}

// insert puts a value at the end of the object or list v, which lies depth levels below the root.
func (d *document) insert(v *hujson.Value, depth int, name string, value any) error {
	last, empty, comma, err := lastOf(v)
	if err != nil {
		return err
	}
	unit := d.indent()
	inner := strings.Repeat(unit, depth+1)
	text, err := pretty(value, inner, unit)
	if err != nil {
		return err
	}
	if name != "" {
		quoted, err := json.Marshal(name)
		if err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
		text = string(quoted) + ": " + text
	}
	end := v.EndOffset - 1 // of the closing bracket
	tail := d.text[last:end]
	kept := bytes.TrimRight(tail, " \t\r\n") // comments, and perhaps a comma
	rest := string(tail[len(kept):])
	if !strings.Contains(rest, "\n") {
		rest = d.newline() + strings.Repeat(unit, depth)
	}
	var b bytes.Buffer
	b.Write(d.text[:last])
	if !empty && !comma {
		b.WriteByte(',')
	}
	b.Write(kept)
	b.WriteString(d.newline() + inner + text + rest)
	b.Write(d.text[end:])
	d.text = b.Bytes()
	_, err = d.root()
	return err
}

// lastOf is where the last value of an object or list ends; of an empty one, where its inside begins.
func lastOf(v *hujson.Value) (end int, empty, comma bool, err error) {
	var last *hujson.Value
	switch c := v.Value.(type) {
	case *hujson.Object:
		if n := len(c.Members); n > 0 {
			last = &c.Members[n-1].Value
		}
	case *hujson.Array:
		if n := len(c.Elements); n > 0 {
			last = &c.Elements[n-1]
		}
	default:
		return 0, false, false, fmt.Errorf("%s is no object and no list", v.Value)
	}
	if last == nil {
		return v.StartOffset + 1, true, false, nil
	}
	return last.EndOffset, false, last.AfterExtra != nil, nil
}

// indent is what the file indents by: the white space of its first indented line.
func (d *document) indent() string {
	for line := range bytes.Lines(d.text) {
		if space := len(line) - len(bytes.TrimLeft(line, " \t")); space > 0 && len(bytes.TrimSpace(line)) > 0 {
			return string(line[:space])
		}
	}
	return "  "
}

// newline is how the file ends its lines.
func (d *document) newline() string {
	if bytes.Contains(d.text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// pretty is a value as JSON, short lists of plain values on one line.
func pretty(value any, prefix, unit string) (string, error) {
	var plain, b bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	v, err := hujson.Parse(plain.Bytes())
	if err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	layout(&b, &v, prefix, unit)
	return b.String(), nil
}

func layout(b *bytes.Buffer, v *hujson.Value, prefix, unit string) {
	inner := prefix + unit
	switch c := v.Value.(type) {
	case *hujson.Object:
		b.WriteByte('{')
		for i, m := range c.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n" + inner + string(m.Name.Value.(hujson.Literal)) + ": ")
			layout(b, &m.Value, inner, unit)
		}
		if len(c.Members) > 0 {
			b.WriteString("\n" + prefix)
		}
		b.WriteByte('}')
	case *hujson.Array:
		plain := !slices.ContainsFunc(c.Elements, func(e hujson.Value) bool { _, ok := e.Value.(hujson.Literal); return !ok })
		b.WriteByte('[')
		for i := range c.Elements {
			switch {
			case plain && i > 0:
				b.WriteString(", ")
			case !plain && i > 0:
				b.WriteString(",\n" + inner)
			case !plain:
				b.WriteString("\n" + inner)
			}
			layout(b, &c.Elements[i], inner, unit)
		}
		if !plain && len(c.Elements) > 0 {
			b.WriteString("\n" + prefix)
		}
		b.WriteByte(']')
	case hujson.Literal:
		b.Write(c)
	}
}

// remove takes the member under a path of names out when ours holds for it, and then what has become empty on the way to it.
func (d *document) remove(ours func(*hujson.Value) bool, names ...string) {
	if v := d.at(names...); v != nil && ours(v) {
		d.drop(names)
	}
}

// removeElements takes those elements of the list under a path of names out for which ours holds, and then what has become empty.
func (d *document) removeElements(ours func(*hujson.Value) bool, names ...string) {
	v := d.at(names...)
	if v == nil {
		return
	}
	list, ok := v.Value.(*hujson.Array)
	if !ok || !slices.ContainsFunc(list.Elements, func(e hujson.Value) bool { return ours(&e) }) {
		return
	}
	for i := len(list.Elements) - 1; i >= 0; i-- {
		if ours(&list.Elements[i]) {
			d.cut(d.at(names...), i)
			list = d.at(names...).Value.(*hujson.Array)
		}
	}
	if len(list.Elements) == 0 {
		d.drop(names)
	}
}

// drop takes a member out, and the objects around it that become empty by that.
func (d *document) drop(names []string) {
	for i := len(names); i > 0; i-- {
		parent := d.at(names[:i-1]...)
		o, ok := parent.Value.(*hujson.Object)
		if !ok {
			return
		}
		d.cut(parent, member(o, names[i-1]))
		if len(o.Members) > 1 {
			return
		}
	}
}

// cut takes the value with index i out of an object or list, with the comma and the line that belong to it.
func (d *document) cut(v *hujson.Value, i int) {
	var starts, ends []int
	switch c := v.Value.(type) {
	case *hujson.Object:
		for _, m := range c.Members {
			starts, ends = append(starts, m.Name.StartOffset), append(ends, m.Value.EndOffset)
		}
	case *hujson.Array:
		for _, e := range c.Elements {
			starts, ends = append(starts, e.StartOffset), append(ends, e.EndOffset)
		}
	}
	if i < 0 || i >= len(starts) {
		return
	}
	from, to := starts[i], ends[i]
	switch {
	case i > 0: // from the end of the one before, which keeps its comments: its comma goes
		from = ends[i-1]
		if comma := bytes.IndexByte(d.text[from:starts[i]], ','); comma >= 0 && i == len(starts)-1 {
			head := append(slices.Clone(d.text[from:from+comma]), bytes.TrimRight(d.text[from+comma+1:starts[i]], " \t\r\n")...)
			d.text = slices.Concat(d.text[:from], head, d.text[to:])
			return
		}
		from = starts[i]
		fallthrough
	case len(starts) > 1: // up to the next one
		to = starts[i+1]
	default: // the only one: back to an empty pair of brackets
		from, to = v.StartOffset+1, v.EndOffset-1
	}
	d.text = slices.Concat(d.text[:from], d.text[to:])
}
