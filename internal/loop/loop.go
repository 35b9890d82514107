// Package loop drives a coding agent by itself: the task goes to the agent, what it changed is checked, and what is open goes back as
// the next turn, until nothing is open or the rounds are used up.
//
// It is a face: the verdict of a round is the engine's, and so is the word on what the agent weakened. An agent is a program that
// speaks the Agent Client Protocol, one of two programs that take a prompt on standard input, or a model behind an endpoint whose
// edits this package makes.
//
// Invariants: no round is called green that was not checked in full. What an agent writes through this package stays inside of the
// project, also through symbolic links. Keys are read from the environment and stand in no message, no state and no report.
package loop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/compare"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// Agent is something that changes the project when it is told what to do.
type Agent interface {
	// Prompt gives the agent one turn and waits for its end. An error means that the agent cannot go on.
	Prompt(ctx context.Context, text string) (Turn, error)
	// Session is what a later run needs to go on with the same conversation; empty when there is no way.
	Session() string
	Close() error
}

// Turn is what came of a prompt.
type Turn struct {
	Said string // the agent's last words, cut to a bound
	Stop string // why it stopped: end_turn, max_tokens, refusal, cancelled ...
}

// Loop is one task on its way. Engine, Dir, Task and Agent are needed.
type Loop struct {
	Engine *engine.Engine
	Env    []string
	Dir    string
	Task   string
	Agent  Agent
	Name   string        // of the agent, for the report
	Rounds int           // at most so many; 0 means defaultRounds
	Budget time.Duration // for one check; 0 means defaultBudget
	All    bool          // findings that were there before count too
	Out    io.Writer     // progress, a line at a time; nil means quiet
	// Verify is what decides a round, about what differs from an earlier state of the tree; of an empty state everything does. nil means
	// Project.Check.
	Verify func(ctx context.Context, p *engine.Project, since *compare.Snapshot) (*engine.Result, error)
	// Keep is called after every round with what a later run needs; nil keeps nothing.
	Keep func(State)
	// From is the state of an earlier run that this one goes on with; nil begins anew.
	From *State
}

const (
	defaultRounds = 3
	defaultBudget = 10 * time.Minute
)

// Report is what a run came to.
type Report struct {
	Task    string         `json:"task"`
	Agent   string         `json:"agent"`
	Session string         `json:"session,omitempty"`
	Root    string         `json:"root"`
	Rounds  []Round        `json:"rounds"`
	Verdict engine.Verdict `json:"verdict"`
	Ended   string         `json:"ended"` // why no further round was run
}

// Round is one turn of the agent and what the check said of it.
type Round struct {
	Number   int               `json:"round"`
	Stop     string            `json:"stop"`
	Files    []File            `json:"files"` // that the turn changed
	Verdict  engine.Verdict    `json:"verdict"`
	New      int               `json:"new"`   // findings that were not open after the round before
	Fixed    int               `json:"fixed"` // findings that were open after the round before
	Open     []finding.Finding `json:"open"`
	NotKnown []string          `json:"not_checked,omitempty"`
	By       Evidence          `json:"by"`  // what the verdict rests on
	Runs     string            `json:"why"` // what the runs covered, or why there was none
	Said     string            `json:"said,omitempty"`
}

// Evidence is what the verdict of a round rests on.
type Evidence string

const (
	// ByRuns means that tests which reach the change were run under schedules, beside the static check.
	ByRuns Evidence = "runs"
	// ByReading means the static check alone: there was no test that reaches the change, or nothing that a run could show.
	ByReading Evidence = "reading"
	// ByNothing means that there is no answer.
	ByNothing Evidence = "nothing"
)

// File is a file that a turn changed.
type File struct {
	Path    string `json:"path"`
	Added   int    `json:"added"`   // lines
	Removed int    `json:"removed"` // lines
}

// run is a loop that has begun.
type run struct {
	*Loop
	project *engine.Project
	begin   *compare.Snapshot // before the first turn of the first run
	before  []string          // ids of findings that were there then; nil when nobody could look
	ran     bool              // the tests were run then, or there were none
	broken  bool              // the tests did not build then
	state   *compare.Snapshot // after the last turn
	report  *Report
	open    []finding.Finding
	told    string // what the agent was told last: a verdict and the ids of findings
}

