package knowledge

import (
	"strings"

	"pollux/internal/finding"
	"pollux/internal/mir"
)

// Tables answers questions about names of libraries. See the package comment for how names match.
type Tables struct {
	source        source
	names         names
	guards        index[Guard]
	calls         index[Call]
	drops         index[Call]
	closures      index[[]Argument]
	harmless      index[bool]
	harmlessTypes index[index[bool]]
	futures       index[FutureType]
	carries       index[int]
	cancels       index[CancelRow] // by the call that makes the future
	cancelTypes   index[CancelRow] // by the future's printed type
	races         races
	timers        index[Timer]
	sources       index[Source]
	ends, served  index[End]
	writes        index[Write]
	channels      index[bool]
	transfers     index[[]*TransferRow]
	reads         index[bool]
	shared        index[bool]
	registrations index[Registration]
	roles         roles
	acquires      index[Acquisition]
	acquisitions  map[string]*Acquisition // by id
	leads         index[int]
	counted       index[int]
	leaving       index[Leaving]
	conduits      index[Conduit]
	sides         index[Side]
	exchanges     index[Exchange]
	moments       index[bool]
	registers     index[bool]
	readyAgain    index[bool] // by type
	rows          map[string]*Call
	runtimes      runtimes
}

// Guard is a type whose value matters while its holder is suspended: a lock guard, a borrow, a permit, a thread's context.
type Guard struct {
	ID         string
	Name       string // the type as its library documents it: "std::sync::MutexGuard"
	AsyncAware bool   // made to be held across an await: its mere presence is no finding
	Severity   finding.Severity
	Send       string // "yes", "no" or "unknown"; rustc itself refuses the others in a spawned task
	Blocks     bool   // while it is held, another future can block its thread or panic: locks and borrows
	What       string // with article, for messages: "a std mutex guard"
	Hazard     string // what happens while the holder is suspended
	OnCancel   string // what its destructor does when the holder is cancelled
	Fix        string
	Evidence   string // letters: Documented, read in Source, Measured, Issue, common Knowledge, User
	Source     string
}

// Callee names what a MIR call calls.
type Callee struct {
	Path     string   // of a function or inherent method: "std::thread::sleep", "std::sync::mpsc::Receiver::recv"
	Trait    string   // "std::io::Read" for `<T as Trait>::m`, else ""
	Method   string   // the last segment
	Self     string   // path of T without generics and without `&`; "" when T is a type parameter
	SelfArgs []string // T's generic arguments without lifetimes, in full (`BufReader<TcpStream>`); those of the function if it has no T
}

// Call is what is known about a called function.
type Call struct {
	ID       string
	Name     string // the function as its library documents it: "std::thread::sleep"; "" for a row about a whole module or trait
	Effect   Effect
	Severity finding.Severity
	Does     string // completes "`name` ..": "sleeps the thread"
	Instead  string // what async code uses, concrete
	Rule     string // blocking-in-async or nested-block-on
	Evidence string
	Source   string
}

// Every is the index of an [Argument] that speaks of every callable or future argument of the call.
const Every = -1

// Argument says who runs a callable or future argument of a call, and where.
type Argument struct {
	Index  int // 0-based, self included, or Every
	Runs   Where
	ID     string
	Source string
}

// Covers reports whether a speaks of the argument with this 0-based index.
func (a Argument) Covers(index int) bool { return a.Index == Every || a.Index == index }

// FutureType is a named future of a library.
type FutureType struct {
	ID       string
	Name     string
	Eager    bool   // the work goes on without a poll: a task's handle
	Does     string // what is not done when it is dropped without a poll; for eager ones, what goes on
	Evidence string
	Source   string
}

// Guard looks up a type by its path; args are the paths of its generic arguments without lifetimes, and may be nil.
func (t *Tables) Guard(path string, args []string) (*Guard, bool) {
	return t.guards.findPath(&t.names, path, mir.LastSegment(path), args)
}

// Call looks up what a call does to its thread. No answer means unknown, not harmless.
func (t *Tables) Call(c Callee) (*Call, bool) { return find(t, &t.calls, &c) }

