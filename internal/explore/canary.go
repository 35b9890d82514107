package explore

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// canaryLimit bounds the canaries of one program; they take a fraction of a second.
const canaryLimit = time.Minute

// silentTests is how many tests may hang before one shows the canaries.
const silentTests = 3

// alive are the canaries that must die in no schedule; all others must die in some, and not in all.
var alive = map[string]bool{"virtual-time": true, "sound": true}

// trusted runs the canaries inside the program: same tokio, same features, same compiler. Only when every question still
// reaches the scheduler is a verdict about its tests worth something.
func (x *explorer) trusted(ctx context.Context, p cargo.Program, tests []target) bool {
	silent := 0
	limit := cmp.Or(x.opt.PlainLimit, canaryLimit)
	for _, t := range tests {
		end, err := x.start(ctx, process{program: p, args: testArgs(t.test), plan: plan{mode: "canary"}.String(), limit: limit})
		if err != nil {
			return false // the context ended, which the caller sees for itself
		}
		switch {
		case end.late && len(end.record.canaries) == 0 && silent < silentTests:
			silent++ // the test hangs before it builds a runtime: another one may be better
		case end.late:
			x.distrust(p, "the canaries did not end")
			return false
		case end.garbled != nil:
			x.distrust(p, end.garbled.Error())
			return false
		case end.record.unsupported != "":
			x.distrust(p, "the test program has "+end.record.unsupported)
			return false
		case len(end.record.canaries) > 0:
			wrong := blind(end.record.canaries)
			if wrong != "" {
				x.distrust(p, fmt.Sprintf("tokio %s does not react to the choices of pollux: %s", x.versions.Tokio, wrong))
			}
			return wrong == ""
		}
	}
	return true // no test builds a runtime, so there is nothing to distrust: each will say so itself
}

func (x *explorer) distrust(p cargo.Program, reason string) {
	x.lacking(finding.Unknown{What: "the tests of " + p.Crate, Reason: reason, Hint: "nothing about these tests was decided"})
}

// canaries is how many there are.
const canaries = 11

// blind says which canaries contradict what they should show.
func blind(all []canary) string {
	var wrong []string
	for _, c := range all {
		switch {
		case alive[c.name] && c.died > 0:
			wrong = append(wrong, fmt.Sprintf("`%s` failed in %d of %d schedules and is correct", c.name, c.died, c.seeds))
		case !alive[c.name] && (c.died == 0 || c.died == c.seeds):
			wrong = append(wrong, fmt.Sprintf("`%s` was found in %d of %d schedules", c.name, c.died, c.seeds))
		}
	}
	if len(all) != canaries {
		wrong = append(wrong, fmt.Sprintf("%d of %d canaries ended", len(all), canaries))
	}
	return strings.Join(wrong, ", ")
}
