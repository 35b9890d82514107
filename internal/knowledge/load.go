package knowledge

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

//go:embed data/*.toml
var data embed.FS

// file is the shape of every file in data/.
type file struct {
	Alias      []nameRow     `toml:"alias"`
	Reexported []string      `toml:"reexported"`
	Wrappers   []string      `toml:"wrappers"`
	Guard      []GuardRow    `toml:"guard"`
	Call       []CallRow     `toml:"call"`
	Drop       []dropRow     `toml:"drop"`
	Closure    []ClosureRow  `toml:"closure"`
	Harmless   []harmlessRow `toml:"harmless"`
	Future     []futureRow   `toml:"future"`
	Carry      []carryRow    `toml:"carry"`
	Cancel     []cancelRow   `toml:"cancel"`
	Race       []raceRow     `toml:"race"`
	Timer      []timerRow    `toml:"timer"`
	Source     []sourceRow   `toml:"source"`
	End        []endRow      `toml:"end"`
	Write      []writeRow    `toml:"write"`
	Channel    []channelRow  `toml:"channel"`
	Transfer   []transferRow `toml:"transfer"`
	Reads      []matchRow    `toml:"reads"`
	Shared     []matchRow    `toml:"shared"`

	Registration []registrationRow `toml:"registration"`
	Role         []roleRow         `toml:"role"`
	Acquire      []acquireRow      `toml:"acquire"`
	Leads        []leadRow         `toml:"leads"`
	Counted      []leadRow         `toml:"counted"`
	Leaving      []leavingRow      `toml:"leaving"`
	Conduit      []conduitRow      `toml:"conduit"`
	Side         []sideRow         `toml:"side"`
	Exchange     []exchangeRow     `toml:"exchange"`
	Moments      []matchRow        `toml:"moment"`
	Registers    []matchRow        `toml:"registers"`
	ReadyAgain   []typesRow        `toml:"ready_again"`

	runtimeRows
}

// source is everything a Tables is built from: the rows, and which of them are the user's.
type source struct {
	file
	userGuards, userCalls, userClosures int // so many first rows of the lists are the user's
}

var builtin = sync.OnceValue(func() *Tables {
	t, err := loadBuiltin()
	if err != nil {
		panic(err) // the embedded files are part of the program; a test reads them all
	}
	return t
})

// Default gives the built-in tables. They are read once.
func Default() *Tables { return builtin() }

func loadBuiltin() (*Tables, error) {
	paths, err := fs.Glob(data, "data/*.toml")
	if err != nil {
		return nil, fmt.Errorf("list data files: %w", err)
	}
	var all source
	for _, path := range paths {
		if strings.HasPrefix(path, "data/"+driftFiles) {
			continue // read by themselves, see [Drifts]
		}
		text, err := data.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		f, err := parseFile(path, text)
		if err != nil {
			return nil, err
		}
		all.append(f)
	}
	return build(all)
}

// parseFile reads one data file; a key that no row has is an error.
func parseFile(path string, text []byte) (file, error) {
	var f file
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
			return f, fmt.Errorf("parse %s: %s", path, strict.String())
		}
		return f, fmt.Errorf("parse %s: %w", path, err)
	}
	return f, nil
}

func (s *source) append(f file) {
	s.Alias = append(s.Alias, f.Alias...)
	s.Reexported = append(s.Reexported, f.Reexported...)
	s.Wrappers = append(s.Wrappers, f.Wrappers...)
	s.Guard = append(s.Guard, f.Guard...)
	s.Call = append(s.Call, f.Call...)
	s.Drop = append(s.Drop, f.Drop...)
	s.Closure = append(s.Closure, f.Closure...)
	s.Harmless = append(s.Harmless, f.Harmless...)
	s.Future = append(s.Future, f.Future...)
	s.Carry = append(s.Carry, f.Carry...)
	s.Cancel = append(s.Cancel, f.Cancel...)
	s.Race = append(s.Race, f.Race...)
	s.Timer = append(s.Timer, f.Timer...)
	s.Source = append(s.Source, f.Source...)
	s.End = append(s.End, f.End...)
	s.Write = append(s.Write, f.Write...)
	s.Channel = append(s.Channel, f.Channel...)
	s.Transfer = append(s.Transfer, f.Transfer...)
	s.Reads = append(s.Reads, f.Reads...)
	s.Shared = append(s.Shared, f.Shared...)
	s.Registration = append(s.Registration, f.Registration...)
	s.Role = append(s.Role, f.Role...)
	s.Acquire = append(s.Acquire, f.Acquire...)
	s.Leads = append(s.Leads, f.Leads...)
	s.Counted = append(s.Counted, f.Counted...)
	s.Leaving = append(s.Leaving, f.Leaving...)
	s.Conduit = append(s.Conduit, f.Conduit...)
	s.Side = append(s.Side, f.Side...)
	s.Exchange = append(s.Exchange, f.Exchange...)
	s.Moments = append(s.Moments, f.Moments...)
	s.Registers = append(s.Registers, f.Registers...)
	s.ReadyAgain = append(s.ReadyAgain, f.ReadyAgain...)
	s.runtimeRows.append(f.runtimeRows)
}

