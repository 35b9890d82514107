package wrapper

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"

	"pollux/internal/child"
)

// refusal listens to a plain call and tells, when it failed, whether lints alone refused the crate: `-D warnings` in
// RUSTFLAGS, `#![deny(..)]`, a lint table of the manifest. Such a crate is sound to rustc, so its code can be looked at.
type refusal struct {
	out    io.Writer
	line   []byte
	lints  int // errors that are lints
	others int // errors that are not
}

func (r *refusal) Write(p []byte) (int, error) {
	r.line = append(r.line, p...)
	for {
		end := bytes.IndexByte(r.line, '\n')
		if end < 0 {
			break
		}
		r.count(decode(r.line[:end]))
		r.line = r.line[end+1:]
	}
	if len(r.line) > heldLimit {
		r.others++ // nobody knows what it says
		r.line = nil
	}
	return r.out.Write(p)
}

func (r *refusal) count(m message) {
	switch {
	case !strings.HasPrefix(m.Level, "error"):
	case m.Code != nil && isLint(m.Code.Code):
		r.lints++
	case m.Code == nil && strings.HasPrefix(m.Message, "aborting due to "):
	default:
		r.others++
	}
}

// isLint tells the name of a lint from a code of rustc's index of errors, such as E0382.
func isLint(code string) bool {
	return code != "" && (code[0] != 'E' || strings.Trim(code[1:], "0123456789") != "")
}

func (r *refusal) onlyLints() bool { return r.lints > 0 && r.others == 0 }

// refused follows a plain call that failed. A crate that only lints refuse is compiled once more with them as warnings,
// so that its MIR, and dependents, can be had; cargo has heard the errors, and the record says that they were there.
func (c *capture) refused(code int, r *refusal) int {
	if !r.onlyLints() {
		return c.broken(code)
	}
	program, before := c.inv.chain(true)
	err := child.Run(context.Background(), child.Command{
		Path: program, Args: append(before, capLints(expandFiles(c.inv.args))...), Env: c.env, Stdin: os.Stdin, Stdout: os.Stdout,
		Stderr: &artifacts{out: c.out},
	})
	if err != nil {
		return c.broken(code)
	}
	c.record.Denied, c.record.Remedy = true, TwoCalls
	c.secondCall()
	return 0
}

// capLints is the command line with every lint at most a warning.
func capLints(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		name, _, glued := split(args[i])
		if name != "--cap-lints" {
			out = append(out, args[i])
		} else if !glued {
			i++
		}
	}
	return append(out, "--cap-lints=warn")
}

// artifacts lets pass what rustc says of files and drops its diagnostics, which were heard before.
type artifacts struct {
	out  io.Writer
	line []byte
}

func (a *artifacts) Write(p []byte) (int, error) {
	a.line = append(a.line, p...)
	for {
		end := bytes.IndexByte(a.line, '\n')
		if end < 0 {
			return len(p), nil
		}
		if decode(a.line[:end]).Type == "artifact" {
			if _, err := a.out.Write(a.line[:end+1]); err != nil {
				return 0, err
			}
		}
		a.line = a.line[end+1:]
	}
}
