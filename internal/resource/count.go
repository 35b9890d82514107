package resource

import (
	"strconv"
	"strings"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// amount is how many permits a call takes: one, or what an argument says; 0 when that is not a constant.
func (b *body) amount(row *knowledge.Acquisition, args []mir.Operand) int {
	if row.Amount == 0 {
		return 1
	}
	if row.Amount >= len(args) {
		return 0
	}
	n, ok := b.number(args[row.Amount], fuel)
	if !ok {
		return 0
	}
	return n
}

// number is the value of an operand that is a constant of the crate.
func (b *body) number(o mir.Operand, left int) (int, bool) {
	if !o.IsPlace() {
		return b.c.constant(o.Text)
	}
	if !o.Place.IsLocal() || left == 0 {
		return 0, false
	}
	d := b.defs[o.Place.Local]
	if d.n != 1 || d.stmt == nil || d.stmt.Value.Kind != mir.Use && d.stmt.Value.Kind != mir.Cast {
		return 0, false
	}
	return b.number(d.stmt.Value.Operands[0], left-1)
}

// constant reads "4_usize" and "mailbox::PLACES", whose body has the number.
func (c *Crate) constant(text string) (int, bool) {
	digits, _, typed := strings.Cut(text, "_")
	if n, err := strconv.Atoi(digits); err == nil && typed && n >= 0 {
		return n, true
	}
	c.readConstants()
	n, ok := c.numbers[text]
	return n, ok
}

// readConstants notes the constants of the crate whose whole text is a number: `const mailbox::PLACES: usize = const 4_usize;`.
func (c *Crate) readConstants() {
	if c.numbers != nil {
		return
	}
	c.numbers = map[string]int{}
	const mark = "const "
	text := c.facts.MIR.Text
	for at := 0; at < len(text); {
		line, _, _ := strings.Cut(text[at:], "\n")
		if strings.HasPrefix(line, mark) {
			c.readConstant(line[len(mark):])
		}
		next := strings.Index(text[at:], "\n"+mark)
		if next < 0 {
			return
		}
		at += next + 1
	}
}

// readConstant notes the one constant of a line.
func (c *Crate) readConstant(line string) {
	path, value, ok := strings.Cut(line, " = const ")
	path, _, typed := strings.Cut(path, ": ")
	digits, _, suffixed := strings.Cut(value, "_")
	if n, err := strconv.Atoi(digits); ok && typed && suffixed && err == nil && n >= 0 {
		c.numbers[path] = n
	}
}

// Count is how many permits, or places of a channel, there are of a resource: known when every place of the crate that makes it says
// the same constant.
func (c *Crate) Count(fn *facts.Fn, n Name) (int, bool) {
	if n.Vague || n.Base == Nowhere {
		return 0, false
	}
	if n.Base == Own && n.Path == "" {
		made := c.channels().byPath[n.Of]
		if made == nil || made.MIR() == nil {
			return 0, false
		}
		return c.made(made, mir.Local(n.N))
	}
	if n.Field == "" || strings.Contains(n.Field, "*") {
		return 0, false
	}
	c.countFields()
	count, ok := c.counts[n.Field]
	return count, ok && count > 0
}

// made is the count that the call which makes a local's value says.
func (c *Crate) made(fn *facts.Fn, l mir.Local) (int, bool) {
	if d := c.known(fn).defs[l]; d.n == 1 && d.term != nil {
		return c.said(fn, d.term)
	}
	return 0, false
}

// said is the count that a call says.
func (c *Crate) said(fn *facts.Fn, t *mir.Term) (int, bool) {
	if t.Kind != mir.Call || t.Func.IsPlace() {
		return 0, false
	}
	arg, ok := c.tables.Counted(c.facts.Callee(t.Func.Text))
	if !ok || arg >= len(t.Args) {
		return 0, false
	}
	return c.known(fn).number(t.Args[arg], fuel)
}

// countFields notes the counts of what is put into the fields of the crate's structs; 0 where it is not one constant.
func (c *Crate) countFields() {
	if c.counts != nil {
		return
	}
	c.counts = map[string]int{}
	for _, fn := range c.facts.Fns {
		if fn.MIR() == nil {
			continue
		}
		for i := range fn.MIR().Blocks {
			for j := range fn.MIR().Blocks[i].Stmts {
				if s := &fn.MIR().Blocks[i].Stmts[j]; s.Kind == mir.Assign && s.Value.Kind == mir.Adt {
					c.countParts(fn, s)
				}
			}
		}
	}
}

func (c *Crate) countParts(fn *facts.Fn, s *mir.Stmt) {
	head := mir.Head(fn.MIR().Type(s.Place))
	if head == "" || isStandard(head) || head != mir.WithoutGenerics(s.Value.Type) {
		return
	}
	b := c.known(fn)
	for k, o := range s.Value.Operands {
		field := head + "." + strconv.Itoa(k)
		count := 0
		if n := b.nameOf(o); n.Base == Own && n.Path == "" && !n.Vague && n.Of == fn.Path {
			count, _ = c.made(fn, mir.Local(n.N))
		}
		if known, seen := c.counts[field]; seen && known != count {
			count = 0
		}
		c.counts[field] = count
	}
}

// Enough tells how a count bears on a wait for one more permit by who has some of them: certain is a wait for more than there are left,
// alone is one that needs nobody else's permits to last, or can only be in its own way, and has enough.
func (c *Crate) Enough(fn *facts.Fn, w *Wait) (short, enough bool) {
	taken := w.Amount
	for _, h := range w.Held {
		if h.Name.Same(w.Name) && h.Row.Mode == knowledge.Permit {
			if h.Amount == 0 {
				return false, false
			}
			taken += h.Amount
		}
	}
	count, ok := c.Count(fn, w.Name)
	if w.Amount == 0 || !ok {
		return false, false
	}
	own := w.Name.Base == Own && w.Name.Of == fn.Path && !c.lends(fn, w.Name)
	return taken > count, taken <= count && own
}

// Short reports whether one who has permits leaves too few for another one's wait: both names are of fn.
func (c *Crate) Short(fn *facts.Fn, h Held, w *Wait) bool {
	count, ok := c.Count(fn, h.Name)
	return ok && h.Amount > 0 && w.Amount > 0 && h.Amount+w.Amount > count
}

// lends reports whether a value of the function's own goes to a future or closure, whose code can take permits of it at the same time.
func (c *Crate) lends(fn *facts.Fn, n Name) bool {
	b := c.known(fn)
	for i := range fn.MIR().Blocks {
		for j := range fn.MIR().Blocks[i].Stmts {
			s := &fn.MIR().Blocks[i].Stmts[j]
			if s.Kind != mir.Assign || s.Value.Kind != mir.Coroutine && s.Value.Kind != mir.Closure {
				continue
			}
			for _, o := range s.Value.Operands {
				if at := b.nameOf(o); at.Base == n.Base && at.N == n.N && at.Of == n.Of {
					return true
				}
			}
		}
	}
	return false
}

// Filled reports whether a send finds the channel full on every way to it: as many messages as it has places were sent by then, and the
// function has its only receiver, which nobody was lent.
func (c *Crate) Filled(fn *facts.Fn, w *Wait) bool {
	key := c.Channel(fn, w.Name)
	maker, block, _ := c.MadeAt(fn, w.Name)
	if maker == nil || fn.Coroutine() == nil || int(block) >= len(maker.MIR().Blocks) {
		return false
	}
	places, ok := c.said(maker, &maker.MIR().Blocks[block].Term)
	if !ok || places > maxPlaces {
		return false
	}
	sends := map[mir.Block]bool{}
	for i := range c.Waits(fn) {
		o := &c.Waits(fn)[i]
		if o.Await != nil && o.Row == w.Row && !o.Bounded && o.Await.Type == w.Await.Type && c.Channel(fn, o.Name) == key {
			sends[o.Await.Poll] = true
		}
	}
	return fewest(fn, sends, w.Await.Poll, places) >= places
}

// maxPlaces bounds the counts that are looked at: nobody writes more sends one below the other.
const maxPlaces = 64

// fewest is the least number of marked blocks on the ways from the start of a coroutine to a block, without that block; most at most.
func fewest(fn *facts.Fn, marked map[mir.Block]bool, to mir.Block, most int) int {
	blocks := fn.MIR().Blocks
	least := make([]int, len(blocks))
	for i := range least {
		least[i] = most + 1
	}
	start := fn.Coroutine().Start()
	least[start] = 0
	work := []mir.Block{start}
	for len(work) > 0 {
		at := work[0]
		work = work[1:]
		n := least[at]
		if marked[at] && at != to {
			n = min(n+1, most)
		}
		for _, next := range next(fn, at) {
			if int(next) < len(least) && n < least[next] && !blocks[next].Cleanup {
				least[next] = n
				work = append(work, next)
			}
		}
	}
	return min(least[to], most)
}
