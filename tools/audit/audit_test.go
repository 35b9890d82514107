package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestALicenceThatIsNotPermittedOrNotKnownFails(t *testing.T) {
	bill := func(licences string) []byte {
		return []byte(`{"components":[{"name":"m","version":"v1.0.0","evidence":{"licenses":[` + licences + `]}}]}`)
	}
	check := func(name string, text []byte, want string) {
		t.Helper()
		err := judge(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	check("permitted", bill(`{"license":{"id":"MIT"}}`), "")
	check("one of two", bill(`{"license":{"id":"GPL-3.0-only"}},{"license":{"id":"MIT"}}`), "")
	check("not permitted", bill(`{"license":{"id":"GPL-3.0-only"}}`), "m v1.0.0")
	check("not found", bill(``), "m v1.0.0")
	check("no module", []byte(`{"components":[]}`), "not run")
	check("cut", []byte(`{"components":[`), "read the bill")
}

func TestACheckThatDidNotRunIsNeitherPassedNorFailed(t *testing.T) {
	var out bytes.Buffer
	clean := run(t.Context(), t.TempDir(), []check{
		{"good", func(context.Context, *audit) error { return nil }},
		{"absent", func(context.Context, *audit) error { return fmt.Errorf("%w: no network", errNotRun) }},
	}, &out)
	if !clean || !strings.Contains(out.String(), "good            passed") || strings.Contains(out.String(), "absent          passed") ||
		!strings.Contains(out.String(), "not run: no network") {
		t.Errorf("clean %v:\n%s", clean, out.String())
	}
	if run(t.Context(), t.TempDir(), []check{{"bad", func(context.Context, *audit) error { return errors.New("found") }}}, &out) {
		t.Error("a check that found something is called clean")
	}
}
