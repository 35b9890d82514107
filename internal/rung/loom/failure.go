package loom

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rung"
)

// The rules of this rung.
const (
	ruleDeadlock  = "loom-deadlock"
	ruleRace      = "loom-data-race"
	ruleAssertion = "loom-assertion"
	ruleLeak      = "loom-leak"
	ruleUnbounded = "loom-unbounded"
)

// failure is what loom, or the model's own code, panicked with: the first panic, because what follows are consequences of
// unwinding through loom.
type failure struct {
	rule        string
	first       rung.Panic
	search      int
	permutation int
}

// sign tells a rule by the beginning of a panic's message.
type sign struct{ begins, rule string }

// signs of loom 0.5.6 to 0.7.3, in rt/execution.rs, rt/location.rs, rt/arc.rs, rt/alloc.rs, rt/mpsc.rs and rt/path.rs.
var signs = []sign{
	{"deadlock; threads = ", ruleDeadlock},
	{"Causality violation: ", ruleRace},
	{"Arc leaked.", ruleLeak},
	{"Allocation leaked.", ruleLeak},
	{"Messages leaked.", ruleLeak},
	{"Model exceeded maximum number of branches.", ruleUnbounded},
}

// loomFile is a place inside of loom, the copy's or the published one's.
var loomFile = regexp.MustCompile(`(^|[/\\])loom-\d+\.\d+\.\d+[/\\]src[/\\]`)

// failed reads why a process ended with a status other than 0.
func failed(a *attempt) (rung.Outcome, *failure) {
	panics := rung.Panics(a.end.Stderr)
	open := a.record.open()
	if len(panics) == 0 {
		return rung.Undecided(a.end.Fault()+" and without a panic", ""), nil
	}
	first := panics[0]
	if open == 0 {
		if strings.HasPrefix(first.Message, "cannot access Loom execution state from outside a Loom model") {
			return rung.Beside("no loom model: it uses loom's types outside of one"), nil
		}
		return rung.Undecided("it fails outside of a model: "+rung.FirstLine(first.Message), "cargo test says the same"), nil
	}
	if strings.HasPrefix(first.Message, "not modelled: ") {
		return rung.Undecided("the copy cannot stand for it: "+strings.TrimPrefix(rung.FirstLine(first.Message), "not modelled: "), "a model that makes what it uses"), nil
	}
	f := &failure{first: first, search: open, permutation: a.record.searches[open-1].permutation, rule: ruleAssertion}
	if loomFile.MatchString(first.File) {
		if f.rule = signed(first.Message); f.rule == "" {
			return rung.Undecided("loom cannot run it: "+rung.FirstLine(first.Message), ""), nil
		}
	}
	return rung.Outcome{}, f
}

func signed(message string) string {
	message = strings.TrimLeft(message, "\n ")
	for _, s := range signs {
		if strings.HasPrefix(message, s.begins) {
			return s.rule
		}
	}
	return ""
}

// fail runs the failing permutation again, with its steps told, and makes a finding of it.
func (m *model) fail(ctx context.Context, f *failure, a *attempt, preemptions int) (rung.Outcome, error) {
	again, err := m.attempt(ctx, preemptions, m.opt.Limit, f.search, f.permutation)
	if err != nil {
		return rung.Outcome{}, err
	}
	verdict, steps := finding.Witnessed, []step(nil)
	if _, second := replayed(again); second != nil && second.rule == f.rule && second.permutation == f.permutation && second.search == f.search {
		verdict, steps, f = finding.Replayed, again.record.steps, second
	}
	found := m.finding(f, verdict, steps)
	return rung.Fail(found), nil
}

func replayed(a *attempt) (rung.Outcome, *failure) {
	if a.end.Late || !a.end.Started || a.end.Status == 0 {
		return rung.Outcome{}, nil
	}
	return failed(a)
}

// finding tells what happened.
func (m *model) finding(f *failure, verdict finding.Verdict, steps []step) finding.Finding {
	out := finding.Finding{
		Rule: f.rule, Severity: finding.Error, Verdict: verdict, Package: m.program.Package, Function: m.String(),
		Reproduce: "pollux loom " + m.test,
	}
	if source, ok := m.places.Span(m.program.Source, 1, 1); ok {
		out.Span = source
	}
	switch f.rule {
	case ruleDeadlock:
		m.deadlock(&out, f.first.Message)
	case ruleRace:
		m.race(&out, f.first.Message)
	case ruleLeak:
		m.leak(&out, f.first.Message)
	case ruleUnbounded:
		m.unbounded(&out, steps)
	default:
		m.assertion(&out, f.first)
	}
	out.Message += fmt.Sprintf(", in permutation %d of the model", f.permutation)
	out.Because = append(out.Because, m.interleaving(steps)...)
	return out
}

// blocked is one thread in loom's message about a deadlock; its place is missing unless places were asked for.
var blocked = regexp.MustCompile(`\(Id\((\d+)\), (Terminated|Blocked\(Location\((?:None|Some\(Location \{ file: "((?:[^"\\]|\\.)*)", line: (\d+), column: (\d+) \}\))\)\)|[A-Za-z]+[^)]*\)?)\)`)

