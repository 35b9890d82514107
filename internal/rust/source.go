package rust

import (
	"strings"
	"sync"
)

// Source is the text of one file, taken apart only as far as it is asked for: most questions are about the header of one impl, and
// parsing whole crates for those would cost more than reading their MIR. It is safe for concurrent use.
type Source struct {
	path, text string
	lines      func() *lines
	file       func() *File
}

// NewSource wraps a file's text. path is as given to [Parse].
func NewSource(path, text string) *Source {
	return &Source{
		path: path, text: text,
		lines: sync.OnceValue(func() *lines { l := newLines(text); return &l }),
		file:  sync.OnceValue(func() *File { return Parse(path, text) }),
	}
}

// File parses the whole file, once.
func (s *Source) File() *File { return s.file() }

// maxHeader bounds the text of an impl header in bytes.
const maxHeader = 8 << 10

// ImplAt reads the header of the impl that begins at a position, as rustc prints it in `<impl at FILE:L:C: L:C>`. Its Range and Items
// are not those of the file. For a derive, which prints as the place of the trait's name, only Trait is known. It is nil elsewhere.
func (s *Source) ImplAt(line, column int) *Impl {
	at := s.lines().offset(line, column)
	if at < 0 || at >= len(s.text) {
		return nil
	}
	head := s.text[at:min(len(s.text), at+maxHeader)]
	if !strings.HasPrefix(head, "impl") && !strings.HasPrefix(head, "unsafe") && !strings.HasPrefix(head, "default") {
		return derived(head)
	}
	brace := strings.IndexByte(head, '{')
	if brace < 0 {
		return nil
	}
	file := Parse(s.path, head[:brace]+"{}")
	if len(file.Impls) == 0 || file.Impls[0].Line != 1 || file.Impls[0].Column != 1 {
		return s.wholeImpl(line, column)
	}
	return file.Impls[0]
}

// wholeImpl asks the parsed file: for a header that holds a brace, such as a const argument.
func (s *Source) wholeImpl(line, column int) *Impl { return s.File().ImplAt(line, column) }

// derived reads the path of a trait in the list of a derive attribute.
func derived(head string) *Impl {
	n := strings.IndexFunc(head, func(r rune) bool { return r != ':' && r != '_' && !isAlphanumeric(r) })
	if n <= 0 {
		return nil
	}
	if next := strings.TrimLeft(head[n:], " \n\t\r"); next == "" || next[0] != ',' && next[0] != ')' {
		return nil
	}
	return &Impl{Trait: head[:n]}
}

func isAlphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
