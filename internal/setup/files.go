package setup

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
)

//go:embed texts
var texts embed.FS

// file is a part of pollux in one file. apply gives the text with the part in it, the same text when it is there already; remove
// gives the text without it, nil when nothing is left.
type file struct {
	path   string
	agents []string // that want it; none: whoever does not leave the part
	part   string
	when   string // it is wanted only where this exists: a file or directory below the one that is set up
	apply  func(text []byte, opt Options) (after []byte, note string, err error)
	remove func(text []byte) ([]byte, error)
}

// wanted reports whether the options ask for a file.
func (f *file) wanted(opt Options) bool {
	if f.when != "" && !exists(opt.Dir, f.when) && !slices.Contains(opt.Agents, agentOf(f.when)) {
		return false
	}
	return len(f.agents) == 0 || slices.ContainsFunc(f.agents, func(a string) bool { return slices.Contains(opt.Agents, a) })
}

// agentOf is the agent whose settings live in a directory such as `.zed`.
func agentOf(dir string) string { return strings.TrimPrefix(dir, ".") }

// setting is a member of a JSON file: one value under a path of names.
func setting(value func(Options) any, names ...string) file {
	return file{
		apply: func(text []byte, opt Options) ([]byte, string, error) {
			d, err := newDocument(text)
			if err != nil {
				return nil, "", err
			}
			if have := d.at(names...); have != nil {
				if mentionsPollux(have) {
					return text, "", nil
				}
				return text, strings.Join(names, ".") + " is set already, and stays", nil
			}
			if err := d.set(value(opt), names...); err != nil {
				return nil, "", err
			}
			return d.text, "", nil
		},
		remove: func(text []byte) ([]byte, error) {
			d, err := newDocument(text)
			if err != nil {
				return nil, err
			}
			d.remove(mentionsPollux, names...)
			return d.orNil(), nil
		},
	}
}

// numbered is the number of a file's form, which some hosts want; it goes with the last hook.
func numbered() file {
	return file{
		apply: func(text []byte, _ Options) ([]byte, string, error) {
			d, err := newDocument(text)
			if err != nil {
				return nil, "", err
			}
			if d.at("version") != nil {
				return text, "", nil
			}
			if err := d.set(1, "version"); err != nil {
				return nil, "", err
			}
			return d.text, "", nil
		},
		remove: func(text []byte) ([]byte, error) { return text, nil },
	}
}

// hooked is a hook in a JSON file: an element of the list of each event.
func hooked(element func(opt Options, event string) any, events ...string) file {
	return file{
		apply: func(text []byte, opt Options) ([]byte, string, error) {
			d, err := newDocument(text)
			if err != nil {
				return nil, "", err
			}
			changed := false
			for _, event := range events {
				if list := d.at("hooks", event); list != nil && mentionsPollux(list) {
					continue
				}
				changed = true
				if err := d.add(element(opt, event), "hooks", event); err != nil {
					return nil, "", err
				}
			}
			if !changed {
				return text, "", nil
			}
			return d.text, "", nil
		},
		remove: func(text []byte) ([]byte, error) {
			d, err := newDocument(text)
			if err != nil {
				return nil, err
			}
			for _, event := range events {
				d.removeElements(mentionsPollux, "hooks", event)
			}
			return d.orNil(), nil
		},
	}
}

// orNil is the text, nil when the document has become an empty object or holds nothing but the number of its form.
func (d *document) orNil() []byte {
	o, ok := d.at().Value.(*hujson.Object)
	if ok && (len(o.Members) == 0 || len(o.Members) == 1 && member(o, "version") == 0) {
		return nil
	}
	return d.text
}

// mentionsPollux reports whether a value calls pollux: some string in it is, or begins or ends with, the name of the program.
func mentionsPollux(v *hujson.Value) bool {
	for inner := range v.All() {
		l, ok := inner.Value.(hujson.Literal)
		if ok && l.Kind() == '"' && callsPollux(l.String()) {
			return true
		}
	}
	return false
}