// Extend gives new tables with the user's rows in front: where both speak about a name, the user is right.
func (t *Tables) Extend(e Extension) (*Tables, error) {
	e = e.withDefaults()
	s := t.source
	s.Guard = slices.Concat(e.Guard, s.Guard)
	s.Call = slices.Concat(e.Call, s.Call)
	s.Closure = slices.Concat(e.Closure, s.Closure)
	s.userGuards += len(e.Guard)
	s.userCalls += len(e.Call)
	s.userClosures += len(e.Closure)
	extended, err := build(s)
	if err != nil {
		return nil, fmt.Errorf("knowledge rows of the configuration: %w", err)
	}
	return extended, nil
}

// builder turns rows into indexes and collects what is wrong with them.
type builder struct {
	seen map[string]bool
	rows map[string]*Call // calls and drops by id
	errs []error
}

func build(s source) (*Tables, error) {
	b := &builder{seen: map[string]bool{}, rows: map[string]*Call{}}
	t := &Tables{source: s}
	var err error
	if t.names, err = newNames(s.Alias, s.Reexported); err != nil {
		return nil, err
	}
	t.names.wrappers = newIndex(patterns(b, "wrappers", s.Wrappers, true, false, yes))
	t.guards = newIndex(b.guards(s))
	t.calls = newIndex(b.calls(s))
	t.drops = newIndex(b.drops(s.Drop))
	t.rows = b.rows
	t.closures = newIndex(b.closures(s))
	harmless, harmlessTypes := b.harmless(s.Harmless)
	t.harmless, t.harmlessTypes = newIndex(harmless), newIndex(harmlessTypes)
	t.futures = newIndex(b.futures(s.Future))
	t.reads = newIndex(b.listed(s.Reads))
	t.shared = newIndex(b.listed(s.Shared))
	t.registrations = newIndex(b.registrations(s.Registration))
	var acquires []entry[Acquisition]
	acquires, t.acquisitions = b.acquires(s.Acquire)
	t.acquires, t.leads = newIndex(acquires), newIndex(b.leads(s.Leads))
	t.counted = newIndex(b.leads(s.Counted))
	t.leaving = newIndex(b.leavings(s.Leaving))
	ends := b.channelEnds(s)
	t.conduits, t.sides, t.exchanges = ends.conduits, ends.sides, ends.exchanges
	t.moments = newIndex(b.listed(s.Moments))
	t.registers = newIndex(b.listed(s.Registers))
	t.readyAgain = newIndex(b.listedTypes(s.ReadyAgain))
	t.carries = newIndex(b.carries(s.Carry))
	t.cancels, t.cancelTypes = b.cancels(s.Cancel)
	t.races = b.races(s.Race)
	t.timers = newIndex(b.timers(s.Timer))
	t.sources = newIndex(b.sources(s.Source))
	t.ends, t.served = b.ends(s.End)
	t.writes = newIndex(b.writes(s.Write))
	t.channels = newIndex(b.channels(s.Channel))
	t.transfers = newIndex(b.transfers(s.Transfer))
	t.roles = b.roles(s.Role)
	t.runtimes = b.runtimes(&s.runtimeRows)
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	return t, nil
}

// patterns compiles the lines of one row and gives each pattern its own copy of the answer.
func patterns[R any](b *builder, id string, lines []string, asType, user bool, row func(pattern) R) []entry[R] {
	if len(lines) == 0 {
		b.errs = append(b.errs, fmt.Errorf("row %s: names nothing", id))
	}
	var out []entry[R]
	for _, line := range lines {
		ps, err := compile(line, asType)
		if err != nil {
			b.errs = append(b.errs, fmt.Errorf("row %s: %w", id, err))
			continue
		}
		for _, p := range ps {
			out = append(out, entry[R]{pattern: p, row: row(p), user: user})
		}
	}
	return out
}

