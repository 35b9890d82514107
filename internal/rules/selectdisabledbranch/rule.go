// Package selectdisabledbranch reports a `select!` whose branches can all be switched off with nothing left to wait for, a pattern that
// silently drops errors, and a branch whose expression panics when its precondition is false.
//
// Invariant: at most one finding for the race as a whole, placed on the macro, and one for each branch, placed on its expression.
//
// May miss preconditions that are no test of one place, and patterns on the crate's own enums. Does not report a race with two
// branches that only preconditions switch off: they can exclude each other.
package selectdisabledbranch

import (
	_ "embed" // the page
	"slices"
	"strconv"
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "select-disabled-branch",
	Family:   "cancel",
	Doc:      doc,
	Since:    "0.2",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.Schedules,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for fn, race := range pass.Races() {
		poll := pass.Crate.ClosureOf(fn, race.Poll, race.Body)
		if race.Kind != coro.First || poll == nil {
			continue
		}
		s := &selection{pass: pass, fn: fn, race: race, body: fn.Coroutine(), refused: coro.Mismatches(poll, len(race.Branches)), when: fn.Coroutine().Preconditions(race)}
		s.checkExpressions()
		s.checkPatterns()
		s.checkAll()
	}
}

// selection is one race of a macro under question.
type selection struct {
	pass    *analysis.Pass
	fn      *facts.Fn
	race    *coro.Race
	body    *coro.Body
	refused [][]coro.Mismatch
	when    map[int]coro.Precondition
}

// checkExpressions reports an expression that needs what its own precondition tests: the macro evaluates it all the same.
func (s *selection) checkExpressions() {
	for i := range s.race.Branches {
		when, ok := s.when[i]
		if !ok {
			continue
		}
		test, ok := s.body.Requires(when)
		if !ok {
			continue
		}
		if at, call, ok := s.body.Unwraps(&s.race.Branches[i], test); ok {
			s.pass.Report(s.fn, finding.Error, finding.Finding{
				Span:    s.pass.At(s.fn, at, call.Pos),
				Message: "this panics when the branch's own precondition is false: " + s.race.Name + " evaluates the expression of a disabled branch too",
				Label:   "evaluated whether the branch is enabled or not",
				Because: []finding.Because{{Span: s.pass.At(s.fn, when.Block, s.body.Func.Blocks[when.Block].Term.Pos), Message: "the precondition"}},
				Fix:     "move the expression into an async block, which runs only when it is polled: `async { value.as_mut().unwrap().recv().await }, if ..`",
			})
		}
	}
}

// checkPatterns reports a pattern that takes the items of a stream of Results and drops its errors, in a loop that goes on.
func (s *selection) checkPatterns() {
	for i, refused := range s.refused {
		err := slices.IndexFunc(refused, func(m coro.Mismatch) bool { return m.Variant == "Err" })
		ends := slices.ContainsFunc(refused, func(m coro.Mismatch) bool { return m.Variant == "None" })
		made := s.race.Branches[i].Made
		if err < 0 || made.Block == mir.NoBlock || !s.goesOn(i) {
			continue
		}
		_, conditional := s.when[i]
		severity, message := finding.Info, "an `Err` of this branch is dropped unseen: its pattern does not take it, and the "+s.race.Name+" waits for the other branches"
		if ends && !conditional && !s.refills(i) {
			severity = finding.Warning
			message = "an `Err` of this branch is dropped unseen, and the end of the stream too: its pattern takes neither, and the " + s.race.Name + " waits for the other branches"
		}
		s.pass.Report(s.fn, severity, finding.Finding{
			Span:    s.pass.At(s.fn, made.Block, made.Pos),
			Message: message,
			Label:   "its `" + mir.LastSegment(mir.Head(refused[err].Type)) + "` is taken only when it is `Ok`",
			Because: []finding.Because{{Span: s.pass.At(s.fn, s.race.Block, s.race.Pos), Message: "a value that does not match is dropped here, and the branch is off for this turn"}},
			Fix:     "take every outcome, `item = .. => match item { .. }`, and say what an error and the end mean",
		})
	}
}

// refills reports whether the end of a source is only that it is empty for now.
func (s *selection) refills(branch int) bool {
	source, ok := s.source(branch)
	return ok && source.Refills
}

func (s *selection) source(branch int) (*knowledge.Source, bool) {
	made := s.race.Branches[branch].Made
	if made.Block == mir.NoBlock || made.Callee == "" {
		return nil, false
	}
	return s.pass.Tables.Source(s.pass.Crate.Callee(made.Callee))
}

// goesOn reports whether the code comes back to a branch after another has won.
func (s *selection) goesOn(branch int) bool {
	return slices.ContainsFunc(s.race.Endings(branch), func(e coro.Ending) bool { return s.body.Again(s.race, e.Variant, branch, coro.Nothing, nil) })
}

// checkAll reports a race that panics because every branch can be off.
func (s *selection) checkAll() {
	if s.race.None == "" || !s.body.Panics(s.race, s.race.None) {
		return
	}
	var because []finding.Because
	conditions := 0
	for i := range s.race.Branches {
		made := s.race.Branches[i].Made
		_, conditional := s.when[i]
		switch {
		case !conditional && s.canRefuse(i):
			because = append(because, finding.Because{Span: s.pass.At(s.fn, made.Block, made.Pos), Message: "off once " + values(s.refused[i]) + " comes, which its pattern does not take"})
		case conditional:
			conditions++
			because = append(because, finding.Because{Span: s.pass.At(s.fn, made.Block, made.Pos), Message: "off while its precondition is false"})
		default:
			return
		}
	}
	if conditions > 1 || conditions == len(s.race.Branches) {
		return
	}
	s.pass.Report(s.fn, finding.Warning, finding.Finding{
		Span:    s.pass.At(s.fn, s.race.Block, s.race.Pos),
		Message: "this " + s.race.Name + " panics when " + count(len(s.race.Branches)) + ": it has no `else` branch (" + strconv.Quote(s.race.None) + ")",
		Label:   "every branch can be off",
		Because: because,
		Fix:     "add an `else` branch that says what to do then, often `else => break`",
	})
}

func count(branches int) string {
	if branches == 1 {
		return "its branch is off"
	}
	return "all of its branches are off"
}

// canRefuse reports whether a value can come that the pattern of a branch does not take, as far as one can tell.
func (s *selection) canRefuse(branch int) bool {
	if len(s.refused[branch]) == 0 {
		return false
	}
	if s.race.Branches[branch].Made.Block == mir.NoBlock {
		return false
	}
	source, ok := s.source(branch)
	return !ok || source.Ends || source.Refills || source.Sender != "" && !s.holds(source.Sender)
}

// holds reports whether the function has a value of a type at hand, or something with one.
func (s *selection) holds(name string) bool {
	leaves := s.pass.Crate.Shapes.Leaves(func(typ string) bool {
		return s.pass.Tables.IsNamed(s.pass.Crate.Global(mir.Head(typ)), name)
	})
	return slices.ContainsFunc(s.body.Func.Locals, func(v mir.Var) bool {
		typ := v.Type
		for mir.Pointee(typ) != "" {
			typ = mir.Pointee(typ)
		}
		return len(leaves(typ)) > 0
	})
}

// values names what a pattern refuses.
func values(refused []coro.Mismatch) string {
	var out []string
	for _, m := range refused {
		name := "another value"
		if m.Variant != "" {
			name = "`" + m.Variant + "`"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, " or ")
}
