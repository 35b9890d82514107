// Package versions holds what of a library depends on its version, and what a program's calls say about where its futures
// run: rows with their sources, and questions of one line.
//
// It is not the table of what calls do to a thread (internal/knowledge), and it judges nothing: a row is a fact for somebody
// who is about to write code.
package versions

import (
	"bytes"
	_ "embed" // the rows
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/mod/semver"
)

//go:embed traps.toml
var text []byte

// Trap is something that code written for another version gets wrong.
type Trap struct {
	ID      string `toml:"id"`
	Crate   string `toml:"crate"`
	Since   string `toml:"since"`   // first version that it holds for; empty: all
	Until   string `toml:"until"`   // first version that it does not hold for; empty: none
	Feature string `toml:"feature"` // it matters only where this feature is on; empty: always
	Rank    int    `toml:"rank"`    // 1 fails at run time or silently, 2 does not compile and is often written, 3 does not compile
	Says    string `toml:"says"`
	Source  string `toml:"source"`
}

// Feature is a part of a library that has to be switched on.
type Feature struct {
	Crate string `toml:"crate"`
	Name  string `toml:"name"`
	Gives string `toml:"gives"` // empty: the module of that name
}

type entry struct {
	Match   []string `toml:"match"`
	Runtime string   `toml:"runtime"`
}

type spawn struct {
	Match   []string `toml:"match"`
	Demands string   `toml:"demands"`
}

type hard struct {
	Match     []string `toml:"match"`
	Crates    []string `toml:"crates"` // any function of these
	Is        string   `toml:"is"`
	Sync      bool     `toml:"sync"`      // in functions that are no coroutines
	Coroutine bool     `toml:"coroutine"` // in coroutines
}

type table struct {
	Libraries []string  `toml:"libraries"`
	Traps     []Trap    `toml:"trap"`
	Features  []Feature `toml:"feature"`
	Entries   []entry   `toml:"entry"`
	Spawns    []spawn   `toml:"spawn"`
	Hard      []hard    `toml:"hard"`
	Mailboxes []mailbox `toml:"mailbox"`
}

type mailbox struct {
	Match []string `toml:"match"`
}

var rows = sync.OnceValue(func() *table {
	var t table
	d := toml.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		panic(err) // the embedded file is part of the program; a test reads it
	}
	slices.SortStableFunc(t.Traps, func(a, b Trap) int { return a.Rank - b.Rank })
	return &t
})

// Libraries are the crates whose locked version is worth telling, the most telling first.
func Libraries() []string { return rows().Libraries }

// Traps are the rows that hold for a version of a crate, the worst first.
func Traps(crate, version string) []Trap {
	var out []Trap
	for _, t := range rows().Traps {
		if t.Crate == crate && (t.Since == "" || !less(version, t.Since)) && (t.Until == "" || less(version, t.Until)) {
			out = append(out, t)
		}
	}
	return out
}

// less compares versions as cargo does: numbers, and a pre-release before its release.
func less(a, b string) bool { return semver.Compare("v"+a, "v"+b) < 0 }

// Features are the features of a crate that programs reach for.
func Features(crate string) []Feature {
	return slices.DeleteFunc(slices.Clone(rows().Features), func(f Feature) bool { return f.Crate != crate })
}

// Entry is the runtime under which a call of the function runs a future.
func Entry(path string) (runtime string, ok bool) {
	for _, e := range rows().Entries {
		if slices.Contains(e.Match, path) {
			return e.Runtime, true
		}
	}
	return "", false
}

// Spawn is what a call of the function demands of the future that it is given.
func Spawn(path string) (demands string, ok bool) {
	for _, s := range rows().Spawns {
		if slices.Contains(s.Match, path) {
			return s.Demands, true
		}
	}
	return "", false
}

// Hard says why code that calls the function deserves a second look; coroutine says in what kind of function the call stands.
func Hard(path string, coroutine bool) (what string, ok bool) {
	root, _, _ := strings.Cut(path, "::")
	for _, h := range rows().Hard {
		if (slices.Contains(h.Match, path) || slices.Contains(h.Crates, root)) && !(coroutine && h.Sync) && (coroutine || !h.Coroutine) {
			return h.Is, true
		}
	}
	return "", false
}

// Mailbox reports whether the function takes the next message of a mailbox.
func Mailbox(path string) bool {
	return slices.ContainsFunc(rows().Mailboxes, func(m mailbox) bool { return slices.Contains(m.Match, path) })
}
