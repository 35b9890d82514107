package static

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/cache"
	"pollux/internal/facts"
	"pollux/internal/finding"
)

// memo is the answer for one unit, kept beside its MIR so that an unchanged unit is not read again. There is one for each unit: a new
// answer replaces the old one.
type memo struct {
	Key        string
	Findings   []finding.Finding
	Unknowns   []finding.Unknown
	Statements int
	Opaque     int
	Undecided  map[string]int // calls of async functions that could not be followed, by where they lead
	Export     string         // encoded, for libraries

	failed bool // the answer is not whole: something could not be read, or stopped
}

// key names everything that the answer for a unit depends on: this program, what it was told to do, the unit's MIR, and what is known
// of the crates it calls.
func (r *runner) key(g *graph, n *node) string {
	if n.key != "" {
		return n.key
	}
	h := sha256.New()
	u := n.unit
	dir, _ := filepath.Rel(r.root, u.Dir)
	fmt.Fprintf(h, "%s\n%s\n%s %s %s %t %s %s %s\n", r.opt.Identity, facts.StoreFormat, u.Package, u.Kind, u.Crate, u.Test, u.MIRHash, u.SummaryKey, dir)
	for _, rule := range r.opt.Rules {
		fmt.Fprintf(h, "rule %s\n", rule.ID)
	}
	for _, stem := range u.Externs {
		if dep := g.nodes[stem]; dep != nil {
			fmt.Fprintf(h, "extern %s %s\n", stem, r.key(g, dep))
		}
	}
	n.key = hex.EncodeToString(h.Sum(nil))
	return n.key
}

func memoPath(mirPath string) string { return strings.TrimSuffix(mirPath, ".mir") + ".static.json" }

// recall takes the unit's answer from an earlier run, if it is for the same key.
func (r *runner) recall(g *graph, n *node) bool {
	if r.opt.Identity == "" {
		return false
	}
	text, err := os.ReadFile(memoPath(n.unit.MIR))
	if err != nil {
		return false
	}
	text, ours := cache.Unseal(text)
	if !ours { // edited, or of an older pollux
		return false
	}
	var m memo
	if json.Unmarshal(text, &m) != nil || m.Key != r.key(g, n) {
		return false
	}
	if m.Export != "" {
		n.load = func() { r.recallExport(g, n, m.Export) }
	}
	r.out.add(m)
	return true
}

// recallExport makes the export of a unit whose answer was recalled, for a unit that is compiled against it and was not. One that
// cannot be read is made anew from the unit.
func (r *runner) recallExport(g *graph, n *node, text string) {
	n.load = nil
	var err error
	if n.export, err = facts.Decode(text, r.tables()); err != nil {
		n.export = nil
		var m memo
		if c, places, ok := r.read(&m, g, n); ok {
			r.export(g, n, c, places)
		}
		return
	}
	n.export.Uses = g.uses(n)
}

// remember keeps the unit's answer. Failing to is no harm: the next run reads the MIR again.
func (r *runner) remember(g *graph, n *node, m memo) {
	if r.opt.Identity == "" {
		return
	}
	m.Key = r.key(g, n)
	if n.export != nil {
		text, err := n.export.Encode()
		if err != nil {
			return
		}
		m.Export = string(text)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return
	}
	if text, ok := cache.Seal(text); ok {
		_ = cache.WriteFile(memoPath(n.unit.MIR), text)
	}
}

func (o *Outcome) add(m memo) {
	o.Findings = append(o.Findings, m.Findings...)
	o.Unknowns = append(o.Unknowns, m.Unknowns...)
	o.Statements += m.Statements
	o.Opaque += m.Opaque
	if !m.failed {
		o.Units++
	}
	for where, n := range m.Undecided {
		if o.undecided == nil {
			o.undecided = map[string]int{}
		}
		o.undecided[where] += n
	}
}

// maxUndecided bounds the places that the summary of undecided calls names.
const maxUndecided = 4

// sumUp adds one unknown for the calls that no rule could follow, most frequent first: what a rule is silent about is not decided.
func (o *Outcome) sumUp() {
	total := 0
	var places []string
	for where, n := range o.undecided {
		total += n
		places = append(places, where)
	}
	if total == 0 {
		return
	}
	slices.SortFunc(places, func(a, b string) int {
		return cmp.Or(cmp.Compare(o.undecided[b], o.undecided[a]), cmp.Compare(a, b))
	})
	var words []string
	for _, where := range places[:min(len(places), maxUndecided)] {
		words = append(words, fmt.Sprintf("%d %s", o.undecided[where], where))
	}
	if len(places) > maxUndecided {
		words = append(words, "others")
	}
	noun := "calls"
	if total == 1 {
		noun = "call"
	}
	o.Unknowns = append(o.Unknowns, finding.Unknown{
		What:   "calls of async functions that could not be followed",
		Reason: fmt.Sprintf("%d %s: %s", total, noun, strings.Join(words, ", ")),
		Hint:   "what such a call does was not decided: a rule that depends on it says nothing",
	})
}

// Identity names this program's analysis: a rebuilt pollux answers anew.
func Identity(version string) string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", version, info.Size(), info.ModTime().UnixNano())
}
