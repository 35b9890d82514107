package explore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pollux/internal/cache"
	"pollux/internal/finding"
)

// shrinking makes the schedule of a witness as plain as it can be while the test still fails in the same way: delta debugging
// (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002) over the decisions that are not those of
// plain tokio.
//
// Departures are left out in pieces first, then one by one. Each is told with the place where it is taken, so that those that stay
// mean the same; what is left is gone over as a plain list of decisions, too. A trial that ends as the witness does is taken at its
// word, and only the result of a round is run again with everything written down: where that turns out to be another failure, the
// round begins anew and each step is looked at.
//
// When it ends by itself the schedule is 1-minimal: no decision can be left to plain tokio, or be taken away, without the
// test passing or failing in another way. May keep more than one mistake needs: two decisions that can only go together stay.
type shrinking struct {
	*search
	witness *Witness
	like    string    // what must happen again
	run     *schedule // of the witness
	left    int       // schedules that may still be tried
	polls   int       // and polls that these may take together; noBound means any number
	until   time.Time // a guard against hanging: no schedule is tried after it; zero means no limit
	late    bool      // the guard ended it
	tried   int
	strict  bool // every step is run again in full
	// also is asked of a result that fails as the witness does: nil means that nothing else matters.
	also alsoHolds
}

// alsoHolds is asked of a run that fails as the witness does.
type alsoHolds func(ctx context.Context, s *shrinking, run *schedule) (bool, error)

// Most schedules that are tried to shrink a witness: as a part of an exploration, the same where each takes a process, and when
// that is what was asked for.
const (
	shrinkWithin      = 4000
	shrinkWithinFresh = 400
	shrinkAlone       = 40000
)

// shrinkPolls bounds the polls of all these schedules, as a part of an exploration: a large test has as many steps tried, and not
// as many schedules. Both bounds are counts, so that another machine comes as far.
const (
	shrinkPolls = 5_000_000
	noBound     = 1 << 62
)

// replayCost is for how many schedules a run counts that has a process of its own and everything written down, lateCost the same of a
// process that did not come to its end.
const (
	replayCost = 10
	lateCost   = 200
)

// trialLimits is how many times the limit of one schedule a process of trials may take.
const trialLimits = 3

// shrinkGuard is after how long a finding is shrunk no further, whatever the counts say. That depends on the machine, so the finding
// says it.
const shrinkGuard = 10 * time.Minute

// batchOfTrials is how many schedules one process tries.
const batchOfTrials = 64

// likeness is what a run must have in common with another one to fail in the same way: the places, not the numbers of tasks.
func (s *search) likeness(run *schedule) string {
	parts := []string{s.ruleOf(run), run.outcome}
	if at, ok := s.culprit(run); ok {
		parts = append(parts, fmt.Sprint(at.place))
	}
	var places []string
	for _, w := range s.waits(run) {
		if len(w.frames) > 0 {
			places = append(places, fmt.Sprint(w.frames[0].place))
		}
	}
	slices.Sort(places)
	return strings.Join(append(parts, slices.Compact(places)...), " ")
}

// plain reports whether a decision is that of plain tokio. A cancellation is none of the schedule's, and stays.
func plain(word string) bool {
	return setting(word) || strings.HasPrefix(word, cancellation) || strings.HasPrefix(word[1:], "0")
}

// deviations counts the decisions that are not those of plain tokio.
func deviations(words []string) int {
	n := 0
	for _, word := range words {
		if !plain(word) {
			n++
		}
	}
	return n
}

// shrink tries until nothing more can be left out, and reports whether it came so far.
func (s *shrinking) shrink(ctx context.Context) (minimal bool, err error) {
	sure, full := s.witness, s.run
	for {
		before := s.witness.Hash
		if err := s.round(ctx); err != nil {
			s.witness, s.run = sure, full
			return false, err
		}
		if s.witness.Hash != sure.Hash && !s.strict {
			kept, err := s.confirmed(ctx)
			if err != nil || !kept {
				s.witness, s.run, s.strict = sure, full, true
				if err != nil || s.left <= 0 {
					return false, err
				}
				continue
			}
		}
		sure, full = s.witness, s.run
		if s.left <= 0 {
			return false, nil
		}
		if s.witness.Hash == before {
			return true, nil
		}
	}
}

// round leaves out what it can.
func (s *shrinking) round(ctx context.Context) error {
	for _, change := range []change{withoutThem, withoutThemMoved, plainer, shorter} {
		if err := s.pass(ctx, change); err != nil {
			return err
		}
	}
	return nil
}

// change makes the line of a trial from a run, without the deviations with these numbers; nil when it has nothing to say.
type change func(run *schedule, without []int) []string

// plainer leaves the decisions to plain tokio.
func plainer(run *schedule, without []int) []string {
	out := slices.Clone(run.decisions)
	at := places(out)
	for _, n := range without {
		i := at[n]
		kind, ways := out[i][:1], ""
		if _, n, ok := strings.Cut(out[i], "/"); ok {
			ways = "/" + n
		}
		out[i] = kind + "0" + ways
	}
	return out
}

