package cli

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// terminal returns the file behind w when it is a terminal.
func terminal(w io.Writer) (*os.File, bool) {
	f, ok := w.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// width is the number of columns of the terminal that the answer goes to; 0 when it goes elsewhere.
func (a *app) width() int {
	f, ok := terminal(a.screen)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// colored decides about colour: what was asked for, then NO_COLOR, CLICOLOR_FORCE and TERM as their conventions say, then
// whether somebody looks.
func (a *app) colored(when string) bool {
	switch when {
	case "always":
		return true
	case "never":
		return false
	}
	if a.variable("NO_COLOR") != "" {
		return false
	}
	if force := a.variable("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	if a.variable("TERM") == "dumb" || a.variable("CLICOLOR") == "0" {
		return false
	}
	_, ok := terminal(a.screen)
	return ok
}

// progress is where a line about long work may be written and rewritten; nil when nobody looks, or nobody wants it.
func (a *app) progress() io.Writer {
	if ci := a.variable("CI"); a.quiet || (ci != "" && ci != "false") || a.variable("TERM") == "dumb" {
		return nil
	}
	if _, ok := terminal(a.err); !ok {
		return nil
	}
	return a.err
}

// variable returns the last value of a variable of the environment, as programs see it.
func (a *app) variable(name string) string {
	value := ""
	for _, entry := range a.env {
		if n, v, _ := strings.Cut(entry, "="); n == name {
			value = v
		}
	}
	return value
}
