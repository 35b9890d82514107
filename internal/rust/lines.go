package rust

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// lines maps between byte offsets and positions. A column costs no more than one block of the text, however long its
// line is, so that a file with everything on one line stays linear.
type lines struct {
	src    string
	starts []int    // byte offset of each line's first character
	extra  []uint32 // continuation bytes of UTF-8 before each block; nil when the text is ASCII
}

const blockBytes = 256

func newLines(src string) lines {
	l := lines{src: src, starts: make([]int, 1, len(src)/32+1)}
	if strings.HasPrefix(src, byteOrderMark) {
		l.starts[0] = len(byteOrderMark) // rustc drops it before it counts
	}
	for i := 0; ; {
		n := strings.IndexByte(src[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		l.starts = append(l.starts, i)
	}
	l.countContinuations()
	return l
}

func (l *lines) countContinuations() {
	high := false
	for i := 0; i < len(l.src) && !high; i++ {
		high = l.src[i] >= utf8.RuneSelf
	}
	if !high {
		return
	}
	l.extra = make([]uint32, len(l.src)/blockBytes+1)
	for i := 0; i < len(l.src); i++ {
		if !utf8.RuneStart(l.src[i]) {
			l.extra[i/blockBytes]++
		}
	}
	sum := uint32(0)
	for i, n := range l.extra {
		l.extra[i] = sum
		sum += n
	}
}

// continuations is the number of bytes before offset that do not start a character.
func (l *lines) continuations(offset int) int {
	if l.extra == nil {
		return 0
	}
	block := min(offset/blockBytes, len(l.extra)-1)
	n := int(l.extra[block])
	for i := block * blockBytes; i < offset; i++ {
		if !utf8.RuneStart(l.src[i]) {
			n++
		}
	}
	return n
}

// line is the 1-based number of the line that holds offset.
func (l *lines) line(offset int) int {
	return max(1, sort.SearchInts(l.starts, offset+1))
}

// position is the 1-based line and column of offset.
func (l *lines) position(offset int) (line, column int) {
	line = l.line(offset)
	start := l.starts[line-1]
	if offset < start {
		return line, 1
	}
	return line, 1 + offset - start - (l.continuations(offset) - l.continuations(start))
}

// span is the range from offset start to offset end, end excluded.
func (l *lines) span(start, end int) Range {
	var r Range
	r.Line, r.Column = l.position(start)
	r.EndLine, r.EndColumn = l.position(end)
	return r
}

// text is the line with the 1-based number n without its line ending.
func (l *lines) text(n int) (string, bool) {
	if n < 1 || n > len(l.starts) {
		return "", false
	}
	end := len(l.src)
	if n < len(l.starts) {
		end = l.starts[n] - 1
	}
	return strings.TrimSuffix(l.src[l.starts[n-1]:end], "\r"), true
}

// offset is the byte offset of a position, -1 when the text has no such position. The column after the last character
// of a line counts as a position: spans end there.
func (l *lines) offset(line, column int) int {
	text, ok := l.text(line)
	if !ok || column < 1 {
		return -1
	}
	at := 0
	for ; column > 1; column-- {
		if at >= len(text) {
			return -1
		}
		at++
		for at < len(text) && !utf8.RuneStart(text[at]) {
			at++
		}
	}
	return l.starts[line-1] + at
}
