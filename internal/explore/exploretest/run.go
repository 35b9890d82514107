package exploretest

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// run is one schedule.
type run struct {
	seed     uint64
	script   []string          // decisions to repeat
	lists    map[byte][]string // decisions to try, by kind
	places   map[string]string // departures to try, by where they are taken
	departs  []string
	taken    []string
	diverged bool
}

// ask asks the questions of a test and reports whether it fails. An interruption brings one question more, so that decisions
// depend on those before them as those of a real runtime do.
func (r *run) ask(t Test) (failed bool) {
	failed = len(t.Fails) > 0
	for i, question := range t.Asks {
		answer := r.choose(question, fmt.Sprintf("0.%d.0", i))
		if question[0] == 'b' && answer != "b0" {
			r.choose("t2", fmt.Sprintf("0.%d.1", i))
		}
		for _, needed := range t.Fails {
			at, want, _ := strings.Cut(needed, ":")
			if at == strconv.Itoa(i) && want != answer {
				failed = false
			}
		}
	}
	return failed
}

// choose answers a question; place tells it from all others.
func (r *run) choose(question, place string) string {
	kind, ways := question[0], 4
	if n, err := strconv.Atoi(question[1:]); err == nil {
		ways = n
	}
	choice := 0
	switch {
	case r.script != nil:
		choice = r.repeat(kind, ways)
	case r.lists != nil:
		choice = r.try(kind, ways)
	case r.places != nil:
		choice = number("x"+r.places[fmt.Sprintf("%c@%s", kind, place)], ways)
	default:
		h := fnv.New64a()
		fmt.Fprint(h, r.seed, len(r.taken), "x")
		choice = int(h.Sum64() >> 7 % uint64(ways))
	}
	word := fmt.Sprintf("%c%d", kind, choice)
	if kind == 't' || kind == 's' {
		word += fmt.Sprintf("/%d", ways)
	}
	r.taken = append(r.taken, word)
	if choice != 0 {
		r.departs = append(r.departs, fmt.Sprintf("%c@%s=%d", kind, place, choice))
	}
	return word
}

func (r *run) repeat(kind byte, ways int) int {
	if at := len(r.taken); at < len(r.script) && r.script[at][0] == kind {
		return number(r.script[at], ways)
	}
	r.diverged = true
	return 0
}

func (r *run) try(kind byte, ways int) int {
	list := r.lists[kind]
	if len(list) == 0 {
		return 0
	}
	r.lists[kind] = slices.Clone(list[1:])
	return number(list[0], ways)
}

// number is the choice of a word, 0 when it is no way on.
func number(word string, ways int) int {
	text, _, _ := strings.Cut(word[1:], "/")
	n, err := strconv.Atoi(text)
	if err != nil || n >= ways {
		return 0
	}
	return n
}
