package facts

import (
	"slices"
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// deedKind tells what a call did that a cancel cannot undo, or can.
type deedKind uint8

const (
	takes     deedKind = iota // a value left memory or a source for good
	publishes                 // data left for a sink; the result says how much
	puts                      // a value was stored in memory that outlives the function
	changes                   // memory that outlives the function was read, changed and written
	sets                      // such memory was overwritten
	starts                    // work was started that goes on by itself; the result is its handle
	loses                     // a future that is dropped with this one loses something
	awaits                    // a future of the caller's choice was polled: what names its type; value is 0 when it was ready
	shows                     // an object lent a view of what can be taken from it
	consumes                  // what an object has shown is taken from it
	runs                      // a callable of the caller's was run
	undecided                 // something that could not be followed
	holds                     // a parameter given by value has not been handed on yet; never part of a summary
)

// deed is something done on the way to an outcome.
type deed struct {
	kind    deedKind
	at      memory                  // what was changed; of takes the source, of publishes the sink
	what    string                  // for messages: what did it, or what was changed
	verdict knowledge.CancelVerdict // of loses
	value   int                     // puts, holds: number of the parameter whose value it is; -1 when it is none
	param   int                     // runs: number of the callable parameter; the callable lies at at
	given   []memory                // runs: what its arguments refer to
	object  bool                    // takes: the source is an object that is asked, not memory that is read
	end     whereabouts             // takes, publishes, starts: where the value is at the end
	kept    memory                  // of kept
	passing bool                    // done by a future that is still pending and lies at via: nobody's loss when that outlives the cancel
	via     memory
	asked   bool    // publishes: the future waits for something else by now, as for an answer
	pos     mir.Pos // in the function that the summary is of
}

// whereabouts tells where a value that was taken is at the end of a function.
type whereabouts uint8

const (
	nowhere  whereabouts = iota // used up, or dropped on purpose
	inside                      // in the function's own memory, or in the future's
	inResult                    // in what the function gives back
	kept                        // in memory that outlives the function
)

// same reports whether two deeds say the same but for their place.
func (d *deed) same(o *deed) bool {
	return d.kind == o.kind && d.at == o.at && d.what == o.what && d.verdict == o.verdict && d.value == o.value && d.param == o.param && d.object == o.object && d.passing == o.passing && d.via == o.via && d.asked == o.asked &&
		d.end == o.end && d.kept == o.kept
}

// outcome is one way in which a function can end: the variants of its result as far as they are known, outermost first, and what was
// done by then. `Ready.Ok` is a Ok in a Ready.
type outcome struct {
	variants string
	deeds    []deed
	writes   []written
	forwards int // index+1 of the deed that runs a callable whose result is the function's own; 0 for none
}

// written tells that a function leaves a variant in what a parameter refers to: an output that is filled in.
type written struct {
	Param    int    `json:"p"`
	Variants string `json:"v"`
}

// effects is what is known of a function without looking inside again. No outcome but one without variants and deeds means that
// nothing happens that a cancel could lose.
type effects struct {
	outcomes []outcome
	losses   []Loss // of a coroutine or a hand-written poll: what a cancel does, for [Crate.CancelFn]
	asked    []asked
	grounds  []Ground
	partial  bool // the exploration was cut short
}

var noEffects = &effects{outcomes: []outcome{{}}}

// maxDeeds bounds the deeds of one outcome, maxOutcomes the outcomes of a function.
const (
	maxDeeds    = 24
	maxOutcomes = 12
)

// add notes a deed once; a list that is full keeps what matters: that it is not complete.
func addDeed(list []deed, d deed) []deed {
	if slices.ContainsFunc(list, func(o deed) bool { return d.same(&o) }) {
		return list
	}
	if len(list) >= maxDeeds {
		if list[len(list)-1].kind != undecided {
			list = append(list, deed{kind: undecided, what: "it does too many things to follow", value: -1, param: -1})
		}
		return list
	}
	return append(list, d)
}

// end adds one way in which a function ends, joined with those of the same variants.
func (e *effects) end(o outcome) {
	for i := range e.outcomes {
		if e.outcomes[i].variants == o.variants && slices.Equal(e.outcomes[i].writes, o.writes) && e.outcomes[i].forwards == 0 && o.forwards == 0 {
			for _, d := range o.deeds {
				e.outcomes[i].deeds = addDeed(e.outcomes[i].deeds, d)
			}
			return
		}
	}
	if len(e.outcomes) >= maxOutcomes {
		last := &e.outcomes[len(e.outcomes)-1]
		last.variants, last.writes, last.forwards = "", nil, 0
		for _, d := range o.deeds {
			last.deeds = addDeed(last.deeds, d)
		}
		return
	}
	e.outcomes = append(e.outcomes, o)
}

// simplify joins the outcomes when none does anything: who calls the function has nothing to tell apart.
func (e *effects) simplify() *effects {
	for _, o := range e.outcomes {
		if len(o.deeds) > 0 {
			return e
		}
	}
	if len(e.losses) == 0 && len(e.grounds) == 0 && !e.partial {
		return noEffects
	}
	e.outcomes = noEffects.outcomes
	return e
}

// equal reports whether two summaries say the same, for the fixpoint over functions that call each other.
func (e *effects) equal(o *effects) bool {
	return slices.EqualFunc(e.outcomes, o.outcomes, func(a, b outcome) bool {
		return a.variants == b.variants && a.forwards == b.forwards && slices.Equal(a.writes, b.writes) && slices.EqualFunc(a.deeds, b.deeds, func(x, y deed) bool { return x.same(&y) })
	})
}

// The variants of core's enums that tell how a call ended.
var siblings = map[string]string{"Ready": "Pending", "Pending": "Ready", "Ok": "Err", "Err": "Ok", "Some": "None", "None": "Some", "Continue": "Break", "Break": "Continue"}

// complement are the outcomes beside one that variants name: for `Ready.Ok` they are `Pending` and `Ready.Err`.
func complement(variants string) []string {
	var out []string
	prefix := ""
	for _, v := range strings.Split(variants, ".") {
		if other := siblings[v]; other != "" {
			out = append(out, prefix+other)
		}
		prefix += v + "."
	}
	return out
}

// cutVariant splits the outermost variant off.
func cutVariant(variants string) (first, rest string) {
	first, rest, _ = strings.Cut(variants, ".")
	return first, rest
}

func joinVariants(first, rest string) string {
	if rest == "" {
		return first
	}
	return first + "." + rest
}
