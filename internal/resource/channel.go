package resource

import (
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// channels tells which channel an end belongs to: the call that made it, followed through fields, parameters and captures of the crate.
// Where several calls can have made it, it is unknown.
type channels struct {
	c      *Crate
	from   map[string][]string // what flows into a cell: a field, a parameter, a capture
	byPath map[string]*facts.Fn
	made   map[string]*knowledge.Conduit
	items  map[string][]string // by the printed type of the messages, the channels that the crate makes
}

func (c *Crate) channels() *channels {
	if c.ends != nil {
		return c.ends
	}
	s := &channels{c: c, from: map[string][]string{}, byPath: map[string]*facts.Fn{}, made: map[string]*knowledge.Conduit{}, items: map[string][]string{}}
	c.ends = s
	for _, fn := range c.facts.Fns {
		s.byPath[fn.Path] = fn
	}
	for _, fn := range c.facts.Fns {
		if fn.MIR() != nil {
			s.flows(fn)
		}
	}
	return s
}

// isEnd reports whether a type is an end of a channel, or leads to one.
func (c *Crate) isEnd(typ string) bool {
	_, ok := c.sideOf(typ)
	return ok
}

func (c *Crate) sideOf(typ string) (knowledge.Side, bool) {
	t := bare(typ)
	if inner, ok := strings.CutPrefix(t, "std::option::Option<"); ok {
		t = bare(strings.TrimSuffix(inner, ">"))
	}
	head := mir.Head(t)
	if head == "" {
		return "", false
	}
	return c.tables.EndOf(c.facts.Global(head))
}

// flows notes where a function puts ends of channels.
func (s *channels) flows(fn *facts.Fn) {
	b := s.c.known(fn)
	f := fn.MIR()
	for i := range f.Blocks {
		block := &f.Blocks[i]
		if block.Cleanup {
			continue
		}
		for j := range block.Stmts {
			st := &block.Stmts[j]
			if st.Kind != mir.Assign {
				continue
			}
			switch v := &st.Value; v.Kind {
			case mir.Adt:
				if head := mir.Head(f.Type(st.Place)); head != "" && !isStandard(head) && head == mir.WithoutGenerics(v.Type) {
					s.put(b, v.Operands, func(k int) string { return "F:" + head + "." + strconv.Itoa(k) })
				}
			case mir.Coroutine, mir.Closure:
				if to := s.c.facts.BodyOf(fn, f.Type(st.Place)); to != nil {
					s.put(b, v.Operands, func(k int) string { return parameter(to, k) })
				}
			}
		}
		if t := &block.Term; t.Kind == mir.Call && !t.Func.IsPlace() {
			s.make(fn, t)
			if to := s.c.facts.Runs(t.Func.Text); to != nil {
				s.put(b, t.Args, func(k int) string { return parameter(to, k) })
			}
		}
	}
}

// make notes the messages of a channel that a call makes.
func (s *channels) make(fn *facts.Fn, t *mir.Term) {
	if row, ok := s.c.tables.Conduit(s.c.facts.Callee(t.Func.Text)); ok && t.Place.IsLocal() {
		key := "C:" + fn.Path + "#" + strconv.Itoa(int(t.Place.Local))
		s.made[key] = row
		if item := itemOf(fn.MIR().Type(t.Place)); item != "" {
			s.items[item] = append(s.items[item], key)
		}
	}
}

// itemOf is the type of the messages of a channel by its pair or by one of its ends; empty for a type parameter.
func itemOf(typ string) string {
	if members, ok := mir.TupleTypes(typ); ok && len(members) > 0 {
		typ = members[len(members)-1]
	}
	args := mir.Args(bare(typ))
	if len(args) != 1 || len(args[0]) == 1 {
		return ""
	}
	return args[0]
}

func parameter(fn *facts.Fn, k int) string { return "P:" + fn.Path + "#" + strconv.Itoa(k) }

func (s *channels) put(b *body, operands []mir.Operand, into func(int) string) {
	for k, o := range operands {
		if !o.IsPlace() || !s.c.isEnd(b.fn.MIR().Type(o.Place)) {
			continue
		}
		if cell := s.cell(b.fn, b.nameOf(o), 4); cell != "" {
			s.from[into(k)] = append(s.from[into(k)], cell)
		} else {
			s.from[into(k)] = append(s.from[into(k)], "?")
		}
	}
}

// cell is where an end lies, under a name that means the same in every function.
func (s *channels) cell(fn *facts.Fn, n Name, left int) string {
	switch {
	case n.Vague:
		return ""
	case n.Base == Own:
		return s.ownCell(n, left)
	case n.Field != "":
		return "F:" + n.Field
	case n.Base == Param && n.Path == "":
		return parameter(fn, n.N)
	case n.Base == Static:
		return "S:" + n.Of + n.Path
	}
	return ""
}

// ownCell follows a value of a function's own to the call that made it.
func (s *channels) ownCell(n Name, left int) string {
	fn := s.byPath[n.Of]
	if fn == nil || fn.MIR() == nil || left == 0 {
		return ""
	}
	b := s.c.known(fn)
	d := b.defs[n.N]
	if d.term != nil && d.n == 1 && !d.term.Func.IsPlace() {
		if row, ok := s.c.tables.Conduit(s.c.facts.Callee(d.term.Func.Text)); ok {
			key := "C:" + n.Of + "#" + strconv.Itoa(n.N)
			s.made[key] = row
			return key
		}
		if to := s.c.facts.Runs(d.term.Func.Text); to != nil && to.Coroutine() == nil {
			inner := s.c.known(to).place(mir.Place{Local: 0}, n.way, fuel)
			if inner.Base == Own && inner.Of == to.Path {
				return s.ownCell(inner, left-1)
			}
		}
	}
	if n.Field != "" {
		return "F:" + n.Field
	}
	return ""
}

// Channel is the one call that made the channel of an end, as a key; empty when it cannot be told.
func (c *Crate) Channel(fn *facts.Fn, n Name) string {
	s := c.channels()
	cell := s.cell(fn, n, 4)
	if cell == "" {
		return ""
	}
	found, seen := "", map[string]bool{}
	work := []string{cell}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		switch {
		case at == "?":
			return ""
		case strings.HasPrefix(at, "C:"):
			if found != "" && found != at {
				return ""
			}
			found = at
		default:
			work = append(work, s.from[at]...)
		}
	}
	if item := itemOf(n.Type); found == "" && strings.HasPrefix(cell, "P:") && len(s.items[item]) == 1 && c.isOwn(item) {
		return s.items[item][0] // nobody in the crate calls it: of one channel of its own messages it is taken to be an end of that one
	}
	return found
}

