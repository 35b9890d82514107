package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of the json format.
func Schema() []byte { return slices.Clone(schema) }

// writeJSON writes the Result as it is: one object on one line, missing lists as [].
func writeJSON(b *bytes.Buffer, v *view) error { return encode(b, withoutNil(*v.Result)) }

// encode writes one JSON value and a line feed, without escaping the < and > that Rust types are full of.
func encode(b *bytes.Buffer, value any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// withoutNil gives a copy in which every list that the contract promises is there.
func withoutNil(r engine.Result) engine.Result {
	r.Findings = slices.Clone(list(r.Findings))
	for i := range r.Findings {
		r.Findings[i].Because = list(r.Findings[i].Because)
	}
	r.Rungs, r.Unknowns, r.Suppressed = list(r.Rungs), list(r.Unknowns), list(r.Suppressed)
	return r
}

func list[T engine.Rung | finding.Finding | finding.Because | finding.Unknown | finding.Suppressed](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
