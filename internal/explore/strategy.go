package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Strategy is a way to choose schedules.
type Strategy int

// The strategies.
const (
	// StrategyMixed walks through all schedules near to plain tokio first, and spends the rest by chance and by priorities.
	StrategyMixed Strategy = iota
	// StrategyRandom decides every question by chance, with budgets of several sizes.
	StrategyRandom
	// StrategyPriorities gives tasks priorities that change at few steps: PCT (Burckhardt and others, ASPLOS 2010).
	StrategyPriorities
	// StrategyExhaustive walks through all schedules, from those nearest to plain tokio on, until none is left.
	StrategyExhaustive
)

// strategies is the closed set: the word that a person writes, and that of a plan for schedules that are drawn.
var strategies = []struct{ word, plan string }{{"mixed", "mixed"}, {"random", "dice"}, {"pct", "priorities"}, {"exhaustive", "all"}}

func (s Strategy) String() string { return strategies[s].word }

// ParseStrategy reads the word of a strategy.
func ParseStrategy(word string) (Strategy, error) {
	at := slices.Index(StrategyWords(), word)
	if at < 0 {
		return 0, fmt.Errorf("unknown strategy `%s`: it is one of %s", word, strings.Join(StrategyWords(), ", "))
	}
	return Strategy(at), nil
}

// StrategyWords lists the words of all strategies.
func StrategyWords() []string {
	words := make([]string, len(strategies))
	for i, s := range strategies {
		words[i] = s.word
	}
	return words
}

// portion is a run of schedules with consecutive numbers that are chosen in one way.
type portion struct {
	strategy  Strategy
	next, end uint64 // numbers of schedules; for those that are drawn, the number is the seed
	// least is how many schedules are run at any rate; of the rest as many as take no more than so many polls together, when
	// polls is not 0.
	least, polls int
	aimed        bool   // exhaustive: tasks are interrupted only in what is in focus
	walk         string // exhaustive: where the walk stands, in the words of the module; empty at its start
}

func (p *portion) left() int { return int(p.end - p.next) }

// A walk goes on after its share of a mixed search as long as the test is small: so small tests are run under every schedule
// there is, and large ones do not take longer. The measure is polls, since another machine must come as far.
const (
	walkFurther = 100 // at most so many times the schedules asked for
	walkPolls   = 300 // as long as there were fewer polls for each schedule asked for
	// and as long as a process took less of the processor's time, and nothing outside of it takes part. A test that polls little
	// and computes much reaches this bound first, and another machine may then come a little further.
	walkSpare = time.Second
)

// shareOnly ends the portion with its share: a process for each schedule is not quick, however small the test is.
func (p *portion) shareOnly() {
	if p.polls > 0 {
		p.end, p.polls = min(p.end, max(p.next, uint64(p.least))), 0
	}
}

// spend counts what a process ran, and ends the portion when it has had enough.
func (p *portion) spend(polls int) {
	if p.polls == 0 {
		return
	}
	p.polls = max(1, p.polls-polls)
	if p.polls == 1 && int(p.next) >= p.least {
		p.end = p.next
	}
}

// portions shares the schedules of a phase: of a mixed search the walk gets half, and the rest is drawn. Where something is in
// focus, half of all goes to a walk that interrupts tasks there and nowhere else.
func portions(strategy Strategy, seed uint64, schedules int, focus bool) []*portion {
	if focus && strategy == StrategyMixed {
		aimed := &portion{strategy: StrategyExhaustive, aimed: true, end: uint64(schedules / 2)}
		return append([]*portion{aimed}, portions(strategy, seed, schedules-schedules/2, false)...)
	}
	walk := &portion{strategy: StrategyExhaustive, end: uint64(schedules)}
	if strategy == StrategyMixed {
		walk.least, walk.end, walk.polls = schedules/2, uint64(schedules)*walkFurther, schedules*walkPolls
	}
	drawn := &portion{strategy: strategy, next: seed, end: seed + uint64(schedules)}
	switch strategy {
	case StrategyExhaustive:
		return []*portion{walk}
	case StrategyMixed:
		drawn.end -= uint64(walk.least)
		return []*portion{walk, drawn}
	}
	return []*portion{drawn}
}

// Walk is how far a walk through all schedules of a test came. A departure is a decision that plain tokio would not take.
type Walk struct {
	// Within: every schedule with at most so many departures was run; -1 when not even that of plain tokio was.
	Within int `json:"within"`
	// Bound is the number of departures that the walk had come to.
	Bound int `json:"bound"`
	// Share of the schedules within the bound that was run, from 0 to 1, when each answer to a question is taken to lead to
	// equally many of them.
	Share float64 `json:"share"`
	// Complete says that the bound left nothing out: every schedule was run.
	Complete bool `json:"complete"`
}

// parseWalk reads where a walk stands: what it is through with, the bound, whether the bound cut something off, whether the walk
// is done, the share.
func parseWalk(text string) (Walk, bool) {
	words := strings.Fields(text)
	if len(words) < 5 {
		return Walk{}, false
	}
	within, err1 := strconv.Atoi(words[0])
	bound, err2 := strconv.Atoi(words[1])
	share, err3 := strconv.ParseFloat(words[4], 64)
	w := Walk{Within: within, Bound: bound, Share: share, Complete: words[3] == "1"}
	if w.Complete {
		w.Share = 1
	}
	return w, err1 == nil && err2 == nil && err3 == nil && share >= 0 && share <= 1
}
