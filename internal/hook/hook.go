// Package hook is the face that coding agents call by themselves: after an edit, before they may stop, when a session
// starts. One entry serves every host; which one is asking is read from the JSON on standard input.
//
// It holds no analysis: what is wrong is the engine's answer, and this package decides only what of it is new to the agent,
// how much of it fits, and in which words of the host it is said.
//
// Invariants: it never fails. Input that it does not understand gives no decision, an error of its own becomes one line for
// the person, and a panic does too. It never asks twice about an unchanged report, and never stops an agent for something
// that could not be checked. It writes nothing into the project.
package hook

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"pollux/internal/cache"
	"pollux/internal/engine"
)

// Hook answers one call of a host. Engine is needed; every other field has a meaning when it is zero.
type Hook struct {
	Engine *engine.Engine
	Env    []string         // KEY=VALUE, as os.Environ gives them
	Now    func() time.Time // nil means the machine's clock
	Host   string           // name of the host when the user says it; empty means: find out

	EditBudget time.Duration // of a check after an edit; 0 means defaultEditBudget
	StopBudget time.Duration // of a check before the agent stops; 0 means defaultStopBudget

	// Verify is what runs before the agent may stop, about what differs from a revision; an empty one means everything. nil means
	// Project.Check.
	Verify func(ctx context.Context, p *engine.Project, since string) (*engine.Result, error)
	// Briefing is what a model should know before it writes in dir; nil means that nothing is said at the start.
	Briefing func(ctx context.Context, dir string) (string, error)
}

const (
	defaultEditBudget = 50 * time.Second // hosts are told to wait for 60 s
	defaultStopBudget = 8 * time.Minute  // hosts are told to wait for 10 min
	startBudget       = 20 * time.Second // a session must not wait for a first build
)

// Run reads one call and writes one answer. What cannot be said in the host's own form goes to errs, one line each.
func (h *Hook) Run(ctx context.Context, in io.Reader, out, errs io.Writer) {
	d, event := unknownHost, ""
	defer func() {
		if p := recover(); p != nil {
			note := "pollux: internal error, nothing was checked: " + oneLine(fmt.Sprint(p))
			if path := h.keepStack(p); path != "" {
				note += " (the stack is in " + path + ")"
			}
			d.write(out, errs, event, answer{note: note})
		}
	}()
	p, err := readPayload(in)
	if err != nil {
		fmt.Fprintln(errs, "pollux hook: "+oneLine(err.Error())+"; no decision")
		return
	}
	if d, err = hostOf(p, h.Host); err != nil {
		fmt.Fprintln(errs, "pollux hook: "+oneLine(err.Error()))
	}
	if d == unknownHost {
		return
	}
	event = p.event()
	d.write(out, errs, event, h.answer(ctx, p))
}

// keepStack writes the stack of a panic where a bug report can find it.
func (h *Hook) keepStack(p any) string {
	if h.Engine.CacheDir == "" {
		return ""
	}
	path := filepath.Join(h.Engine.CacheDir, "bugs", fmt.Sprintf("hook-%d.txt", os.Getpid()))
	if cache.WriteFile(path, fmt.Appendf(nil, "pollux %s: panic: %v\n\n%s", engine.Version, p, debug.Stack())) != nil {
		return ""
	}
	return path
}

// answer is what pollux has to say, in no host's form. Empty fields are not said.
type answer struct {
	context string // for the model, beside the result of its tool
	block   string // the reason why the agent should go on
	note    string // one line for the person
}

func (h *Hook) answer(ctx context.Context, p payload) answer {
	switch p.kind() {
	case afterEdit:
		ctx, cancel := context.WithTimeout(ctx, cmp.Or(h.EditBudget, defaultEditBudget))
		defer cancel()
		return h.afterEdit(ctx, p)
	case atStop:
		ctx, cancel := context.WithTimeout(ctx, cmp.Or(h.StopBudget, defaultStopBudget))
		defer cancel()
		return h.atStop(ctx, p)
	case atStart:
		ctx, cancel := context.WithTimeout(ctx, startBudget)
		defer cancel()
		return h.atStart(ctx, p)
	}
	return answer{}
}

func (h *Hook) now() time.Time {
	if h.Now == nil {
		return time.Now()
	}
	return h.Now()
}

// failure is an error as one line for the person.
func failure(ctx context.Context, doing string, err error) answer {
	if ctx.Err() == context.DeadlineExceeded {
		return answer{note: "pollux: " + doing + " took too long and was given up; what cargo has built is kept for the next time"}
	}
	if ctx.Err() != nil { // the host has lost interest
		return answer{}
	}
	return answer{note: "pollux: " + doing + " did not work: " + oneLine(err.Error())}
}

// lineBytes bounds a line for the person.
const lineBytes = 300

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > lineBytes {
		text = strings.ToValidUTF8(text[:lineBytes], "") + "…"
	}
	return text
}