// Run goes round until nothing is open, the rounds are used up, or the agent does not get on.
func (l *Loop) Run(ctx context.Context) (*Report, error) {
	r, err := l.start(ctx)
	if err != nil {
		return nil, err
	}
	prompt := r.first()
	for n := 1; n <= cmp.Or(l.Rounds, defaultRounds); n++ {
		next, err := r.round(ctx, n, prompt)
		if err != nil {
			return r.report, err
		}
		if next == "" {
			return r.report, nil
		}
		prompt = next
	}
	r.report.Ended = fmt.Sprintf("%d rounds are used up", len(r.report.Rounds))
	return r.report, nil
}

// start looks at the project before the agent touches it.
func (l *Loop) start(ctx context.Context) (*run, error) {
	project, err := l.Engine.Open(ctx, engine.Request{Dir: l.Dir, Env: l.Env})
	if err != nil {
		return nil, err
	}
	r := &run{Loop: l, project: project, report: &Report{Task: l.Task, Agent: l.Name, Root: project.Root, Rounds: []Round{}, Verdict: engine.Incomplete}}
	if r.state, err = engine.SnapshotAll(ctx, project.Root); err != nil {
		return nil, err
	}
	if l.From != nil {
		r.begin, r.before, r.ran, r.broken, r.open = l.From.begin, l.From.Before, l.From.Ran, l.From.Broken, l.From.Open
		r.say("going on with the session %s", l.From.Session)
		return r, nil
	}
	r.begin = r.state
	if l.All {
		r.before, r.ran = []string{}, true
		return r, nil
	}
	r.say("checking what is there before")
	if res, err := r.check(ctx, &compare.Snapshot{Root: r.begin.Root}); err == nil {
		r.remember(res)
	}
	return r, ctx.Err()
}

// remember notes what is there before the first turn, as far as it is known.
func (r *run) remember(res *engine.Result) {
	r.broken = res.TestsBroken
	if res.Verdict == engine.DoesNotBuild || len(res.Rungs) == 0 {
		return
	}
	r.ran = true
	for _, g := range unsettled(res) {
		if g.Name != "explore" {
			return
		}
		r.ran = false
	}
	r.before = []string{}
	for _, f := range res.Findings {
		r.before = append(r.before, f.ID)
	}
}

// unsettled are the rungs that came to no answer although there was something to ask.
func unsettled(res *engine.Result) []engine.Rung {
	return slices.DeleteFunc(slices.Clone(res.Rungs), func(g engine.Rung) bool { return g.Status != "unknown" || g.Untested })
}

func (r *run) check(ctx context.Context, since *compare.Snapshot) (*engine.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(r.Budget, defaultBudget))
	defer cancel()
	project, err := r.Engine.Open(ctx, engine.Request{Dir: r.Dir, Env: r.Env}) // settings may have changed
	if err != nil {
		return nil, err
	}
	r.project = project
	if r.Verify != nil {
		return r.Verify(ctx, project, since)
	}
	return project.Check(ctx)
}

// round gives the agent a turn and judges it. next is the prompt of the round to come, empty when there is none.
func (r *run) round(ctx context.Context, n int, prompt string) (next string, err error) {
	r.say("round %d: the agent works", n)
	turn, err := r.Agent.Prompt(ctx, prompt)
	if err != nil {
		r.report.Ended = "the agent did not go on"
		return "", fmt.Errorf("round %d: %w", n, err)
	}
	round := Round{Number: n, Stop: turn.Stop, Said: turn.Said, Verdict: engine.Incomplete, By: ByNothing, Open: []finding.Finding{}}
	now, err := engine.SnapshotAll(ctx, r.project.Root)
	if err != nil {
		return "", err
	}
	round.Files = changedFiles(r.state.Versions(now))
	r.state = now
	r.say("round %d: %s; checking", n, countFiles(round.Files))
	res, err := r.check(ctx, r.begin)
	if err != nil {
		r.report.Ended = "the check could not be run"
		r.report.Rounds = append(r.report.Rounds, round)
		return "", fmt.Errorf("check round %d: %w", n, err)
	}
	if err := r.judge(ctx, res, &round); err != nil {
		return "", err
	}
	r.report.Rounds = append(r.report.Rounds, round)
	r.report.Verdict, r.report.Session = round.Verdict, r.Agent.Session()
	r.keep()
	r.say("round %d: %s", n, round.words())
	return r.after(&round, res), nil
}

