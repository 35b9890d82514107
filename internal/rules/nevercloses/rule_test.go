package nevercloses

import (
	"testing"

	"pollux/internal/analysis/ruletest"
)

func TestFixtures(t *testing.T) { ruletest.Run(t, Rule, "testdata") }