// isOwn reports whether a type is one of the crate's: anybody can make a channel of numbers.
func (c *Crate) isOwn(typ string) bool {
	return mir.Head(typ) != "" && strings.HasPrefix(c.facts.Global(mir.Head(typ)), c.facts.Name+"::")
}

// SameChannel reports whether two ends, as two functions name them, belong to one channel.
func (c *Crate) SameChannel(fn *facts.Fn, a Name, other *facts.Fn, b Name) bool {
	key := c.Channel(fn, a)
	return key != "" && key == c.Channel(other, b)
}

// Conduit is how the channel of a key was made.
func (c *Crate) Conduit(key string) (*knowledge.Conduit, bool) {
	row, ok := c.channels().made[key]
	return row, ok
}

// known is what is known of a function without working out its summary.
func (c *Crate) known(fn *facts.Fn) *body {
	if b := c.bodies[fn]; b != nil {
		return b
	}
	if b := c.plain[fn]; b != nil {
		return b
	}
	b := newBody(c, fn)
	c.plain[fn] = b
	return b
}

// Exchange is a call on an end of a channel, or on what tasks wait at.
type Exchange struct {
	Row   *knowledge.Exchange
	Name  Name
	Block mir.Block
	Pos   mir.Pos
	Args  []mir.Operand
}

// Exchanges are the calls of a function on ends of channels.
func (c *Crate) Exchanges(fn *facts.Fn) (out []Exchange) {
	b := c.known(fn)
	if b.asked {
		return b.exchanges
	}
	f := fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Call || t.Func.IsPlace() || f.Blocks[i].Cleanup {
			continue
		}
		if row, ok := c.tables.Exchanges(c.facts.Callee(t.Func.Text)); ok && row.Of < len(t.Args) {
			out = append(out, Exchange{row, b.nameOf(t.Args[row.Of]), mir.Block(i), t.Pos, t.Args})
		}
	}
	b.exchanges, b.asked = out, true
	return out
}

// Drain is an await that ends for good only when all senders of a channel are gone.
type Drain struct {
	Name  Name // of the receiver
	Await *coro.Await
}

// Drains are the awaits of a coroutine that only the end of a channel ends.
func (c *Crate) Drains(fn *facts.Fn) (out []Drain) {
	body := fn.Coroutine()
	if body == nil {
		return nil
	}
	for i := range body.Awaits {
		a := &body.Awaits[i]
		if a.Awaitee == 0 {
			continue
		}
		made := body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
		if made.Callee == "" {
			continue
		}
		row, ok := c.tables.Exchanges(c.facts.Callee(made.Callee))
		if !ok || row.Of >= len(made.Args) || row.Does != knowledge.Drains && (row.Does != knowledge.Receives || !body.UntilEnd(a, row.End)) {
			continue
		}
		out = append(out, Drain{c.known(fn).nameOf(made.Args[row.Of]), a})
	}
	return out
}