func (m *model) deadlock(out *finding.Finding, message string) {
	waiting, ended := 0, 0
	placed := false
	for _, t := range blocked.FindAllStringSubmatch(message, -1) {
		if t[2] == "Terminated" {
			ended++
			continue
		}
		waiting++
		line, _ := strconv.Atoi(t[4])
		column, _ := strconv.Atoi(t[5])
		at, own := m.places.Span(strings.ReplaceAll(t[3], `\\`, `\`), line, column)
		words := "thread " + t[1] + " waits here"
		switch {
		case own && !placed:
			placed, out.Span, out.Label = true, at, words
		case at.Known():
			out.Because = append(out.Because, finding.Because{Span: at, Message: words})
		}
	}
	switch {
	case waiting == 1 && ended > 0:
		out.Message = "a thread waits for ever: every other thread has ended, and none woke it"
	case waiting == 1:
		out.Message = "the only thread waits for ever"
	default:
		out.Message = fmt.Sprintf("%d threads wait for ever for one another", waiting)
	}
}

// access is a line below loom's message about an access without order.
var access = regexp.MustCompile(`(?m)^ *([a-z]+)(?: \d+)?: (?:thread #(\d+) @ )?(.+):(\d+):(\d+)$`)

func (m *model) race(out *finding.Finding, message string) {
	_, words, _ := strings.Cut(rung.FirstLine(message), "Causality violation: ")
	out.Message = "no order is enforced between two accesses: " + strings.TrimSuffix(strings.ToLower(words[:min(1, len(words))])+words[min(1, len(words)):], ".")
	placed := false
	for _, a := range access.FindAllStringSubmatch(message, -1) {
		line, _ := strconv.Atoi(a[4])
		column, _ := strconv.Atoi(a[5])
		at, own := m.places.Span(a[3], line, column)
		said := a[1] + " here"
		if a[2] != "" {
			said = "thread " + a[2] + ": " + a[1] + " here"
		}
		if own && !placed && a[2] != "" {
			placed, out.Span, out.Label = true, at, said
			continue
		}
		if at.Known() {
			out.Because = append(out.Because, finding.Because{Span: at, Message: said})
		}
	}
	out.Fix = "order the accesses: a Release store after the first and an Acquire load before the second, or one lock around both"
}

// allocated is where something that leaked was made.
var allocated = regexp.MustCompile(`(?m)^ *Allocated: (.+):(\d+):(\d+)$|^ *(?:Created|Sender|Receiver)[a-z ]*: (.+):(\d+):(\d+)$`)

func (m *model) leak(out *finding.Finding, message string) {
	what, _, _ := strings.Cut(rung.FirstLine(message), " leaked")
	out.Severity = finding.Warning
	out.Message = fmt.Sprintf("this %s is never freed", map[string]string{"Arc": "`Arc`", "Allocation": "allocation", "Messages": "channel's messages are"}[what])
	if what == "Messages" {
		out.Message = "messages of this channel are never received"
	}
	if a := allocated.FindStringSubmatch(message); a != nil && a[1] != "" {
		line, _ := strconv.Atoi(a[2])
		column, _ := strconv.Atoi(a[3])
		if at, own := m.places.Span(a[1], line, column); own {
			out.Span, out.Label = at, "made here"
		}
	}
}

func (m *model) unbounded(out *finding.Finding, steps []step) {
	out.Severity = finding.Warning
	out.Message = "one permutation has more branches than the bound allows: a loop waits for another thread without yielding, or the model is too long"
	out.Fix = "call `loom::thread::yield_now` in the loop that waits, or raise the bound with --branches"
	for _, last := range slices.Backward(steps) {
		if at, own := m.places.Span(last.file, last.line, last.column); own {
			out.Span, out.Label = at, "the last step before the bound"
			return
		}
	}
}

func (m *model) assertion(out *finding.Finding, p rung.Panic) {
	out.Message = "this panics under an interleaving: " + rung.Shorten(p.Message)
	at, own := m.places.Span(p.File, p.Line, p.Column)
	if own {
		out.Span, out.Label = at, "panics here"
		return
	}
	out.Because = append(out.Because, finding.Because{Span: at, Message: "panics here"})
}

// shownTurns bounds how many turns of threads a finding tells, from the end.
const shownTurns = 8

// interleaving tells in which turns the threads ran: one place for each turn, its last step in the workspace. A thread is told
// at the operation it has come to, which it does when it runs on.
func (m *model) interleaving(steps []step) []finding.Because {
	var turns []turn
	for _, s := range steps {
		at, own := m.places.Span(s.file, s.line, s.column)
		if !own {
			continue
		}
		if n := len(turns); n == 0 || turns[n-1].thread != s.thread {
			turns = append(turns, turn{thread: s.thread})
		}
		last := &turns[len(turns)-1]
		last.places = append(last.places, at)
	}
	var out []finding.Because
	for i, t := range turns {
		if i >= len(turns)-shownTurns {
			out = append(out, finding.Because{Span: t.places[len(t.places)-1], Message: fmt.Sprintf("turn %d: thread %d %s", i+1, t.thread, t.words())})
		}
	}
	return out
}

// turn is what one thread does until another runs.
type turn struct {
	thread int
	places []finding.Span
}

// shownLines bounds how many lines of a turn are named, from its end.
const shownLines = 6

// words name the lines of the operations before the last one.
func (t turn) words() string {
	var lines []string
	here := t.places[len(t.places)-1]
	for _, p := range t.places[:len(t.places)-1] {
		word := strconv.Itoa(p.Line)
		if p.File == here.File && p.Line != here.Line && (len(lines) == 0 || lines[len(lines)-1] != word) {
			lines = append(lines, word)
		}
	}
	if len(lines) == 0 {
		return "comes to here"
	}
	if cut := len(lines) - shownLines; cut > 0 {
		lines = lines[cut:]
	}
	return "runs line " + strings.Join(lines, ", ") + " and comes to here"
}
