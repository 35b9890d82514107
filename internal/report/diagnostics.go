package report

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"pollux/internal/engine"
)

// rendered writes rustc's own words before ours: a crate that does not build is rustc's to explain. Equal messages, which
// rustc gives once per target of a package, are written once. Quiet keeps them only when the build failed.
func (t *text) rendered() {
	if t.opt.Quiet && t.Verdict != engine.DoesNotBuild {
		return
	}
	seen := map[string]bool{}
	for _, message := range t.Rendered {
		message = strings.TrimRight(message, "\n")
		if !t.opt.Color {
			message = printable(ansi.Strip(message), true)
		}
		if message == "" || seen[message] {
			continue
		}
		seen[message] = true
		t.b.WriteString(message)
		t.b.WriteString("\n\n")
	}
}
