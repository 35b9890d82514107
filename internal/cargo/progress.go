package cargo

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"pollux/internal/child"
)

// progress reads cargo's error stream: its progress bar becomes one rewritten line, its status lines too, and the rest
// is kept as what cargo had to say.
type progress struct {
	out   io.Writer // nil means quiet
	kept  child.Tail
	shown string
}

func newProgress(out io.Writer) *progress {
	return &progress{out: out, kept: child.Tail{Limit: stderrLimit}}
}

var (
	barLine    = regexp.MustCompile(`^\s*Building \[[=> ]*\] (\d+)/(\d+)(?:: (.*))?$`)
	statusLine = regexp.MustCompile(`^ *(?:Updating|Downloading|Downloaded|Blocking|Locking|Adding|Compiling|Checking|Fresh|Finished|Running|Dirty|Building|Fetch|Unpacking) `)
)

func (p *progress) take(line []byte) {
	text := strings.TrimRight(string(line), " ")
	if m := barLine.FindStringSubmatch(text); m != nil {
		p.show(fmt.Sprintf("checking %s of %s: %s", m[1], m[2], m[3]))
		return
	}
	if len(text) >= 12 && text[0] == ' ' && statusLine.MatchString(text) {
		p.status(strings.TrimSpace(text))
		return
	}
	fmt.Fprintln(&p.kept, text)
}

// status shows the lines of cargo that can stay for long before the first crate is checked.
func (p *progress) status(text string) {
	switch word, _, _ := strings.Cut(text, " "); word {
	case "Updating", "Downloading", "Blocking", "Locking":
		p.show(strings.ToLower(text[:1]) + text[1:])
	}
}

// lineWidth bounds the progress line, in characters, so that it fits the narrowest usual terminal.
const lineWidth = 78

func (p *progress) show(text string) {
	if p.out == nil || text == p.shown {
		return
	}
	if r := []rune(text); len(r) > lineWidth {
		text = string(r[:lineWidth-3]) + "..."
	}
	p.shown = text
	fmt.Fprintf(p.out, "\r\x1b[K%s", text)
}

func (p *progress) clear() {
	if p.out != nil && p.shown != "" {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.shown = ""
}