// Alive are the ends of one side that are alive where a block's call or poll takes place: values of the function's own, and what it was
// lent for the whole of its run.
func (c *Crate) Alive(fn *facts.Fn, at mir.Block, side knowledge.Side) []Name {
	return append(c.Kept(fn, at, side), c.known(fn).lent(c.leavesOf(side))...)
}

// leavesOf finds the ends of one side in a type.
func (c *Crate) leavesOf(side knowledge.Side) coro.Leaves {
	return c.facts.Shapes.Leaves(func(typ string) bool {
		head := mir.Head(typ)
		s, ok := c.tables.EndOf(c.facts.Global(head))
		return ok && s == side && head != ""
	})
}

// Kept are those of the function's own alone.
func (c *Crate) Kept(fn *facts.Fn, at mir.Block, side knowledge.Side) (out []Name) {
	b := c.known(fn)
	if b.alive[side] == nil {
		if b.alive == nil {
			b.alive = map[knowledge.Side]map[mir.Block][]coro.Held{}
		}
		b.alive[side] = coro.HeldBefore(fn.MIR(), fn.Coroutine(), c.leavesOf(side), func(t *mir.Term) bool { return t.Kind == mir.Call })
	}
	t := &fn.MIR().Blocks[at].Term
	for _, h := range b.alive[side][at] {
		moved := slices.ContainsFunc(t.Args, func(a mir.Operand) bool { return a.IsPlace() && a.Place.Local == h.Local && a.Place.IsLocal() })
		if h.Must && !moved {
			out = append(out, b.place(mir.Place{Local: h.Local}, b.lentSteps(fn.MIR().Locals[h.Local].Type, h.Leaf.Path), fuel))
		}
	}
	return out
}

// Used reports whether a call that leads to a block is lent what a name means: it may have done there what is looked for.
func (c *Crate) Used(fn *facts.Fn, n Name, before mir.Block) bool {
	b := c.known(fn)
	for i := range fn.MIR().Blocks {
		t := &fn.MIR().Blocks[i].Term
		if t.Kind != mir.Call || fn.MIR().Blocks[i].Cleanup || t.Return == mir.NoBlock {
			continue
		}
		lent := slices.ContainsFunc(t.Args, func(a mir.Operand) bool {
			return a.IsPlace() && mir.Pointee(fn.MIR().Type(a.Place)) != "" && b.nameOf(a).Key() == n.Key()
		})
		if lent && reaches(fn, t.Return, before, mir.NoBlock) {
			return true
		}
	}
	return false
}

// lent are the parts of what a function was lent for the whole of its run.
func (b *body) lent(leaves coro.Leaves) (out []Name) {
	f := b.fn.MIR()
	for l := range f.Locals {
		typ := f.Locals[l].Type
		if _, ok := b.begin(mir.Local(l)); !ok || !strings.HasPrefix(typ, "&") {
			continue
		}
		inner := bare(typ)
		for _, leaf := range leaves(inner) {
			proj := append([]mir.Elem{{Kind: mir.Deref}}, leaf.Path...)
			out = append(out, follow(b.place(mir.Place{Local: mir.Local(l)}, nil, fuel), b.lentSteps(inner, proj[1:])))
		}
	}
	return out
}

// lentSteps are the steps of a path into a value of a type, whose elements do not name the types of the fields.
func (b *body) lentSteps(typ string, path []mir.Elem) (out []step) {
	owner := typ
	for _, e := range path {
		if e.Kind != mir.Field {
			continue
		}
		elem := e
		if members, ok := mir.TupleTypes(owner); ok && int(e.Index) < len(members) {
			elem.Text = members[e.Index]
		} else {
			elem.Text = b.c.facts.Shapes.TypeOf(owner, int(e.Index))
		}
		out = append(out, step{elem: elem, owner: owner})
		owner = elem.Text
	}
	return out
}

// HeldAt are the resources that a function holds where a block's call or poll takes place.
func (c *Crate) HeldAt(fn *facts.Fn, at mir.Block) []Held {
	b := c.body(fn)
	return b.holds(b.held[at], &fn.MIR().Blocks[at].Term, b.sites)
}

// Joined is an await of the end of tasks, with what they wait for and drain, in the names of the one who waits.
type Joined struct {
	Await  *coro.Await
	Inside Inside
	Drains []Name
	Step   Step // where they are started
}

