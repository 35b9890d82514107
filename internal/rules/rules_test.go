package rules

import (
	"testing"

	"pollux/internal/analysis/ruletest"
)

func TestThePagesOfRulesWithoutFixturesHaveTheFormOfAll(t *testing.T) {
	n := 0
	for _, r := range All() {
		if r.Run != nil {
			continue // internal/analysis/ruletest looks at these with their fixtures
		}
		n++
		example, instead := ruletest.Page(t, r)
		if r.Explored() && (example == "" || instead == "" || example == instead) {
			t.Errorf("the page of %s does not show two programs, one that behaves so and one that does not", r.ID)
		}
	}
	if n < 6 {
		t.Errorf("only %d rules without a question of their own", n)
	}
}
