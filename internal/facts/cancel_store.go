package facts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// The stored form of effects: what other crates need of them. Places in the text of this crate mean nothing there and are left out.

type storedOutcome struct {
	Variants string       `json:"v,omitempty"`
	Forwards int          `json:"f,omitempty"`
	Writes   []written    `json:"w,omitempty"`
	Deeds    []storedDeed `json:"d,omitempty"`
}

type storedDeed struct {
	Kind    string   `json:"k"`
	At      string   `json:"a,omitempty"`
	What    string   `json:"w,omitempty"`
	Verdict string   `json:"c,omitempty"`
	Value   int      `json:"v,omitempty"` // +1
	Param   int      `json:"p,omitempty"` // +1
	Given   []string `json:"g,omitempty"`
	End     uint8    `json:"e,omitempty"`
	Kept    string   `json:"t,omitempty"`
	Object  bool     `json:"o,omitempty"`
	Passing bool     `json:"s,omitempty"`
	Via     string   `json:"i,omitempty"`
	Asked   bool     `json:"q,omitempty"`
}

var deedNames = []string{"takes", "publishes", "puts", "changes", "sets", "starts", "loses", "awaits", "shows", "consumes", "runs", "undecided", "holds"}

// exportEffects gives an exported function its effects, and those of the future that it makes when it is an async fn.
func (c *Crate) exportEffects(fn, out *Fn) {
	if fn.effects != nil && fn.effects != noEffects {
		out.effects = &effects{outcomes: detachedOutcomes(fn.effects.outcomes, func(m memory) memory { return m })}
		if out.effects = out.effects.simplify(); out.effects != noEffects {
			out.Params = fn.Params
		}
	} else {
		out.effects = noEffects
	}
	if body := c.callable(fn.Ret); body != nil && body.body != nil && strings.HasPrefix(fn.Ret, "{async fn body of ") {
		out.future = &effects{outcomes: detachedOutcomes(c.effectsOf(body).outcomes, c.fromState)}
	}
}

// fromState turns memory in the state of an async fn's coroutine into memory of the function's parameters: capture i is argument i.
func (c *Crate) fromState(m memory) memory {
	if m.base != param || m.local != 0 {
		return m
	}
	i, rest, ok := firstField(strings.TrimPrefix(m.path, "*"))
	if !ok {
		return memory{base: own}
	}
	return memory{base: param, local: mir.Local(i), path: rest}
}

func detachedOutcomes(list []outcome, move func(memory) memory) []outcome {
	out := make([]outcome, 0, len(list))
	for _, o := range list {
		d := outcome{variants: o.variants, writes: o.writes, forwards: o.forwards}
		for _, deed := range o.deeds {
			deed.at, deed.kept, deed.via, deed.pos = move(deed.at), move(deed.kept), move(deed.via), 0
			if deed.end == kept && deed.kept.base != param && deed.kept.base != global {
				deed.end = inside
			}
			for i := range deed.given {
				deed.given = slices.Clone(deed.given)
				deed.given[i] = move(deed.given[i])
			}
			d.deeds = append(d.deeds, deed)
		}
		out = append(out, d)
	}
	return out
}

func stored(e *effects) []storedOutcome {
	if e == nil || e == noEffects {
		return nil
	}
	var out []storedOutcome
	for _, o := range e.outcomes {
		s := storedOutcome{Variants: o.variants, Writes: o.writes, Forwards: o.forwards}
		for i := range o.deeds {
			s.Deeds = append(s.Deeds, storeDeed(&o.deeds[i]))
		}
		out = append(out, s)
	}
	return out
}

func storeDeed(d *deed) storedDeed {
	s := storedDeed{Kind: deedNames[d.kind], At: storeMemory(d.at), What: d.what, Verdict: string(d.verdict), Value: d.value + 1, Param: d.param + 1,
		End: uint8(d.end), Kept: storeMemory(d.kept), Object: d.object, Passing: d.passing, Via: storeMemory(d.via), Asked: d.asked}
	for _, g := range d.given {
		s.Given = append(s.Given, storeMemory(g))
	}
	return s
}

func restored(list []storedOutcome) (*effects, error) {
	if len(list) == 0 {
		return noEffects, nil
	}
	e := &effects{}
	for _, s := range list {
		o := outcome{variants: s.Variants, writes: s.Writes, forwards: s.Forwards}
		for i := range s.Deeds {
			d, err := restoreDeed(&s.Deeds[i])
			if err != nil {
				return nil, err
			}
			o.deeds = append(o.deeds, d)
		}
		e.outcomes = append(e.outcomes, o)
	}
	return e, nil
}

func restoreDeed(s *storedDeed) (deed, error) {
	kind := slices.Index(deedNames, s.Kind)
	if kind < 0 {
		return deed{}, fmt.Errorf("deed %q: %w", s.Kind, errSummary)
	}
	d := deed{kind: deedKind(kind), what: s.What, verdict: knowledge.CancelVerdict(s.Verdict), value: s.Value - 1, param: s.Param - 1,
		end: whereabouts(s.End), object: s.Object, passing: s.Passing, asked: s.Asked}
	for _, m := range []struct {
		text string
		to   *memory
	}{{s.At, &d.at}, {s.Kept, &d.kept}, {s.Via, &d.via}} {
		var err error
		if *m.to, err = restoreMemory(m.text); err != nil {
			return d, err
		}
	}
	for _, g := range s.Given {
		m, err := restoreMemory(g)
		if err != nil {
			return d, err
		}
		d.given = append(d.given, m)
	}
	return d, nil
}

var baseNames = []string{"o", "p", "g", "t", "e"}

// storeMemory writes `p0*.1`; memory of a function's own has no meaning elsewhere and is empty.
func storeMemory(m memory) string {
	if m.base == own {
		return ""
	}
	return baseNames[m.base] + strconv.Itoa(int(m.local)) + m.path
}

func restoreMemory(text string) (memory, error) {
	if text == "" {
		return memory{}, nil
	}
	base := slices.Index(baseNames, text[:1])
	end := 1
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(text[1:end])
	if base < 0 || err != nil {
		return memory{}, fmt.Errorf("memory %q: %w", text, errSummary)
	}
	return memory{base: memoryBase(base), local: mir.Local(n), path: text[end:]}, nil
}
