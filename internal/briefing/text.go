package briefing

import (
	"fmt"
	"slices"
	"strings"
)

// section is one line of the text: what it is about, and items of which as many are shown as there is room for.
type section struct {
	lead  string
	items []string
	tail  string // said whatever is left out
	shown int
}

// Text is the brief in at most [MaxBytes].
func (b *Brief) Text() string {
	all := b.sections()
	all = slices.DeleteFunc(all, func(s *section) bool { return len(s.items) == 0 && s.tail == "" })
	for _, s := range all {
		s.shown = min(1, len(s.items))
	}
	for len(compose(all)) > MaxBytes { // so many sections, or so long items, that not even one of each fits
		last := all[len(all)-1]
		if last.shown == 0 || last.tail == "" {
			all = all[:len(all)-1]
		} else {
			last.shown = 0
		}
	}
	for grown := true; grown; {
		grown = false
		for _, s := range all {
			if s.shown == len(s.items) {
				continue
			}
			s.shown++
			if len(compose(all)) > MaxBytes {
				s.shown--
				continue
			}
			grown = true
		}
	}
	return compose(all)
}

func compose(all []*section) string {
	var b strings.Builder
	for _, s := range all {
		parts := slices.Clone(s.items[:s.shown])
		if left := len(s.items) - s.shown; left > 0 {
			parts = append(parts, fmt.Sprintf("%d more", left))
		}
		if s.tail != "" {
			parts = append(parts, s.tail)
		}
		b.WriteString(s.lead + ": " + strings.Join(parts, "; ") + "\n")
	}
	return b.String()
}

// sections in the order of what a writer needs first.
func (b *Brief) sections() []*section {
	return []*section{
		{lead: "runs under", items: grouped(b.Runtimes)},
		{lead: "needs of its caller's runtime", items: b.needed()},
		{lead: "locked", items: b.libraries()},
		{lead: "at these versions", items: b.Traps},
		{lead: "features off", items: b.Off},
		{lead: "spawned futures must be", items: grouped(b.Spawns)},
		{lead: "dropped half-way", items: b.cancelItems(), tail: b.cancelTail()},
		{lead: "open findings", items: b.open()},
		{lead: "hard code", items: grouped(b.Hard)},
		{lead: "not known", items: b.Unchecked},
	}
}

// needed is told of a library that starts nothing itself: else the runtimes say it.
func (b *Brief) needed() []string {
	if len(b.Runtimes) > 0 {
		return nil
	}
	return grouped(b.Needs)
}

// perGroup bounds how many places of one kind are named.
const perGroup = 3

// grouped tells places of one kind together.
func grouped(places []Place) []string {
	var kinds []string
	at := map[string][]string{}
	for _, p := range places {
		if at[p.What] == nil {
			kinds = append(kinds, p.What)
		}
		at[p.What] = append(at[p.What], fmt.Sprintf("%s:%d", p.At.File, p.At.Line))
	}
	var out []string
	for _, kind := range kinds {
		list := slices.Compact(at[kind])
		more := ""
		if n := len(list) - perGroup; n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		out = append(out, kind+" ("+strings.Join(list[:min(len(list), perGroup)], ", ")+more+")")
	}
	return out
}

func (b *Brief) libraries() []string {
	var out []string
	for _, l := range b.Libraries {
		out = append(out, l.Name+" "+l.Version)
	}
	return out
}

func (b *Brief) cancelItems() []string {
	var out []string
	for _, c := range b.Cancels {
		out = append(out, fmt.Sprintf("`%s`: %s", c.Function, short(c.Reason)))
	}
	return out
}

// reasonBytes bounds a reason: a type in full can be longer than all else that is told.
const reasonBytes = 110

func short(reason string) string {
	if len(reason) <= reasonBytes {
		return reason
	}
	cut := reason[:reasonBytes]
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.ToValidUTF8(cut, "") + " …"
}

// cancelTail counts the functions of which nothing is told one by one.
func (b *Brief) cancelTail() string {
	var parts []string
	if b.Safe > 0 {
		parts = append(parts, fmt.Sprintf("harmless: %d others", b.Safe))
	}
	if b.Undecided > 0 {
		parts = append(parts, fmt.Sprintf("not decided: %d", b.Undecided))
	}
	return strings.Join(parts, "; ")
}

func (b *Brief) open() []string {
	var out []string
	for _, f := range b.Open {
		out = append(out, fmt.Sprintf("%s %s:%d", f.Rule, f.File, f.Line))
	}
	return out
}
