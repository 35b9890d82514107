package knowledge

import (
	"fmt"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/mir"
)

// CancelVerdict is what a cancel does: what is lost when a future is dropped between two polls.
type CancelVerdict string

// The verdicts.
const (
	CancelSafe     CancelVerdict = "safe"     // dropping it and making it anew changes nothing
	CancelFairness CancelVerdict = "fairness" // only the place in a queue is lost
	CancelCaller   CancelVerdict = "caller"   // progress lies in an object of the caller; the count or the position is lost
	CancelLossy    CancelVerdict = "lossy"    // data, a value or a side effect is lost or repeated
	CancelState    CancelVerdict = "state"    // the shared object is left changed
	CancelDetached CancelVerdict = "detached" // the operation goes on in the background
	CancelInherits CancelVerdict = "inherits" // as the future that it runs
	CancelUnknown  CancelVerdict = "unknown"
)

var cancelVerdicts = []CancelVerdict{CancelSafe, CancelFairness, CancelCaller, CancelLossy, CancelState, CancelDetached, CancelInherits, CancelUnknown}

// CancelRow is what is known of the cancellation of a library's future.
type CancelRow struct {
	ID       string
	Name     string // the call as its library documents it: "tokio::io::AsyncReadExt::read_exact", or the future's type
	Verdict  CancelVerdict
	Lost     string // a clause for messages: "the value is dropped without being sent"
	ByValue  string // for a future that is safe by reference: what is lost when it is itself dropped; "" for others
	Fix      string
	Restarts string // what begins anew when the future is made again in the next turn of a loop: "the connection attempt begins anew"
	Object   int    // index of the argument that the future works on and leaves changed; NoArgument when there is none
	Value    int    // index of the argument that is lost; NoArgument when there is none
	Severity finding.Severity
	Evidence string
	Source   string
}

// NoArgument stands for an argument that a row does not speak of.
const NoArgument = -1

// Cancel looks up what a cancel of a future loses, by the future's type as MIR prints it: a named type, or
// `{async fn body of tokio::sync::mpsc::Sender<u32>::send()}`. args are the paths of its generic arguments and may be nil.
// No answer means unknown, not safe.
func (t *Tables) Cancel(futureType string, args []string) (*CancelRow, bool) {
	if path, ok := asyncFnOf(futureType); ok {
		return t.cancels.findPath(&t.names, path, mir.LastSegment(path), args)
	}
	head := mir.Head(futureType)
	if head == "" {
		return nil, false
	}
	return t.cancelTypes.findPath(&t.names, head, mir.LastSegment(head), args)
}

// CancelCall does the same by the call that made the future, for calls whose future has a type that other calls have too:
// spawn_blocking and its JoinHandle.
func (t *Tables) CancelCall(c Callee) (*CancelRow, bool) { return find(t, &t.cancels, &c) }

// asyncFnOf is the path of the function in `{async fn body of PATH()}`, without generic arguments.
func asyncFnOf(typ string) (path string, ok bool) {
	path, ok = strings.CutPrefix(typ, "{async fn body of ")
	if !ok {
		return "", false
	}
	path = mir.WithoutGenerics(strings.TrimSuffix(path, "}"))
	return strings.TrimSuffix(path, "()"), true
}

// cancelRow is one row of a [[cancel]] table.
type cancelRow struct {
	ID       string            `toml:"id"`
	Verdict  CancelVerdict     `toml:"verdict"`
	Match    []string          `toml:"match"`
	Types    []string          `toml:"types"`
	Lost     string            `toml:"lost"`
	ByValue  string            `toml:"by-value"`
	Fix      string            `toml:"fix"`
	Restarts string            `toml:"restarts"`
	Object   *int              `toml:"object"`
	Value    *int              `toml:"value"`
	Severity *finding.Severity `toml:"severity"` // default warning
	Evidence string            `toml:"evidence"`
	Source   string            `toml:"source"`
}

func (r *cancelRow) check() error {
	if err := checkRow(r.ID, r.Evidence, r.Source); err != nil {
		return err
	}
	if r.Lost == "" {
		return fmt.Errorf("cancel %s: lost is missing: what a dropped future takes with it", r.ID)
	}
	if (r.Object != nil || r.Value != nil) && r.Verdict != CancelLossy && r.Verdict != CancelState {
		return fmt.Errorf("cancel %s: object and value belong to the verdicts lossy and state, not to %s", r.ID, r.Verdict)
	}
	return checkWord(r.ID, "verdict", r.Verdict, cancelVerdicts)
}

func (b *builder) cancels(rows []cancelRow) (calls, types index[CancelRow]) {
	var byCall, byType []entry[CancelRow]
	for i := range rows {
		r := &rows[i]
		b.accept(r.ID, r.check())
		if len(r.Match)+len(r.Types) == 0 {
			b.errs = append(b.errs, fmt.Errorf("cancel %s: names nothing", r.ID))
		}
		if len(r.Match) > 0 {
			byCall = append(byCall, patterns(b, r.ID, r.Match, false, false, r.row)...)
		}
		if len(r.Types) > 0 {
			byType = append(byType, patterns(b, r.ID, r.Types, true, false, r.row)...)
		}
	}
	return newIndex(byCall), newIndex(byType)
}

func (r *cancelRow) row(p pattern) CancelRow {
	row := CancelRow{ID: r.ID, Name: p.name(), Verdict: r.Verdict, Lost: r.Lost, ByValue: r.ByValue, Fix: r.Fix, Restarts: r.Restarts,
		Object: orNone(r.Object), Value: orNone(r.Value), Severity: finding.Warning, Evidence: r.Evidence, Source: r.Source}
	if r.Severity != nil {
		row.Severity = *r.Severity
	}
	return row
}

func orNone(n *int) int {
	if n == nil {
		return NoArgument
	}
	return *n
}

// WithoutCancel gives tables without what they say about the cancellation of named functions and futures, so that inference can be
// compared with them.
func (t *Tables) WithoutCancel() (*Tables, error) {
	s := t.source
	s.Cancel = nil
	return build(s)
}