// Row is a row about a call or a destructor by its id. Its Name is that of one of the row's patterns.
func (t *Tables) Row(id string) (*Call, bool) {
	row, ok := t.rows[id]
	return row, ok
}

// Dropping looks up a type whose destructor blocks or panics when it runs in async code.
func (t *Tables) Dropping(typePath string) (*Call, bool) {
	return t.drops.findPath(&t.names, typePath, mir.LastSegment(typePath), nil)
}

// Argument gives who runs the callable and future arguments of a call. Nothing means unknown.
func (t *Tables) Argument(c Callee) []Argument {
	if args, ok := find(t, &t.closures, &c); ok {
		return *args
	}
	return nil
}

// Harmless reports whether a call is known neither to block nor to run foreign code, apart from the callables that
// [Tables.Argument] lists for it. It assumes that the Clone, Eq, Hash, Ord, Display, Debug and Drop of a generic argument
// do not block. False means unknown or harmful.
func (t *Tables) Harmless(c Callee) bool {
	if call, ok := t.Call(c); ok {
		return call.Effect == Harmless
	}
	if _, ok := find(t, &t.harmless, &c); ok {
		return true
	}
	return c.Trait != "" && t.harmlessMethod(&c)
}

// harmlessMethod reports whether a method of a trait is harmless because of the type it is called on. A wrapper, such as an
// iterator adaptor, is as harmless as what it wraps; its closures are told by [Tables.Argument] where it is made.
func (t *Tables) harmlessMethod(c *Callee) bool {
	self := shape(c.Self)
	if traits, ok := t.harmlessTypes.findPath(&t.names, self, mir.LastSegment(self), nil); ok {
		_, ok = traits.findPath(&t.names, c.Trait, mir.LastSegment(c.Trait), nil)
		return ok
	}
	if len(c.SelfArgs) == 0 || !t.names.wraps(c.Self) {
		return false
	}
	for _, arg := range c.SelfArgs {
		arg = withoutReference(arg)
		if isCallable(arg) {
			continue
		}
		if !t.Harmless(Callee{Trait: c.Trait, Method: c.Method, Self: selfPath(arg), SelfArgs: mir.Args(arg)}) {
			return false
		}
	}
	return true
}

// selfPath is the self type of a callee for a printed type: its path without generics, or the type as it is for a slice.
func selfPath(typ string) string {
	if head := mir.Head(typ); head != "" {
		return head
	}
	return typ
}

func isCallable(typ string) bool { return strings.HasPrefix(typ, "{") || strings.HasPrefix(typ, "fn(") }

// shape gives the one name under which all slices and arrays stand in the tables.
func shape(typ string) string {
	if strings.HasPrefix(typ, "[") {
		return "[]"
	}
	return typ
}

// Future looks up a named future type.
func (t *Tables) Future(typePath string) (*FutureType, bool) {
	return t.futures.findPath(&t.names, typePath, mir.LastSegment(typePath), nil)
}

// Carries reports that the result of a call is its argument with this index, a future, wrapped: Box::pin, timeout, boxed.
func (t *Tables) Carries(c Callee) (argIndex int, ok bool) {
	if i, ok := find(t, &t.carries, &c); ok {
		return *i, true
	}
	return 0, false
}

// find looks a callee up by its trait or its path. A self type that only wraps another one (BufReader<File>) is looked
// through if it has no row itself.
func find[R any](t *Tables, ix *index[R], c *Callee) (*R, bool) {
	if c.Trait == "" {
		return ix.findPath(&t.names, c.Path, c.Method, c.SelfArgs)
	}
	if row, ok := ix.findTrait(&t.names, c, c.Self); ok {
		return row, true
	}
	if len(c.SelfArgs) == 0 || !ix.mayMatch(c) || !t.names.wraps(c.Self) {
		return nil, false
	}
	inner := c.SelfArgs[0]
	if deeper := t.names.behind(inner); deeper != "" {
		inner = deeper
	}
	return ix.findTrait(&t.names, c, selfPath(withoutReference(inner)))
}
