package knowledge

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/semver"

	"pollux/internal/mir"
)

// Capability is something that code can need of the runtime that runs it.
type Capability struct {
	ID      string
	Runtime string   // which runtime has it: "tokio"
	Parts   []string // of that runtime: "time", "io", "local", "multi"; each of them; none: any runtime of the kind will do
	Part    string   // the parts in a word or two: "timers"
	Older   string   // as Outside, for tokio 0.2
	Waker   bool     // it is known by the waker, which the one who polls makes: nothing that is around counts
	Outside string   // what happens where there is no such runtime: "panics: there is no reactor running, .."
	Lacking string   // the same where the runtime is there and has not all of the parts
	Root    string   // how the one who starts the code gives it: "start it with .."
	Leaf    string   // how the code does without, for one who starts it without such a runtime; may be empty
	Enable  string   // how a runtime that is there gets the parts
	Thread  string   // both ways out for code of a plain thread; empty: as for others
}

// Name is the runtime with the parts, for a reader: "tokio with timers".
func (c *Capability) Name() string {
	if len(c.Parts) == 0 {
		return c.Runtime
	}
	return c.Runtime + " with " + c.Part
}

// Need is a call, or a future, that needs a capability.
type Need struct {
	ID         string
	Name       string // as its library documents it: "tokio::time::sleep"
	Capability *Capability
	Polled     bool // the call alone does not need it, the first poll of the future that it makes does
	Versions
	Without string // a feature "crate/name" with which it does not hold
}

// Versions are those of a crate that a row speaks of.
type Versions struct {
	Crate        string
	Since, Until string // the first version that it holds for, and the first that it does not; empty: no limit
}

// Hold reports whether a version is among them.
func (v Versions) Hold(version string) bool {
	return (v.Since == "" || semver.Compare("v"+version, "v"+v.Since) >= 0) && (v.Until == "" || semver.Compare("v"+version, "v"+v.Until) < 0)
}

// Start is how the future or closure that a [Root] is given is run.
type Start string

// The ways to run a future or closure.
const (
	StartDriven  Start = "driven"  // on this thread, before the call returns
	StartTask    Start = "task"    // in a task of the runtime
	StartThread  Start = "thread"  // a closure, on a thread of its own
	StartCurrent Start = "current" // in a task of the runtime that the call is made in
	StartLocal   Start = "local"   // the same, on the same thread
)

// NoRuntime is the [Root.Holder] of a root whose runtime no argument is.
const NoRuntime = -1

// Root is a call that starts a future or a closure.
type Root struct {
	ID       string
	Argument int // which argument is started
	Start    Start
	Runtime  string   // the runtime it gives, as capabilities name it; empty: none
	Parts    []string // what that has; of a runtime that an argument is, what comes on top
	Holder   int      // the argument that is the runtime, or NoRuntime
	Calls    string   // how to call it: "smol's executor"
	Name     string   // of a call that nobody writes: what stands in the source for it; else empty
	With     string   // a feature "crate/name" that changes it
	WithGive string   // the runtime that it gives with that feature
}

// Setup is a call on the way to a runtime: what the runtime has afterwards.
type Setup struct {
	ID    string
	Kind  string // "new", "with" or "ready": the start of a builder, a step of it, a whole runtime
	Parts []string
	Versions
}

// Shelter is a type that gives a runtime to what is polled in it, or to the code while a value of it is alive.
type Shelter struct {
	ID      string
	Guard   bool     // alive: a guard; else a future around another
	Runtime string   // which runtime
	Parts   []string // when it only adds to the runtime that is there: what
}

