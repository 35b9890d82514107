package facts

import (
	"strings"

	"pollux/internal/knowledge"
)

// doubted takes back a verdict that a cancel loses nothing, where the function lends what it was given by value to a future that loses
// something of what it works on. The deeds of that future are then about memory of this one, which is dropped with it: that nothing else
// is lost does not make the given value safe.
func (c *Crate) doubted(fn *Fn, inferred *Cancel) *Cancel {
	if fn.body == nil || losesSomething(inferred.Verdict) || inferred.Verdict == knowledge.CancelUnknown || !givenByValue(fn) {
		return inferred
	}
	for i := range fn.body.Awaits {
		inner := c.callableIn(fn, stripRefs(fn.body.Awaits[i].Type))
		if inner == nil || inner == fn || inner.effects == nil {
			continue
		}
		if v := verdictOf(inner.effects); losesSomething(v.Verdict) {
			reason := "it lends what it was given to `" + futureName(fn.body.Awaits[i].Type) + "`, of which a cancel loses something (" + v.Reason + ")"
			return &Cancel{Verdict: knowledge.CancelUnknown, Reason: reason, Losses: []Loss{{Verdict: knowledge.CancelUnknown, What: reason, Await: &fn.body.Awaits[i]}},
				Why: inferred.Why}
		}
	}
	return inferred
}

// givenByValue reports whether a coroutine has captured a value of a type that is neither a reference, a pointer nor a number.
func givenByValue(fn *Fn) bool {
	for n := 0; ; n++ {
		_, typ := fn.body.CaptureName(n)
		switch {
		case typ == "":
			return false
		case !isPrimitive(typ) && !strings.HasPrefix(typ, "&") && !strings.HasPrefix(typ, "*") && !strings.HasPrefix(typ, "std::pin::Pin<&"):
			return true
		}
	}
}