// accept notes a row's id and its error; ids are unique over all tables.
func (b *builder) accept(id string, err error) {
	if err != nil {
		b.errs = append(b.errs, err)
	}
	if b.seen[id] && id != "" {
		b.errs = append(b.errs, fmt.Errorf("row %s: the id is used twice", id))
	}
	b.seen[id] = true
}

func (b *builder) guards(s source) (out []entry[Guard]) {
	for i := range s.Guard {
		r := &s.Guard[i]
		b.accept(r.ID, r.check())
		out = append(out, patterns(b, r.ID, r.Types, true, i < s.userGuards, func(p pattern) Guard {
			return Guard{ID: r.ID, Name: p.text, AsyncAware: r.AsyncAware, Severity: r.Severity, Send: r.Send, Blocks: r.Blocks, What: r.What,
				Hazard: r.Hazard, OnCancel: r.OnCancel, Fix: r.Fix, Evidence: r.Evidence, Source: r.Source}
		})...)
	}
	return out
}

// row files a row by its id. The patterns of one row differ in their names only.
func (b *builder) row(c Call) Call {
	b.rows[c.ID] = &c
	return c
}

func (b *builder) calls(s source) (out []entry[Call]) {
	for i := range s.Call {
		r := s.Call[i]
		defaultTo(&r.Rule, ruleBlocking)
		b.accept(r.ID, r.check())
		out = append(out, patterns(b, r.ID, r.Match, false, i < s.userCalls, func(p pattern) Call {
			return b.row(Call{ID: r.ID, Name: p.name(), Effect: r.Effect, Severity: r.Severity, Does: r.Does, Instead: r.Instead,
				Rule: r.Rule, Evidence: r.Evidence, Source: r.Source})
		})...)
	}
	return out
}

func (b *builder) drops(rows []dropRow) (out []entry[Call]) {
	for _, r := range rows {
		defaultTo(&r.Rule, ruleBlocking)
		check := CallRow{ID: r.ID, Effect: r.Effect, Severity: r.Severity, Does: r.Does, Rule: r.Rule, Evidence: r.Evidence, Source: r.Source}
		b.accept(r.ID, check.check())
		out = append(out, patterns(b, r.ID, r.Types, true, false, func(p pattern) Call {
			return b.row(Call{ID: r.ID, Name: p.text, Effect: r.Effect, Severity: r.Severity, Does: r.Does, Instead: r.Instead,
				Rule: r.Rule, Evidence: r.Evidence, Source: r.Source})
		})...)
	}
	return out
}

func (b *builder) closures(s source) (out []entry[[]Argument]) {
	for i := range s.Closure {
		r := &s.Closure[i]
		b.accept(r.ID, r.check())
		args := []Argument{{Index: Every, Runs: r.Runs, ID: r.ID, Source: r.Source}}
		if len(r.Argument) > 0 {
			args = args[:0]
		}
		for _, n := range r.Argument {
			args = append(args, Argument{Index: n, Runs: r.Runs, ID: r.ID, Source: r.Source})
		}
		out = append(out, patterns(b, r.ID, r.Match, false, i < s.userClosures, func(pattern) []Argument { return args })...)
	}
	return out
}

// harmless gives the functions, and the types with the traits whose methods are harmless on them.
func (b *builder) harmless(rows []harmlessRow) (calls []entry[bool], types []entry[index[bool]]) {
	for _, r := range rows {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		if len(r.Types) == 0 || len(r.Match) > 0 {
			calls = append(calls, patterns(b, r.ID, r.Match, false, false, yes)...)
		}
		if len(r.Types) > 0 || len(r.Traits) > 0 {
			traits := newIndex(patterns(b, r.ID, r.Traits, true, false, yes))
			types = append(types, patterns(b, r.ID, r.Types, true, false, func(pattern) index[bool] { return traits })...)
		}
	}
	return calls, types
}

func yes(pattern) bool { return true }

func (b *builder) futures(rows []futureRow) (out []entry[FutureType]) {
	for _, r := range rows {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		out = append(out, patterns(b, r.ID, r.Types, true, false, func(p pattern) FutureType {
			return FutureType{ID: r.ID, Name: p.text, Eager: r.Eager, Does: r.Does, Evidence: r.Evidence, Source: r.Source}
		})...)
	}
	return out
}

func (b *builder) carries(rows []carryRow) (out []entry[int]) {
	for _, r := range rows {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		out = append(out, patterns(b, r.ID, r.Match, false, false, func(pattern) int { return r.Argument })...)
	}
	return out
}
