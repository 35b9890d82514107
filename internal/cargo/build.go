package cargo

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"pollux/internal/child"
)

// stderrLimit bounds, in bytes, what is kept of cargo's words.
const stderrLimit = 64 << 10

// lineLimit bounds one line of cargo's JSON, in bytes: a diagnostic can quote a whole generated file.
const lineLimit = 64 << 20

// build is the outcome of one run of cargo.
type build struct {
	artifacts []event
	messages  []event // diagnostics
	finished  bool    // cargo came as far as build-finished
	success   bool
	stderr    string // without progress and status lines
	err       error  // of decoding
}

// build runs cargo check once. An error means that cargo did not come to a result; a crate that does not compile is a result.
func (s *session) build(ctx context.Context) (*build, error) {
	const op = "run cargo check"
	b, err := s.runCargo(ctx, op, s.checkArgs(), s.environment())
	if err == nil && !b.finished {
		return nil, fmt.Errorf("%s: its JSON has no build-finished", op)
	}
	return b, err
}

// runCargo runs one building command of cargo and reads its JSON, with progress as the request asks for it.
func (s *session) runCargo(ctx context.Context, op string, args, env []string) (*build, error) {
	b := &build{}
	stdout := &lines{limit: lineLimit, take: b.take}
	watch := newProgress(s.req.Progress)
	stderr := &lines{limit: stderrLimit, take: watch.take, breaks: "\r\n"}
	err := child.Run(ctx, child.Command{
		Path: s.cargo, Args: args, Dir: s.dir, Env: env, Stdout: stdout, Stderr: stderr, Group: true,
	})
	stdout.end()
	stderr.end()
	watch.clear()
	b.stderr = watch.kept.String()
	if b.err != nil {
		return nil, b.err
	}
	if err != nil && (!b.finished || ctx.Err() != nil) {
		return nil, s.failure(ctx, op, err, b.stderr)
	}
	return b, nil
}

func (b *build) take(line []byte) {
	e, ok, err := decodeEvent(line)
	if err != nil && b.err == nil && bytes.HasPrefix(line, []byte(`{"reason":`)) {
		b.err = err // anything else that begins with a brace was printed by a proc macro
	}
	if !ok {
		return
	}
	switch e.Reason {
	case reasonArtifact:
		b.artifacts = append(b.artifacts, e)
	case reasonMessage:
		if e.Message != nil {
			b.messages = append(b.messages, e)
		}
	case reasonFinished:
		b.finished, b.success = true, e.Success
	}
}

// lines is an io.Writer that hands on whole lines. A line longer than limit is dropped.
type lines struct {
	limit  int    // in bytes
	breaks string // characters that end a line; empty means "\n"
	take   func(line []byte)
	part   []byte
	skip   bool
}

func (l *lines) Write(p []byte) (int, error) {
	n := len(p)
	breaks := l.breaks
	if breaks == "" {
		breaks = "\n"
	}
	for {
		i := bytes.IndexAny(p, breaks)
		if i < 0 {
			break
		}
		l.add(p[:i])
		l.end()
		p = p[i+1:]
	}
	l.add(p)
	return n, nil
}

func (l *lines) add(p []byte) {
	if l.skip || len(l.part)+len(p) > l.limit {
		l.skip, l.part = true, nil
		return
	}
	l.part = append(l.part, p...)
}

func (l *lines) end() {
	if len(l.part) > 0 && !l.skip {
		l.take(l.part)
	}
	l.part, l.skip = l.part[:0], false
}

// complaints gives cargo's own errors, without those that only say that a crate did not compile.
func (b *build) complaints() []string {
	var out []string
	for _, block := range strings.Split("\n"+b.stderr, "\nerror: ")[1:] {
		if strings.HasPrefix(block, "could not compile") || strings.HasPrefix(block, "build failed") || strings.TrimSpace(block) == "" {
			continue
		}
		if text, _, found := strings.Cut(block, "\nwarning: "); found {
			block = text
		}
		out = append(out, essence("error: "+block))
	}
	return out
}
