package knowledge

import "pollux/internal/mir"

// Registration is what is known of a future that takes what wakes its task with it when it is dropped.
type Registration struct {
	ID       string
	Name     string // the call that makes it, as its library documents it: "tokio::sync::Mutex::lock"
	Leaves   string // completes "the future .. when it is dropped": "leaves the queue of waiters"
	Evidence string
	Source   string
}

// Reads reports whether a call is known to change nothing: neither what it is given nor anything else.
func (t *Tables) Reads(c Callee) bool {
	_, ok := find(t, &t.reads, &c)
	return ok
}

// Shared reports whether a call looks at, or takes from, what other tasks or threads change.
func (t *Tables) Shared(c Callee) bool {
	_, ok := find(t, &t.shared, &c)
	return ok
}

// Moment reports whether a call gives what stood in a shared object at that moment, with nothing held that keeps it so.
func (t *Tables) Moment(c Callee) bool {
	_, ok := find(t, &t.moments, &c)
	return ok
}

// Registers reports whether a call keeps a waker in a shared object, without a lock that the one who wakes takes, too.
func (t *Tables) Registers(c Callee) bool {
	_, ok := find(t, &t.registers, &c)
	return ok
}

// ReadyAgain reports whether a future of this type is ready on each poll after the first that was.
func (t *Tables) ReadyAgain(typePath string) bool {
	_, ok := t.readyAgain.findPath(&t.names, typePath, mir.LastSegment(typePath), nil)
	return ok
}

// Registration looks up a call that makes a future which is never woken once it is dropped. No answer means unknown.
func (t *Tables) Registration(c Callee) (*Registration, bool) { return find(t, &t.registrations, &c) }

func (b *builder) listed(rows []matchRow) (out []entry[bool]) {
	for _, r := range rows {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		out = append(out, patterns(b, r.ID, r.Match, false, false, yes)...)
	}
	return out
}

func (b *builder) listedTypes(rows []typesRow) (out []entry[bool]) {
	for _, r := range rows {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		out = append(out, patterns(b, r.ID, r.Types, true, false, yes)...)
	}
	return out
}

func (b *builder) registrations(rows []registrationRow) (out []entry[Registration]) {
	for _, r := range rows {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		out = append(out, patterns(b, r.ID, r.Match, false, false, func(p pattern) Registration {
			return Registration{ID: r.ID, Name: p.text, Leaves: r.Leaves, Evidence: r.Evidence, Source: r.Source}
		})...)
	}
	return out
}