// callsPollux reports whether a command line or an argument is a call of pollux, wherever it lies.
func callsPollux(command string) bool {
	program, _, _ := strings.Cut(command, " ")
	program = strings.TrimSuffix(program, ".exe")
	return program == "pollux" || strings.HasSuffix(program, "/pollux") || strings.HasSuffix(program, `\pollux`)
}

// own is a file that is pollux's as a whole. One that differs is a person's: it stays.
func own(content func(Options) ([]byte, error)) file {
	return file{
		apply: func(text []byte, opt Options) ([]byte, string, error) {
			want, err := content(opt)
			switch {
			case err != nil:
				return nil, "", err
			case text == nil || bytes.Equal(text, want):
				return want, "", nil
			}
			return text, "it is there already, and stays", nil
		},
		remove: func(text []byte) ([]byte, error) {
			want, err := content(Options{Command: "pollux"})
			if err != nil || !bytes.Equal(text, want) {
				return text, err
			}
			return nil, nil
		},
	}
}

func fromTexts(name string) func(Options) ([]byte, error) {
	return func(Options) ([]byte, error) { return texts.ReadFile("texts/" + name) }
}

const (
	sectionBegin = "<!-- pollux: begin -->"
	sectionEnd   = "<!-- pollux: end -->"
)

// section is a paragraph between two marks in a Markdown file.
func section(name string) file {
	return file{
		apply: func(text []byte, _ Options) ([]byte, string, error) {
			body, err := texts.ReadFile("texts/" + name)
			if err != nil {
				return nil, "", fmt.Errorf("read %s: %w", name, err)
			}
			if bytes.Contains(text, []byte(sectionBegin)) {
				return text, "", nil
			}
			gap := ""
			if len(text) > 0 {
				gap = "\n"
				if !bytes.HasSuffix(text, []byte("\n")) {
					gap = "\n\n"
				}
			}
			return slices.Concat(text, []byte(gap+sectionBegin+"\n"), body, []byte(sectionEnd+"\n")), "", nil
		},
		remove: func(text []byte) ([]byte, error) {
			from := bytes.Index(text, []byte(sectionBegin))
			to := bytes.Index(text, []byte(sectionEnd))
			if from < 0 || to < from {
				return text, nil
			}
			rest := bytes.TrimPrefix(text[to+len(sectionEnd):], []byte("\n"))
			head := bytes.TrimSuffix(text[:from], []byte("\n"))
			if left := slices.Concat(head, rest); len(bytes.TrimSpace(left)) > 0 {
				return left, nil
			}
			return nil, nil
		},
	}
}

// tables is a piece of TOML at the end of a file, recognised by the header of its first table.
func tables(header string, body func(Options) string) file {
	return file{
		apply: func(text []byte, opt Options) ([]byte, string, error) {
			if bytes.Contains(text, []byte("["+header+"]")) {
				return text, "", nil
			}
			gap := ""
			if len(text) > 0 {
				gap = "\n"
				if !bytes.HasSuffix(text, []byte("\n")) {
					gap = "\n\n"
				}
			}
			after := slices.Concat(text, []byte(gap+"["+header+"]\n"+body(opt)))
			var any map[string]any
			if err := toml.Unmarshal(after, &any); err != nil {
				return nil, "", fmt.Errorf("[%s] cannot be added to it: %w", header, err)
			}
			return after, "", nil
		},
		remove: func(text []byte) ([]byte, error) {
			from := bytes.Index(text, []byte("["+header+"]"))
			if from < 0 {
				return text, nil
			}
			to := len(text)
			if next := bytes.Index(text[from+1:], []byte("\n[")); next >= 0 {
				to = from + 1 + next + 1
			}
			head := text[:from]
			if bytes.HasSuffix(head, []byte("\n\n")) {
				head = head[:len(head)-1]
			}
			if left := slices.Concat(head, text[to:]); len(bytes.TrimSpace(left)) > 0 {
				return left, nil
			}
			return nil, nil
		},
	}
}
