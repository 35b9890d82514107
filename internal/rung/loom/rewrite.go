package loom

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/rust"
)

// plainParts are parts of std that block or order threads and that stay std's own in a copy.
var plainParts = []string{"Once", "OnceLock", "LazyLock", "Barrier", "mpsc", "thread_local", "park_timeout", "scope"}

// rewrite has paths that begin with std, core or alloc begin with what stands for them, byte for byte in the same columns. It tells
// which parts that stay std's own the file names. Comments and strings stay.
//
// May take a module of the package's own that is named core or alloc for the crate: the copy does not build then.
func rewrite(file, src string) (string, []string) {
	var code []rust.Token
	for _, t := range rust.Lex(src) {
		if !t.Kind.Trivia() {
			code = append(code, t)
		}
	}
	word := func(i int) string {
		if i < 0 || i >= len(code) {
			return ""
		}
		return src[code[i].Offset : code[i].Offset+code[i].Len]
	}
	var plain []string
	out := []byte(src)
	for i, t := range code {
		if t.Kind != rust.Ident {
			continue
		}
		if named(word, i) {
			plain = append(plain, fmt.Sprintf("`%s` (%s:%d)", word(i), file, 1+strings.Count(src[:t.Offset], "\n")))
		}
		if stand, ok := names[word(i)]; ok && word(i+1) == ":" && word(i+2) == ":" && first(code, word, i) {
			copy(out[t.Offset:], stand)
		}
	}
	return string(out), plain
}

// named reports whether the word at i is a part of std that stays as it is: in a path, in a list of imports, or as a macro.
func named(word func(int) string, i int) bool {
	return slices.Contains(plainParts, word(i)) && (strings.Contains(":{,", word(i-1)) && word(i-1) != "" || word(i+1) == "!")
}

// first reports whether the word at i begins a path, with or without a leading `::`.
func first(code []rust.Token, word func(int) string, i int) bool {
	if word(i-1) != ":" || word(i-2) != ":" {
		return word(i-1) != "$" && word(i-1) != "."
	}
	before := i - 3
	if before < 0 {
		return true
	}
	return word(before) != ">" && (code[before].Kind != rust.Ident || word(before) == "use")
}
