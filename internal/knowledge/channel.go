package knowledge

import (
	"errors"

	"pollux/internal/mir"
)

// Side is which end of a channel a type is.
type Side string

// The sides.
const (
	Sender   Side = "sender"
	Receiver Side = "receiver"
	Reply    Side = "reply" // a receiver of one message, which is awaited itself
	Tasks    Side = "tasks" // no end of a channel, but a set of tasks that messages come out of: their results
)

var sides = []Side{Sender, Receiver, Reply, Tasks}

// Conduit is a call that makes a channel: a pair of its sender and its receiver.
type Conduit struct {
	ID      string
	Bounded bool
	Single  bool // there is one receiver, which cannot be cloned
}

// Conduit looks up a call that makes a channel.
func (t *Tables) Conduit(c Callee) (*Conduit, bool) { return find(t, &t.conduits, &c) }

// EndOf tells which end of a channel a type is.
func (t *Tables) EndOf(typePath string) (Side, bool) {
	side, ok := t.sides.findPath(&t.names, typePath, mir.LastSegment(typePath), nil)
	if !ok {
		return "", false
	}
	return *side, true
}

// Use is what a call does with an end of a channel.
type Use string

// The uses.
const (
	Receives Use = "receives" // one message; the outcome says when all senders are gone
	Drains   Use = "drains"   // all messages until all senders are gone
	Sends    Use = "sends"    // a message; whether it can wait for a place is the matter of an [[acquire]] row
	Wakes    Use = "wakes"    // those alone who are waiting now
	Stores   Use = "stores"   // a wake-up for one who waits, or who comes next
)

var uses = []Use{Receives, Drains, Sends, Wakes, Stores}

// Exchange is what is known of a call on an end of a channel, or on what tasks wait at.
type Exchange struct {
	ID   string
	Does Use
	Of   int
	End  int // of Receives the number of the variant that says that all senders are gone
}

// Exchanges looks up a call on an end of a channel.
func (t *Tables) Exchanges(c Callee) (*Exchange, bool) { return find(t, &t.exchanges, &c) }

type channels struct {
	conduits  index[Conduit]
	sides     index[Side]
	exchanges index[Exchange]
}

// conduitRow is one row of a [[conduit]] table.
type conduitRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Bounded  bool     `toml:"bounded"`
	Single   bool     `toml:"single"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// sideRow is one row of a [[side]] table.
type sideRow struct {
	ID       string   `toml:"id"`
	Types    []string `toml:"types"`
	Is       Side     `toml:"is"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// exchangeRow is one row of an [[exchange]] table.
type exchangeRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Does     Use      `toml:"does"`
	Of       int      `toml:"of"`
	End      string   `toml:"end"` // None or Err
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (b *builder) channelEnds(s source) channels {
	var conduits []entry[Conduit]
	for _, r := range s.Conduit {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		conduits = append(conduits, patterns(b, r.ID, r.Match, false, false, func(pattern) Conduit { return Conduit{r.ID, r.Bounded, r.Single} })...)
	}
	var ends []entry[Side]
	for _, r := range s.Side {
		b.accept(r.ID, errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "is", r.Is, sides)))
		ends = append(ends, patterns(b, r.ID, r.Types, true, false, func(pattern) Side { return r.Is })...)
	}
	var exchanges []entry[Exchange]
	for _, r := range s.Exchange {
		b.accept(r.ID, errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "does", r.Does, uses), checkWord(r.ID, "end", r.End, []string{"", "None", "Err"})))
		exchanges = append(exchanges, patterns(b, r.ID, r.Match, false, false, func(pattern) Exchange { return Exchange{r.ID, r.Does, r.Of, cuts[r.End]} })...)
	}
	return channels{newIndex(conduits), newIndex(ends), newIndex(exchanges)}
}