// Joins are the awaits of a coroutine for the ends of tasks that it has started itself.
func (c *Crate) Joins(fn *facts.Fn) (out []Joined) {
	body := fn.Coroutine()
	if body == nil {
		return nil
	}
	b := c.body(fn)
	for i := range body.Awaits {
		a := &body.Awaits[i]
		if a.Awaitee == 0 || a.Poll == mir.NoBlock {
			continue
		}
		for _, t := range b.tasksOf(a) {
			in := c.Inside(fn, t.future, false)
			j := Joined{Await: a, Inside: in, Step: t.step}
			for _, inst := range b.instancesIn(t.future) {
				for _, d := range c.Drains(inst.fn) {
					if name, ok := b.translate(d.Name, inst.args); ok {
						j.Drains = append(j.Drains, name)
					}
				}
			}
			out = append(out, j)
		}
	}
	return out
}

// task is a future that a call starts as a task of its own.
type task struct {
	future mir.Operand
	step   Step
	result mir.Local
}

// tasks are the calls that start one.
func (b *body) tasks() (out []task) {
	f := b.fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Call || t.Func.IsPlace() || f.Blocks[i].Cleanup || !t.Place.IsLocal() || !b.starts(t) {
			continue
		}
		for _, a := range t.Args {
			if a.IsPlace() && MayRun(f.Type(a.Place)) {
				out = append(out, task{a, Step{Fn: b.fn, Block: mir.Block(i), Pos: t.Pos, Callee: readable(t.Func.Text)}, t.Place.Local})
			}
		}
	}
	return out
}

// starts reports whether a call starts a task: it gives a handle, or puts a future into a set of tasks.
func (b *body) starts(t *mir.Term) bool {
	if b.isTask(b.fn.MIR().Type(t.Place)) {
		return true
	}
	if len(t.Args) < 2 || !t.Args[0].IsPlace() {
		return false
	}
	side, ok := b.c.sideOf(b.fn.MIR().Type(t.Args[0].Place))
	return ok && side == knowledge.Tasks
}

// tasksOf are the tasks whose end an await waits for: that of its handle, or those in a collection of handles.
func (b *body) tasksOf(a *coro.Await) (out []task) {
	awaitee := mir.Place{Local: a.Awaitee}
	if b.isTask(a.Type) {
		name := b.place(awaitee, nil, fuel)
		all := b.tasks()
		for _, t := range all {
			if own := b.place(mir.Place{Local: t.result}, nil, fuel); own.Same(name) {
				return []task{t}
			}
		}
		return b.collected(all)
	}
	made := b.fn.Coroutine().Making(mir.Operand{Kind: mir.Move, Place: awaitee})
	if len(made.Args) == 0 || !made.Args[0].IsPlace() {
		return nil
	}
	typ := b.fn.MIR().Type(made.Args[0].Place)
	if side, ok := b.c.sideOf(typ); ok && side == knowledge.Tasks {
		if set, ok := b.fn.Coroutine().Object(made.Args[0]); ok {
			for _, t := range b.tasks() {
				call := &b.fn.MIR().Blocks[t.step.Block].Term
				if at, ok := b.fn.Coroutine().Object(call.Args[0]); ok && at.Equal(set) {
					out = append(out, t)
				}
			}
		}
		return out
	}
	if strings.Contains(typ, "JoinHandle<") && strings.HasPrefix(typ, "std::vec::Vec<") {
		return b.collected(b.tasks())
	}
	return nil
}

// collected are the tasks whose handles a call puts into something.
func (b *body) collected(all []task) (out []task) {
	f := b.fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Call || len(t.Args) != 2 || !t.Args[1].IsPlace() || f.Blocks[i].Cleanup {
			continue
		}
		for _, task := range all {
			if t.Args[1].Place.IsLocal() && t.Args[1].Place.Local == task.result {
				out = append(out, task)
			}
		}
	}
	return out
}

// instancesIn are the futures of the crate in an operand.
func (b *body) instancesIn(o mir.Operand) (out []instance) {
	at := b.place(o.Place, nil, fuel)
	for _, in := range b.instances() {
		made := b.place(in.place, nil, fuel)
		if made.Same(at) {
			out = append(out, in)
		}
	}
	return out
}

// MadeAt is the call that makes the channel of an end; nil when it cannot be told.
func (c *Crate) MadeAt(fn *facts.Fn, n Name) (*facts.Fn, mir.Block, mir.Pos) {
	path, local, ok := strings.Cut(strings.TrimPrefix(c.Channel(fn, n), "C:"), "#")
	for ok && strings.Contains(local, "#") { // the path of a closure has one too
		var more string
		more, local, _ = strings.Cut(local, "#")
		path += "#" + more
	}
	at := c.channels().byPath[path]
	i, err := strconv.Atoi(local)
	if !ok || at == nil || err != nil {
		return nil, mir.NoBlock, 0
	}
	d := c.known(at).defs[i]
	return at, d.block, positionOf(d)
}
