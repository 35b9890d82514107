package poll

import (
	"encoding/binary"
	"slices"

	"pollux/internal/mir"
)

// fact is what a path knows of a tracked local.
type fact int32

// The facts that are about no inner poll.
const (
	nothing     fact = iota
	isReady          // a Poll that is Ready, an Option without a Poll
	isPending        // a Poll that is a literal Pending
	isDelegated      // a Poll that is the Pending of an inner poll
	isFalse
	isTrue
	isKept    // a bool: true when a waker of an earlier poll is kept
	isNotKept // its opposite
	firstOpen
)

// The facts about the result of the inner poll that a block calls, as long as the path does not know it.
const (
	openResult  = iota // the Poll itself, or something that wraps it
	openReady          // a bool: true when it is ready
	openPending        // a bool: true when it is pending
	openKinds
)

func open(block mir.Block, kind int) fact { return firstOpen + fact(block)*openKinds + fact(kind) }

// inner takes a fact about an open inner poll apart.
func (f fact) inner() (block mir.Block, kind int, ok bool) {
	if f < firstOpen {
		return 0, 0, false
	}
	return mir.Block((f - firstOpen) / openKinds), int(f-firstOpen) % openKinds, true
}

// negated is the fact about `!x`.
func (f fact) negated() fact {
	switch f {
	case isFalse:
		return isTrue
	case isTrue:
		return isFalse
	case isKept:
		return isNotKept
	case isNotKept:
		return isKept
	}
	if block, kind, ok := f.inner(); ok && kind != openResult {
		return open(block, openReady+openPending-kind)
	}
	return nothing
}

// state is what a path knows.
type state struct {
	woken      Woken
	wrote      bool
	shared     bool        // something that other tasks or threads change was looked at
	ended      bool        // the last inner poll that was ready gave None
	last       mir.Block   // the last inner poll that was ready, as long as nothing but its value decides where the path goes; or NoBlock
	done       mir.Block   // an inner future that was ready, as long as nothing that outlives the call was changed on the path; or NoBlock
	foreign    mir.Block   // of an inner poll with a foreign context that was pending, or NoBlock
	made       site        // of the last literal Pending
	looked     mir.Block   // the last look at shared state that holds nothing, or NoBlock
	registered mir.Block   // the registration after it, with no look since, or NoBlock
	facts      []fact      // by number of the tracked local
	ready      []mir.Block // inner polls that were ready, sorted
	open       []mir.Block // inner polls whose result the path does not know, sorted
}

type site struct {
	block mir.Block
	pos   mir.Pos
}

func (s *state) clone() *state {
	c := *s
	c.facts, c.ready, c.open = slices.Clone(s.facts), slices.Clone(s.ready), slices.Clone(s.open)
	return &c
}

// key identifies a state among those of one block.
func (s *state) key() string {
	b := make([]byte, 0, 16+4*(len(s.facts)+len(s.ready)+len(s.open)))
	word := func(n int32) { b = binary.LittleEndian.AppendUint32(b, uint32(n)) }
	word(int32(s.woken))
	for _, flag := range []bool{s.wrote, s.shared, s.ended} {
		if flag {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	word(int32(s.last))
	word(int32(s.done))
	word(int32(s.foreign))
	word(int32(s.looked))
	word(int32(s.registered))
	word(int32(s.made.block))
	word(int32(s.made.pos))
	for _, f := range s.facts {
		word(int32(f))
	}
	word(-1)
	for _, n := range s.ready {
		word(int32(n))
	}
	word(-1)
	for _, n := range s.open {
		word(int32(n))
	}
	return string(b)
}

// begin notes that the inner poll of a block was called. What an earlier call of the block gave, in a loop, is no longer told apart.
func (s *state) begin(block mir.Block) {
	for i, f := range s.facts {
		if b, _, ok := f.inner(); ok && b == block {
			s.facts[i] = nothing
		}
	}
	s.open = insert(s.open, block)
}

// settle notes that the inner poll of a block was ready, or was pending.
func (s *state) settle(block mir.Block, pending bool) {
	for i, f := range s.facts {
		b, kind, ok := f.inner()
		switch {
		case !ok || b != block:
		case kind == openResult && pending:
			s.facts[i] = isDelegated
		case kind == openResult:
			s.facts[i] = isReady
		case (kind == openPending) == pending:
			s.facts[i] = isTrue
		default:
			s.facts[i] = isFalse
		}
	}
	s.open = remove(s.open, block)
}

func insert(list []mir.Block, b mir.Block) []mir.Block {
	i, found := slices.BinarySearch(list, b)
	if found {
		return list
	}
	return slices.Insert(list, i, b)
}

func remove(list []mir.Block, b mir.Block) []mir.Block {
	if i, found := slices.BinarySearch(list, b); found {
		return slices.Delete(list, i, i+1)
	}
	return list
}
