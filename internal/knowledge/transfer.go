package knowledge

import (
	"errors"
	"fmt"
)

// Transfer tells what a call does with data: which value leaves a place for good, and where it goes.
type Transfer string

// The transfers.
const (
	Takes     Transfer = "takes"     // a value leaves the memory that argument From refers to, or a source outside of the program
	Publishes Transfer = "publishes" // data leaves for the sink that argument To refers to, or one outside; the result says how much
	Puts      Transfer = "puts"      // the value of argument Value is stored in what argument To refers to
	Changes   Transfer = "changes"   // what argument To refers to is read, changed and written
	Sets      Transfer = "sets"      // what argument To refers to is overwritten
	Starts    Transfer = "starts"    // work is started that goes on by itself
	Shows     Transfer = "shows"     // the result is a view of data that stays in what argument From refers to until it is consumed
	Consumes  Transfer = "consumes"  // what argument From has shown is taken from it
	Nothing   Transfer = "nothing"   // it may be done again, or left, without harm
)

var transfers = []Transfer{Takes, Publishes, Puts, Changes, Sets, Starts, Shows, Consumes, Nothing}

// TransferRow is what is known of a call's data. Indexes are those of arguments, self included; NoArgument stands for the world outside
// of the program, or, for Into, for the result.
type TransferRow struct {
	ID       string
	Does     Transfer
	Outcome  string // variants of the result with which it is done, outermost first: "Ready.Ok"; "" for every result
	From, To int
	Into     int // of takes: where the value goes
	Value    int // of puts: which argument is stored
	Evidence string
	Source   string
}

// Transfer looks up what a call does with data. No answer means unknown.
func (t *Tables) Transfer(c Callee) ([]*TransferRow, bool) {
	rows, ok := find(t, &t.transfers, &c)
	if !ok {
		return nil, false
	}
	return *rows, true
}

type transferRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Does     Transfer `toml:"does"`
	Outcome  string   `toml:"outcome"`
	From     *int     `toml:"from"`
	To       *int     `toml:"to"`
	Into     *int     `toml:"into"`
	Value    *int     `toml:"value"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (b *builder) transfers(rows []transferRow) []entry[[]*TransferRow] {
	var out []entry[[]*TransferRow]
	byText := map[string]int{}
	for _, r := range rows {
		b.accept(r.ID, errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "does", r.Does, transfers)))
		if r.Does == Puts && r.Value == nil {
			b.errs = append(b.errs, fmt.Errorf("transfer %s: puts needs value", r.ID))
		}
		row := &TransferRow{ID: r.ID, Does: r.Does, Outcome: r.Outcome, From: orNone(r.From), To: orNone(r.To), Into: orNone(r.Into), Value: orNone(r.Value),
			Evidence: r.Evidence, Source: r.Source}
		for _, e := range patterns(b, r.ID, r.Match, false, false, func(pattern) []*TransferRow { return []*TransferRow{row} }) {
			if n, seen := byText[e.text]; seen {
				out[n].row = append(out[n].row, row)
				continue
			}
			byText[e.text] = len(out)
			out = append(out, e)
		}
	}
	return out
}
