package resource

import (
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// replyRow is the row of a wait for an answer.
const replyRow = "Q-reply"

// IsReply reports whether a wait is for the answer to a message; its name is that of the sender that the message went to.
func (w *Wait) IsReply() bool { return w.Row.ID == replyRow }

// findReplies adds the waits for answers: an await of the receiver of one message, whose sender went into a message to somebody.
func (b *body) findReplies() {
	body := b.fn.Coroutine()
	row, ok := b.c.tables.AcquisitionRow(replyRow)
	if body == nil || !ok {
		return
	}
	for i := range body.Awaits {
		a := &body.Awaits[i]
		if side, isEnd := b.c.sideOf(a.Type); a.Awaitee == 0 || !isEnd || side != knowledge.Reply {
			continue
		}
		reply := b.place(mir.Place{Local: a.Awaitee}, nil, fuel)
		if reply.Base != Own || reply.Vague {
			continue
		}
		for _, x := range b.c.Exchanges(b.fn) {
			if x.Row.Does != knowledge.Sends || len(x.Args) < 2 || !b.contains(x.Args[1], reply, 6) {
				continue
			}
			step := Step{Fn: b.fn, Block: x.Block, Pos: x.Pos, Callee: "request"}
			w := Wait{Name: x.Name, Row: row, Steps: []Step{step}, Await: a}
			if a.Poll != mir.NoBlock {
				w.Held = b.holds(b.held[a.Poll], &b.fn.MIR().Blocks[a.Poll].Term, b.sites)
			}
			b.keep(w)
		}
	}
}

// contains reports whether a value has the sender of a reply in it: the other half of the pair that the reply's receiver is of.
func (b *body) contains(o mir.Operand, reply Name, left int) bool {
	if !o.IsPlace() || left == 0 {
		return false
	}
	n := b.nameOf(o)
	if n.Base == Own && n.N == reply.N && n.Of == reply.Of && n.Path == ".0" {
		return true
	}
	d := b.defs[o.Place.Local]
	if d.stmt == nil {
		return false
	}
	for _, part := range d.stmt.Value.Operands {
		if b.contains(part, reply, left-1) {
			return true
		}
	}
	return false
}
