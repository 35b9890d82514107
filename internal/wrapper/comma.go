package wrapper

import (
	"os"
	"path/filepath"
	"strings"
)

// emitPath is how rustc is told where the text goes. It splits the list of --emit at commas, so a directory with one in its path gets
// another name for the time of the call: a symbolic link in the system's place for temporary files. Where there can be none, rustc
// refuses, and the unit counts as not looked at.
func (c *capture) emitPath() (path string, done func()) {
	text := c.newText()
	if !strings.Contains(text, ",") {
		return text, func() {}
	}
	temp, err := os.MkdirTemp("", "pollux-emit-")
	if err != nil {
		return text, func() {}
	}
	done = func() { _ = os.RemoveAll(temp) }
	link := filepath.Join(temp, "out")
	dir, err := filepath.Abs(filepath.Dir(text))
	if err != nil || os.Symlink(dir, link) != nil {
		return text, done
	}
	return filepath.Join(link, filepath.Base(text)), done
}