type capabilityRow struct {
	ID       string   `toml:"id"`
	Runtime  string   `toml:"runtime"`
	Parts    []string `toml:"parts"`
	Waker    bool     `toml:"waker"`
	Part     string   `toml:"part"`
	Older    string   `toml:"older"`
	Outside  string   `toml:"outside"`
	Lacking  string   `toml:"lacking"`
	Root     string   `toml:"root"`
	Leaf     string   `toml:"leaf"`
	Enable   string   `toml:"enable"`
	Thread   string   `toml:"thread"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

type needRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Types    []string `toml:"types"` // futures that need it when they are polled
	Needs    string   `toml:"needs"`
	When     string   `toml:"when"` // "call" or "poll"
	Crate    string   `toml:"crate"`
	Since    string   `toml:"since"`
	Until    string   `toml:"until"`
	Without  string   `toml:"without"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

type rootRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Argument int      `toml:"argument"`
	Start    Start    `toml:"start"`
	Runtime  string   `toml:"runtime"`
	Parts    []string `toml:"parts"`
	Holder   *int     `toml:"holder"`
	Calls    string   `toml:"calls"`
	Name     string   `toml:"name"`
	With     string   `toml:"with"`
	WithGive string   `toml:"with-gives"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

type setupRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Kind     string   `toml:"kind"`
	Parts    []string `toml:"parts"`
	Crate    string   `toml:"crate"`
	Since    string   `toml:"since"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

type shelterRow struct {
	ID       string   `toml:"id"`
	Types    []string `toml:"types"`
	Guard    bool     `toml:"guard"`
	Runtime  string   `toml:"runtime"`
	Parts    []string `toml:"parts"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// runtimeRows are the tables about runtimes, as a data file has them.
type runtimeRows struct {
	Capability []capabilityRow `toml:"capability"`
	Need       []needRow       `toml:"need"`
	Root       []rootRow       `toml:"root"`
	Setup      []setupRow      `toml:"setup"`
	Shelter    []shelterRow    `toml:"shelter"`
	Asks       []matchRow      `toml:"asks"`
	Polls      []futureListRow `toml:"polls"`
	Pitfall    []pitfallRow    `toml:"pitfall"`
}

// futureListRow lists futures that poll the futures among their generic arguments, in the context that they are polled in themselves.
type futureListRow struct {
	ID       string   `toml:"id"`
	Types    []string `toml:"types"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (s *runtimeRows) append(o runtimeRows) {
	s.Capability = append(s.Capability, o.Capability...)
	s.Need = append(s.Need, o.Need...)
	s.Root = append(s.Root, o.Root...)
	s.Setup = append(s.Setup, o.Setup...)
	s.Shelter = append(s.Shelter, o.Shelter...)
	s.Asks = append(s.Asks, o.Asks...)
	s.Polls = append(s.Polls, o.Polls...)
	s.Pitfall = append(s.Pitfall, o.Pitfall...)
}

// runtimes are the indexes over runtimeRows.
type runtimes struct {
	needs     index[Need]
	needTypes index[Need]
	needRows  map[string]*Need
	roots     index[Root]
	rootRows  map[string]*Root
	setups    index[Setup]
	shelters  index[Shelter]
	asks      index[bool]
	polls     index[bool]
	pitfalls  index[[]*Pitfall]
}

// Need looks up a call that needs something of the runtime it is made in. No answer means unknown.
func (t *Tables) Need(c Callee) (*Need, bool) { return find(t, &t.runtimes.needs, &c) }

// NeedOfType looks up a future that needs something of the runtime when it is polled.
func (t *Tables) NeedOfType(path string) (*Need, bool) {
	return t.runtimes.needTypes.findPath(&t.names, path, mir.LastSegment(path), nil)
}

// NeedRow is a need by its id.
func (t *Tables) NeedRow(id string) (*Need, bool) {
	n, ok := t.runtimes.needRows[id]
	return n, ok
}

// Root looks up a call that starts a future or a closure.
func (t *Tables) Root(c Callee) (*Root, bool) { return find(t, &t.runtimes.roots, &c) }

// RootRow is a root by its id.
func (t *Tables) RootRow(id string) (*Root, bool) {
	r, ok := t.runtimes.rootRows[id]
	return r, ok
}

// Setup looks up a call that makes a runtime, or a builder of one, or changes one.
func (t *Tables) Setup(c Callee) (*Setup, bool) { return find(t, &t.runtimes.setups, &c) }

// Shelter looks up a type that gives a runtime.
func (t *Tables) Shelter(path string) (*Shelter, bool) {
	return t.runtimes.shelters.findPath(&t.names, path, mir.LastSegment(path), nil)
}

// AsksForRuntime reports whether a call tells whether there is a runtime: what is behind it may depend on the answer.
func (t *Tables) AsksForRuntime(c Callee) bool {
	_, ok := find(t, &t.runtimes.asks, &c)
	return ok
}

// PollsInside reports whether a named future polls the futures among its generic arguments where it is polled itself.
func (t *Tables) PollsInside(path string) bool {
	_, ok := t.runtimes.polls.findPath(&t.names, path, mir.LastSegment(path), nil)
	return ok
}

func (b *builder) runtimes(s *runtimeRows) runtimes {
	r := runtimes{needRows: map[string]*Need{}, rootRows: map[string]*Root{}}
	capabilities := map[string]*Capability{}
	for i := range s.Capability {
		c := &s.Capability[i]
		b.accept(c.ID, checkRow(c.ID, c.Evidence, c.Source))
		capabilities[c.ID] = &Capability{c.ID, c.Runtime, c.Parts, c.Part, c.Older, c.Waker, c.Outside, c.Lacking, c.Root, c.Leaf, c.Enable, c.Thread}
	}
	var calls, types []entry[Need]
	for i := range s.Need {
		c, t := b.need(&s.Need[i], capabilities, r.needRows)
		calls, types = append(calls, c...), append(types, t...)
	}
	r.needs, r.needTypes = newIndex(calls), newIndex(types)
	r.roots = newIndex(b.startRows(s.Root, r.rootRows))
	r.setups, r.shelters = newIndex(b.setups(s.Setup)), newIndex(b.shelters(s.Shelter))
	r.asks = newIndex(b.listed(s.Asks))
	var polls []entry[bool]
	for _, row := range s.Polls {
		b.accept(row.ID, checkRow(row.ID, row.Evidence, row.Source))
		polls = append(polls, patterns(b, row.ID, row.Types, true, false, yes)...)
	}
	r.polls = newIndex(polls)
	r.pitfalls = newIndex(b.pitfalls(s.Pitfall))
	return r
}

// need compiles one row about needs: its calls, and its futures.
func (b *builder) need(row *needRow, capabilities map[string]*Capability, byID map[string]*Need) (calls, types []entry[Need]) {
	err := errors.Join(checkRow(row.ID, row.Evidence, row.Source), checkWord(row.ID, "when", row.When, []string{"call", "poll"}))
	capability := capabilities[row.Needs]
	if capability == nil {
		err = errors.Join(err, fmt.Errorf("need %s: there is no capability %q", row.ID, row.Needs))
	}
	b.accept(row.ID, err)
	n := Need{ID: row.ID, Capability: capability, Polled: row.When == "poll", Versions: Versions{row.Crate, row.Since, row.Until}, Without: row.Without}
	named := func(p pattern) Need {
		n := n
		n.Name = p.name()
		byID[n.ID] = &n
		return n
	}
	if len(row.Match) > 0 || len(row.Types) == 0 {
		calls = patterns(b, row.ID, row.Match, false, false, named)
	}
	if len(row.Types) > 0 {
		types = patterns(b, row.ID, row.Types, true, false, func(p pattern) Need {
			n := named(p)
			n.Polled = true
			return n
		})
	}
	return calls, types
}

func (b *builder) startRows(rows []rootRow, byID map[string]*Root) (out []entry[Root]) {
	starts := []Start{StartDriven, StartTask, StartThread, StartCurrent, StartLocal}
	for i := range rows {
		row := &rows[i]
		b.accept(row.ID, errors.Join(checkRow(row.ID, row.Evidence, row.Source), checkWord(row.ID, "start", row.Start, starts)))
		root := Root{ID: row.ID, Argument: row.Argument, Start: row.Start, Runtime: row.Runtime, Parts: row.Parts, Holder: NoRuntime, Calls: row.Calls, Name: row.Name, With: row.With, WithGive: row.WithGive}
		if row.Holder != nil {
			root.Holder = *row.Holder
		}
		byID[row.ID] = &root
		out = append(out, patterns(b, row.ID, row.Match, false, false, func(pattern) Root { return root })...)
	}
	return out
}

func (b *builder) setups(rows []setupRow) (out []entry[Setup]) {
	for _, row := range rows {
		b.accept(row.ID, errors.Join(checkRow(row.ID, row.Evidence, row.Source), checkWord(row.ID, "kind", row.Kind, []string{"new", "with", "ready"})))
		out = append(out, patterns(b, row.ID, row.Match, false, false, func(pattern) Setup {
			return Setup{row.ID, row.Kind, row.Parts, Versions{Crate: row.Crate, Since: row.Since}}
		})...)
	}
	return out
}

func (b *builder) shelters(rows []shelterRow) (out []entry[Shelter]) {
	for _, row := range rows {
		b.accept(row.ID, checkRow(row.ID, row.Evidence, row.Source))
		out = append(out, patterns(b, row.ID, row.Types, true, false, func(pattern) Shelter {
			return Shelter{row.ID, row.Guard, row.Runtime, row.Parts}
		})...)
	}
	return out
}

// Has reports whether parts are all among those of have.
func Has(have, parts []string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !slices.Contains(have, p) })
}