// shorter takes the decisions away, so that later ones of their kind move up.
func shorter(run *schedule, without []int) []string {
	at := places(run.decisions)
	out := make([]string, 0, len(run.decisions))
	for i, word := range run.decisions {
		if n := slices.Index(at, i); n < 0 || !slices.Contains(without, n) {
			out = append(out, word)
		}
	}
	return out
}

// pass goes over the deviations in pieces, large ones first, and keeps each change with which the test still fails.
func (s *shrinking) pass(ctx context.Context, change change) error {
	size := max(1, deviations(s.run.decisions))
	for from := 0; s.left > 0 && size > 0; {
		n := deviations(s.run.decisions)
		var trials [][]string
		for at := from; at < n; at += size {
			if trial := change(s.run, upTo(at, min(at+size, n))); trial != nil {
				trials = append(trials, trial)
			}
		}
		taken, err := s.try(ctx, trials)
		if err != nil {
			return err
		}
		if taken >= 0 {
			from += taken * size // what stands before could not be left out
			continue
		}
		if from > 0 && size > 1 || from == 0 {
			size /= 2
		}
		from = 0
	}
	return nil
}

func upTo(from, to int) []int {
	out := make([]int, 0, to-from)
	for n := from; n < to; n++ {
		out = append(out, n)
	}
	return out
}

// places are the positions of the deviations.
func places(words []string) []int {
	var out []int
	for i, word := range words {
		if !plain(word) {
			out = append(out, i)
		}
	}
	return out
}

// try runs the trials in order until one fails as the witness does and is plainer than it, which becomes the witness. It
// returns its index, -1 when there is none.
func (s *shrinking) try(ctx context.Context, trials [][]string) (int, error) {
	done := 0
	for done < len(trials) && s.left > 0 {
		if !s.until.IsZero() && time.Now().After(s.until) {
			s.left, s.late = 0, true
			break
		}
		batch := trials[done:min(done+batchOfTrials, len(trials), done+s.left)]
		runs, err := s.trials(ctx, batch)
		if err != nil {
			return -1, err
		}
		for i := range runs {
			kept, err := s.keeps(ctx, &runs[i])
			if err != nil || kept {
				s.spend(runs[:i+1])
				return done + i, err
			}
		}
		s.spend(runs)
		done += len(runs)
	}
	return -1, nil
}

// spend counts schedules that were tried.
func (s *shrinking) spend(runs []schedule) {
	s.left, s.tried = s.left-len(runs), s.tried+len(runs)
	for i := range runs {
		s.polls -= runs[i].polls
	}
	if s.polls <= 0 {
		s.left = 0
	}
}

// trials runs as many of the lists of decisions as one process can, at least one.
func (s *shrinking) trials(ctx context.Context, lists [][]string) ([]schedule, error) {
	mode := "batch"
	if s.fresh {
		mode, lists = "one", lists[:1]
	}
	script, err := s.script(lists)
	if err != nil {
		return nil, err
	}
	defer os.Remove(script)
	end, err := s.start(ctx, process{
		program: s.program, args: testArgs(s.test), script: script,
		plan: plan{mode: mode, phase: s.witness.Phase, count: len(lists), record: true, trial: true, io: true, sweep: sweepPlan{counting: s.also != nil}}.String(), limit: trialLimits * s.limit,
	})
	if err != nil {
		return nil, err
	}
	if end.late {
		s.left, s.late = s.left-lateCost, true
	}
	if !s.fresh && !end.record.batch {
		s.fresh = true
		return s.trials(ctx, lists)
	}
	runs := end.record.schedules
	if s.fresh && len(runs) > 0 {
		runs[0].outcome = outcomeOf(end, &runs[0])
	}
	if len(runs) == 0 {
		runs = []schedule{{}} // one that ended in no known way
	}
	return runs, nil
}

func (s *search) script(lists [][]string) (string, error) {
	f, err := os.CreateTemp(filepath.Join(s.tests.TargetDir, "records"), "trials-*")
	if err != nil {
		return "", fmt.Errorf("shrink: %w", err)
	}
	defer f.Close()
	for _, words := range lists {
		if _, err := fmt.Fprintln(f, strings.Join(words, " ")); err != nil {
			return "", fmt.Errorf("shrink: %w", err)
		}
	}
	return f.Name(), nil
}

// keeps makes the run the witness when it fails as that does and is plainer. When each step is looked at it must repeat in a fresh
// process, too.
func (s *shrinking) keeps(ctx context.Context, run *schedule) (bool, error) {
	if run.outcome != s.run.outcome || !simpler(run.decisions, s.witness.Decisions) || !samePanic(run, s.run) || (run.cancelled == nil) != (s.run.cancelled == nil) {
		return false, nil
	}
	witness, full := s.witness, s.run
	next := *s.witness
	next.Hash, next.Decisions = run.hash, run.decisions
	s.witness, s.run = &next, run
	if !s.strict {
		return true, nil
	}
	kept, err := s.confirmed(ctx)
	if err != nil || !kept {
		s.witness, s.run = witness, full
	}
	return kept, err
}

