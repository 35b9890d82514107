// Package briefing says what a model should know before it writes async code in a place: which runtime the code runs under, which
// versions are locked and what they differ in from other years' code, what a spawned future must be, what a cancel does to the
// functions at hand, what is open, and which code is hard.
//
// It states facts and gives no orders, and it never exceeds [MaxBytes]: what is left out is counted. It judges nothing: open findings
// are those of a check, and what a cancel does is inferred by internal/facts.
package briefing

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/knowledge/versions"
	"pollux/internal/mir"
)

// MaxBytes bounds the text. Models count one token for a bit more than three bytes of such text, so it is at most 400 tokens.
const MaxBytes = 1280

// Place is something at a place.
type Place struct {
	What string       `json:"what"`
	At   finding.Span `json:"at"`
}

// Library is a locked version.
type Library struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Cancel is what dropping a function's future half-way does.
type Cancel struct {
	Function string       `json:"function"`
	Verdict  string       `json:"verdict"`
	Reason   string       `json:"reason"`
	At       finding.Span `json:"at"`
}

// Brief is what is known. Lists are sorted; an empty one means that nothing of the kind was found.
type Brief struct {
	Schema    string            `json:"schema"`
	Root      string            `json:"root"`
	Path      string            `json:"path"` // relative to root, what the question was about; "." for the whole project
	Runtimes  []Place           `json:"runtimes"`
	Needs     []Place           `json:"needs"` // what functions of libraries need of the runtime that their caller has
	Libraries []Library         `json:"libraries"`
	Traps     []string          `json:"traps"`
	Off       []string          `json:"off"` // features that are not switched on
	Spawns    []Place           `json:"spawns"`
	Cancels   []Cancel          `json:"cancels"` // of functions in reach for which a cancel is not harmless
	Safe      int               `json:"cancel_safe"`
	Undecided int               `json:"cancel_undecided"`
	Open      []finding.Finding `json:"open"`
	Hard      []Place           `json:"hard"`
	Unchecked []string          `json:"unchecked"` // why the rest may be incomplete
}

// Schema names the form of a Brief as JSON.
const Schema = "pollux-context/1"

// New is the part of a brief that the build tells: versions and features.
func New(c *cargo.Capture, at string) *Brief {
	b := &Brief{Schema: Schema, Root: c.Root, Path: at, Runtimes: []Place{}, Needs: []Place{}, Libraries: []Library{}, Traps: []string{}, Off: []string{}, Spawns: []Place{},
		Cancels: []Cancel{}, Open: []finding.Finding{}, Hard: []Place{}, Unchecked: []string{}}
	for _, name := range versions.Libraries() {
		for _, version := range locked(c, name) {
			b.Libraries = append(b.Libraries, Library{name, version})
		}
	}
	for rank := 1; rank <= 3; rank++ { // the worst first, whatever the library
		for _, l := range b.Libraries {
			for _, t := range versions.Traps(l.Name, l.Version) {
				if t.Rank == rank && (t.Feature == "" || on(c, l.Name)[t.Feature]) {
					b.Traps = append(b.Traps, t.Says)
				}
			}
		}
	}
	b.Off = off(c)
	return b
}