// judge compares what the check says with the state before the session.
func (r *run) judge(ctx context.Context, res *engine.Result, round *Round) error {
	weak, err := r.project.WeakenedSince(ctx, r.begin)
	if err != nil {
		return err
	}
	since, err := r.begin.Changes(ctx, r.project.Root)
	if err != nil {
		return err
	}
	var open, unsure []finding.Finding
	for _, f := range slices.Concat(weak.Findings, res.Findings) {
		threshold := r.project.Settings.FailOn
		if isWeakening(weak, f) {
			threshold = weak.FailOn
		}
		switch {
		case f.Severity < threshold || slices.Contains(r.before, f.ID):
		case !r.ran && r.before != nil && r.foundByRuns(f) && !since.Touches(&f):
			unsure = append(unsure, f)
		default:
			open = append(open, f)
		}
	}
	finding.Sort(open)
	round.New, round.Fixed = difference(open, r.open), difference(r.open, open)
	r.open = open
	round.Open = append(round.Open, open...)
	round.Verdict = r.verdict(res, open, unsure)
	round.rests(res)
	for _, u := range res.Unknowns {
		round.NotKnown = append(round.NotKnown, u.What+": "+u.Reason)
	}
	for _, f := range unsure {
		round.NotKnown = append(round.NotKnown, fmt.Sprintf("%s:%d %s: it may have been there before, when the tests could not all be run", f.File, f.Line, f.Message))
	}
	return nil
}

// foundByRuns reports whether only runs of tests find what the rule is about.
func (r *run) foundByRuns(f finding.Finding) bool {
	return slices.ContainsFunc(r.Engine.Rules, func(have *analysis.Rule) bool { return have.ID == f.Rule && have.Rung() == "explore" })
}

// rests says what the verdict rests on.
func (round *Round) rests(res *engine.Result) {
	if round.Verdict == engine.Incomplete || round.Verdict == engine.DoesNotBuild {
		return
	}
	round.By = ByReading
	for _, g := range res.Rungs {
		if g.Name == "explore" {
			round.Runs = g.Reason
			if g.Status == "ok" || g.Status == "findings" {
				round.By = ByRuns
			}
		}
	}
}

func isWeakening(w *engine.Weakened, f finding.Finding) bool {
	return slices.ContainsFunc(w.Findings, func(have finding.Finding) bool { return have.ID == f.ID })
}

// verdict is that of a round: what was there before does not count, but nothing that was not checked is clean. Where no test can be run
// that reaches the change, the static check decides, and the report says so.
func (r *run) verdict(res *engine.Result, open, unsure []finding.Finding) engine.Verdict {
	switch {
	case res.Verdict == engine.DoesNotBuild, res.TestsBroken && !r.broken:
		return engine.DoesNotBuild
	case len(open) > 0:
		return engine.Findings
	case len(unsettled(res)) > 0 || len(res.Rungs) == 0 || len(unsure) > 0:
		return engine.Incomplete
	}
	return engine.Clean
}

// difference counts the findings of a that b does not hold.
func difference(a, b []finding.Finding) int {
	n := 0
	for _, f := range a {
		if !slices.ContainsFunc(b, func(have finding.Finding) bool { return have.ID == f.ID }) {
			n++
		}
	}
	return n
}

// after decides whether there is another round, and with which words.
func (r *run) after(round *Round, res *engine.Result) string {
	switch round.Verdict {
	case engine.Clean:
		r.report.Ended = "nothing is open"
		if round.By == ByReading {
			r.report.Ended += ", as far as reading the code tells: no run was made"
		}
		return ""
	case engine.Incomplete:
		r.report.Ended = "something could not be checked, which the agent cannot mend"
		return ""
	}
	switch {
	case round.Stop == "refusal":
		r.report.Ended = "the agent refuses"
		return ""
	case round.Stop == "cancelled":
		r.report.Ended = "the agent was cancelled"
		return ""
	}
	told := string(round.Verdict)
	for _, f := range r.open {
		told += " " + f.ID
	}
	if told == r.told && len(round.Files) == 0 {
		r.report.Ended = "the agent was told twice and changed nothing"
		return ""
	}
	r.told = told
	return r.findings(round, res)
}

func (r *run) keep() {
	if r.Keep != nil {
		r.Keep(State{Session: r.Agent.Session(), Task: r.Task, Agent: r.Name, Before: r.before, Ran: r.ran, Broken: r.broken, Open: r.open, begin: r.begin})
	}
}

func (r *run) say(format string, args ...any) {
	if r.Out != nil {
		fmt.Fprintf(r.Out, "pollux loop: "+format+"\n", args...)
	}
}

// errNoKey is what a model behind an endpoint cannot do without.
var errNoKey = errors.New("there is no key in the environment")