// confirmed runs the witness again in full and reports whether it fails as it should.
func (s *shrinking) confirmed(ctx context.Context) (bool, error) {
	s.left -= replayCost
	again, err := s.inFull(ctx, s.witness, s.run.polls)
	if err != nil || again == nil || s.likeness(again) != s.like {
		return false, err
	}
	if s.clockMatters(again) {
		if real, err := s.failsInRealTime(ctx, again); err != nil || !real {
			return false, err
		}
	}
	if s.also != nil {
		if ok, err := s.also(ctx, s, again); err != nil || !ok {
			return false, err
		}
	}
	s.witness.Failure = s.failure(again)
	s.run = again
	return true, nil
}

// simpler puts deviations before length before the choices themselves.
func simpler(a, b []string) bool {
	if m, n := deviations(a), deviations(b); m != n {
		return m < n
	}
	return len(a) < len(b)
}

// inFull runs the decisions of a witness with everything written down; nil when it is another run.
func (s *search) inFull(ctx context.Context, w *Witness, polls int) (*schedule, error) {
	end, err := s.replay(ctx, w, plan{mode: "one", phase: w.Phase, seed: w.Seed, record: true, verbose: true, report: max(0, polls-detailPolls)})
	if err != nil || differs(w, end) != "" {
		return nil, err
	}
	run := &end.record.schedules[0]
	run.outcome = outcomeOf(end, run)
	run.stranded, _ = numbers(w.Stranded)
	return run, nil
}

// shortest is what became of a fresh witness, and the run that it stands for.
type shortest struct {
	witness *Witness
	run     *schedule
	path    string
	minimal bool // no decision can be left out
	late    bool // a limit of time took part in where it ended
}

// shortened shrinks a fresh witness within a bound, so that what a person reads is short. The longer witness goes.
func (s *search) shortened(ctx context.Context, w *Witness, run *schedule, path string, also alsoHolds) (shortest, error) {
	like := s.likeness(run)
	again := &shrinking{search: s, witness: w, like: like, run: run, also: also, left: shrinkWithin, polls: shrinkPolls, until: time.Now().Add(shrinkGuard)}
	if s.fresh {
		again.left = shrinkWithinFresh
	}
	minimal, err := again.shrink(ctx)
	out := shortest{w, run, path, minimal, again.late}
	if err != nil && ctx.Err() == nil {
		return out, err
	}
	if again.witness == w {
		// Only a repetition tells which steps are odd: what a seed decides is not known before the step.
		if told, err := s.inFull(ctx, w, run.polls); err == nil && told != nil {
			out.run = told
		}
		return out, nil
	}
	next, err := again.witness.keep(s.tests.TargetDir)
	if err != nil {
		return out, err
	}
	_ = os.Remove(path)
	out.witness, out.run, out.path = again.witness, again.run, next
	return out, nil
}

// Shrunk is what became of a witness.
type Shrunk struct {
	Path     string // of the shorter witness; empty when nothing could be left out
	From, To int    // decisions that plain tokio would not take
	Tried    int    // schedules
	Minimal  bool   // no single decision can be left out
}

// Shrink makes the witness at path as plain as it can be, and writes the result beside it. When ctx ends first, what was
// reached counts.
func Shrink(ctx context.Context, tests *Workspace, w *Witness, path string, opt Options) (*Replayed, error) {
	s, out, err := reopen(ctx, tests, w, opt)
	if err != nil || s == nil {
		return out, err
	}
	if err := out.run(ctx, s, w); err != nil || out.Finding == nil {
		return out, err
	}
	end, err := s.replay(ctx, w, plan{mode: "one", phase: w.Phase, seed: w.Seed})
	if err != nil {
		return nil, err
	}
	run, err := s.inFull(ctx, w, end.record.schedules[0].polls)
	if err != nil || run == nil {
		return out, err
	}
	again := &shrinking{search: s, witness: w, like: s.likeness(run), run: run, left: shrinkAlone, polls: noBound}
	minimal, err := again.shrink(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	out.Shrunk = &Shrunk{From: deviations(w.Decisions), To: deviations(again.witness.Decisions), Tried: again.tried, Minimal: minimal}
	if again.witness == w {
		return out, nil
	}
	if out.Shrunk.Path, err = again.witness.beside(path); err != nil {
		return nil, err
	}
	out.tell(s, again.run)
	if minimal {
		out.Finding.Verdict = finding.Shrunk
	}
	return out, nil
}

// beside writes a shrunk witness next to the one that it was made of.
func (w *Witness) beside(path string) (string, error) {
	base := strings.TrimSuffix(path, ".txt")
	next := strings.TrimSuffix(base, ".shrunk") + ".shrunk.txt"
	if err := cache.WriteFile(next, []byte(w.String())); err != nil {
		return "", fmt.Errorf("keep the shrunk witness: %w", err)
	}
	return next, nil
}