// locked are the versions of a library in the build, the newest first.
func locked(c *cargo.Capture, name string) []string {
	var out []string
	for _, u := range c.Units {
		if u.Package == name && !slices.Contains(out, u.Version) && (u.Kind == "lib" || u.Kind == "proc-macro") {
			out = append(out, u.Version)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// off lists the features of libraries that no unit of theirs was built with.
func off(c *cargo.Capture) []string {
	out := []string{}
	for _, name := range versions.Libraries() {
		have := on(c, name)
		for _, f := range versions.Features(name) {
			switch {
			case have == nil || have[f.Name]:
			case f.Gives == "":
				out = append(out, name+"/"+f.Name)
			default:
				out = append(out, fmt.Sprintf("%s/%s (%s)", name, f.Name, f.Gives))
			}
		}
	}
	return out
}

// on are the features that a library was built with; nil when it was not built.
func on(c *cargo.Capture, name string) map[string]bool {
	var out map[string]bool
	for _, u := range c.Units {
		if u.Package == name && u.Kind == "lib" {
			if out == nil {
				out = map[string]bool{}
			}
			for _, f := range u.Features {
				out[f] = true
			}
		}
	}
	return out
}

// Add takes in what one unit of the project shows.
func (b *Brief) Add(u cargo.Unit, pass *analysis.Pass) {
	if u.Kind == "lib" && !u.Test {
		b.needs(pass)
	}
	for _, fn := range pass.Crate.Fns {
		if fn.MIR() != nil {
			b.calls(pass, fn)
		}
	}
	for _, fn := range pass.Crate.AsyncFns() {
		at := pass.At(fn, 0, fn.MIR().Pos)
		if fn.Coroutine() == nil && at.Known() {
			b.Hard = append(b.Hard, Place{"hand-written poll", at})
		}
	}
	b.cancels(pass)
}

// calls notes the calls of a function that say something about where futures run.
func (b *Brief) calls(pass *analysis.Pass, fn *facts.Fn) {
	f := fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Call || t.Func.Kind != mir.Constant {
			continue
		}
		name := pass.Crate.Callee(t.Func.Text)
		if runtime, ok := versions.Entry(name.Path); ok {
			b.Runtimes = note(b.Runtimes, runtime, pass.At(fn, mir.Block(i), t.Pos))
		}
		if demands, ok := versions.Spawn(name.Path); ok {
			b.Spawns = note(b.Spawns, demands, pass.At(fn, mir.Block(i), t.Pos))
		}
		if what, ok := versions.Hard(name.Path, fn.Coroutine() != nil); ok {
			b.Hard = note(b.Hard, what, pass.At(fn, mir.Block(i), t.Pos))
		}
	}
}

// needs notes what the functions of a library need of the runtime that calls or polls them.
func (b *Brief) needs(pass *analysis.Pass) {
	for _, fn := range pass.Crate.Fns {
		if fn.Coroutine() != nil || strings.HasSuffix(fn.Path, "}") {
			continue
		}
		for _, n := range slices.Concat(pass.Crate.NeedsOf(fn), pass.Crate.FutureNeeds(fn)) {
			b.Needs = note(b.Needs, n.Knowledge().Capability.Name(), pass.At(fn, 0, fn.MIR().Pos))
		}
	}
}

// note adds a place in the user's own source.
func note(places []Place, what string, at finding.Span) []Place {
	if !at.Known() || path.IsAbs(at.File) {
		return places
	}
	return append(places, Place{what, at})
}

// maxInferred bounds for how many functions a cancel is inferred.
const maxInferred = 300

// cancels infers what dropping the futures in reach does: those of the place, and those that they await.
func (b *Brief) cancels(pass *analysis.Pass) {
	for n, fn := range b.reach(pass) {
		if n == maxInferred {
			b.Unchecked = append(b.Unchecked, "what a cancel does was inferred for some of the functions only")
			return
		}
		c := pass.Crate.CancelFn(fn)
		switch c.Verdict {
		case knowledge.CancelSafe, knowledge.CancelFairness:
			b.Safe++
		case knowledge.CancelUnknown, knowledge.CancelInherits:
			b.Undecided++
		default:
			b.Cancels = append(b.Cancels, Cancel{fn.Readable(), string(c.Verdict), c.Reason, pass.At(fn, 0, fn.MIR().Pos)})
		}
	}
}

func (b *Brief) reach(pass *analysis.Pass) []*facts.Fn {
	var out []*facts.Fn
	add := func(fn *facts.Fn) {
		if fn != nil && fn.Coroutine() != nil && !slices.Contains(out, fn) && !pass.Crate.IsRoot(fn.Coroutine()) {
			out = append(out, fn)
		}
	}
	for _, fn := range pass.Crate.AsyncFns() {
		if fn.Coroutine() == nil || !b.covers(pass.At(fn, 0, fn.MIR().Pos).File) {
			continue
		}
		add(fn)
		for _, await := range fn.Coroutine().Awaits {
			add(pass.Crate.CoroutineOf(await.Type))
		}
	}
	return out
}

// covers reports whether a file is what the question was about, or lies below it.
func (b *Brief) covers(file string) bool {
	return file != "" && (b.Path == "." || file == b.Path || strings.HasPrefix(file, b.Path+"/"))
}

// Finish puts everything in order, and takes the open findings of the place first.
func (b *Brief) Finish(open []finding.Finding) {
	for _, f := range open {
		if f.Severity >= finding.Warning {
			b.Open = append(b.Open, f)
		}
	}
	slices.SortStableFunc(b.Open, func(x, y finding.Finding) int { return near(b, x.File) - near(b, y.File) })
	b.Needs = b.ordered(b.Needs)
	b.Runtimes, b.Spawns, b.Hard = b.ordered(b.Runtimes), b.ordered(b.Spawns), b.ordered(b.Hard)
	slices.SortStableFunc(b.Cancels, func(x, y Cancel) int {
		return cmp.Or(near(b, x.At.File)-near(b, y.At.File), finding.ComparePlace(x.At, y.At), cmp.Compare(x.Function, y.Function))
	})
	b.Cancels = slices.CompactFunc(b.Cancels, func(x, y Cancel) bool { return x.Function == y.Function && x.At == y.At })
	slices.Sort(b.Unchecked)
	b.Unchecked = slices.Compact(b.Unchecked)
}

func (b *Brief) ordered(places []Place) []Place {
	slices.SortStableFunc(places, func(x, y Place) int {
		return cmp.Or(near(b, x.At.File)-near(b, y.At.File), cmp.Compare(x.What, y.What), finding.ComparePlace(x.At, y.At))
	})
	return slices.Compact(places)
}

// near is 0 for a file that the question was about, 1 for another.
func near(b *Brief, file string) int {
	if b.covers(file) {
		return 0
	}
	return 1
}
