package integrity

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed words.toml
var wordsText []byte

// words are the tables of words.toml; immutable.
var words = func() map[string][]string {
	var tables map[string]struct {
		Words  []string
		Source string
	}
	if err := toml.Unmarshal(wordsText, &tables); err != nil {
		panic("integrity: words.toml: " + err.Error()) // embedded: a test reads it
	}
	out := map[string][]string{}
	for name, t := range tables {
		out[name] = t.Words
	}
	return out
}()

// means reports whether word is in a table.
func means(table, word string) bool { return slices.Contains(words[table], word) }

// lastSegment of a path.
func lastSegment(path string) string { return path[strings.LastIndex(path, ":")+1:] }

// looks reports whether a lint is about looks alone.
func looks(name string) bool {
	return means("style-lints", name) || strings.HasPrefix(name, "rustdoc::")
}
