package coro

import (
	"strconv"
	"strings"
	"time"

	"pollux/internal/mir"
)

// durations are core's constructors of a Duration from a whole number (library/core/src/time.rs).
var durations = map[string]time.Duration{
	"std::time::Duration::from_secs": time.Second, "std::time::Duration::from_millis": time.Millisecond,
	"std::time::Duration::from_micros": time.Microsecond, "std::time::Duration::from_nanos": time.Nanosecond,
}

// Duration is the constant length that an operand has: `Duration::from_secs(5)`, written there or in a constant of the crate.
func (b *Body) Duration(o mir.Operand) (time.Duration, bool) {
	if !o.IsPlace() {
		return constantDuration(b.Crate, o.Text)
	}
	d := b.definitions()
	def, ok := d.ofOperand(o)
	if !ok {
		return 0, false
	}
	switch def = d.throughMoves(def); {
	case def.term != nil:
		return madeDuration(def.term)
	case def.stmt.Value.Kind == mir.Use && !def.stmt.Value.Operands[0].IsPlace():
		return constantDuration(b.Crate, def.stmt.Value.Operands[0].Text)
	}
	return 0, false
}

func madeDuration(call *mir.Term) (time.Duration, bool) {
	unit, ok := durations[call.Func.Text]
	if !ok || len(call.Args) != 1 || call.Args[0].IsPlace() {
		return 0, false
	}
	digits, _, _ := strings.Cut(call.Args[0].Text, "_")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > int64(1<<62)/int64(unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// constantDuration reads the body of a constant of the crate.
func constantDuration(c *mir.Crate, path string) (time.Duration, bool) {
	for _, f := range c.Funcs {
		if f.Kind != mir.Const || f.Path != path || len(f.Blocks) == 0 {
			continue
		}
		if t := &f.Blocks[0].Term; t.Kind == mir.Call && t.Place.IsLocal() && t.Place.Local == 0 {
			return madeDuration(t)
		}
	}
	return 0, false
}
