package rung

import (
	"regexp"
	"strconv"
	"strings"
)

// Panic is one panic as Rust's own hook prints it.
type Panic struct {
	Thread       string
	File         string
	Line, Column int
	Message      string
}

// panicHead is the first line, since Rust 1.73; releases since 1.90 add the number of the thread.
var panicHead = regexp.MustCompile(`^thread '(.*)' (?:\(\d+\) )?panicked at (.+):(\d+):(\d+):$`)

// Panics reads the panics in what a program wrote to standard error, in order. Text that looks like none is passed over.
func Panics(text string) []Panic {
	var out []Panic
	open := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if m := panicHead.FindStringSubmatch(line); m != nil {
			p := Panic{Thread: m[1], File: m[2]}
			var err1, err2 error
			p.Line, err1 = strconv.Atoi(m[3])
			p.Column, err2 = strconv.Atoi(m[4])
			if open = err1 == nil && err2 == nil; open {
				out = append(out, p)
			}
			continue
		}
		if strings.HasPrefix(line, "note: run with `RUST_BACKTRACE") || strings.HasPrefix(line, "stack backtrace:") {
			open = false
		}
		if open {
			last := &out[len(out)-1]
			last.Message += line + "\n"
		}
	}
	for i := range out {
		out[i].Message = strings.Trim(out[i].Message, "\n")
	}
	return out
}
