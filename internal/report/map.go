package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"pollux/internal/confidence"
	"pollux/internal/didyoumean"
	"pollux/internal/engine"
)

// MapOptions says how to write a map.
type MapOptions struct {
	Color bool
	Width int
	All   bool // the whole list of where to look, not its beginning
	// Source gives the lines of a file as the map names it; false when unknown.
	Source func(file string) ([]string, bool)
}

// MapFormats are the forms of a map, the default first.
func MapFormats() []string { return []string{"text", "json", "html"} }

// WriteMap writes a map in the named form. An unknown name gives an [UnknownFormatError].
func WriteMap(w io.Writer, name string, res *engine.MapResult, opt MapOptions) error {
	var b bytes.Buffer
	var err error
	switch name {
	case "text":
		(&mapText{text: &text{view: newView(&engine.Result{}, Options{Color: opt.Color, Width: opt.Width}), b: &b}, m: res, opt: opt}).write()
	case "json":
		err = encode(&b, res)
	case "html":
		err = writeMapHTML(&b, res, opt)
	default:
		return &UnknownFormatError{Name: name}
	}
	if err != nil {
		return fmt.Errorf("write the map as %s: %w", name, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	return nil
}

// MapFormatHint names the likely form.
func MapFormatHint(name string) string { return didyoumean.Hint(name, MapFormats()) }

type mapText struct {
	*text
	m   *engine.MapResult
	opt MapOptions
}

// shortReview is how many places the list names unless all are wanted.
const shortReview = 12

func (t *mapText) write() {
	if t.m.Verdict == engine.DoesNotBuild {
		for _, words := range t.m.Rendered {
			t.b.WriteString(words)
		}
	}
	t.zones()
	t.states()
	t.paragraph("", "", "runs: "+t.m.Ran)
	for _, g := range groupUnknowns(t.m.Unknowns) {
		t.paragraph("", "", "not read: "+g.line(2))
	}
	t.review()
}

// zones says how much of the code is of which kind.
func (t *mapText) zones() {
	type sum struct{ functions, awaits int }
	var all sum
	by := map[confidence.Zone]sum{}
	for _, f := range t.m.Functions {
		s := by[f.Zone]
		s.functions++
		s.awaits += len(f.Awaits)
		by[f.Zone] = s
		all.functions++
		all.awaits += len(f.Awaits)
	}
	t.paragraph("", "", fmt.Sprintf("%s, %s", count(all.functions, "async function"), count(all.awaits, "await point")))
	for _, z := range confidence.Zones() {
		t.item(fmt.Sprintf("%-5s %4d functions, %4d await points   %s", z, by[z].functions, by[z].awaits, zoneWords[z]))
	}
}

var zoneWords = map[confidence.Zone]string{
	confidence.Hard:  "hand-written polls, wakers, unsafe pinning, actors, completion I/O: only their author's care keeps them right",
	confidence.Async: "tasks, locks, races and progress of their own: cancellation and order matter",
	confidence.Safe:  "one await after another: the compiler and a basic test suffice",
}

// states is a table: a line for each class of hazards.
func (t *mapText) states() {
	counts := map[confidence.Class]map[confidence.State]int{}
	for _, f := range t.m.Functions {
		cells := slices.Clone(f.Cells)
		if len(f.Awaits) > 0 {
			cells = slices.DeleteFunc(cells, func(c confidence.Cell) bool { return atAwaits(c.Class) })
		}
		for _, a := range f.Awaits {
			cells = append(cells, a.Cells...)
		}
		for _, c := range cells {
			if counts[c.Class] == nil {
				counts[c.Class] = map[confidence.State]int{}
			}
			counts[c.Class][c.State]++
		}
	}
	if len(counts) == 0 {
		return
	}
	head := fmt.Sprintf("%-10s", "")
	for _, s := range confidence.States() {
		head += fmt.Sprintf(" %11s", s)
	}
	t.b.WriteString(head + "\n")
	for _, class := range sortedClasses(counts) {
		line := fmt.Sprintf("%-10s", class)
		for _, s := range confidence.States() {
			line += fmt.Sprintf(" %11s", dash(counts[class][s]))
		}
		t.b.WriteString(line + "\n")
	}
}

// atAwaits reports whether a class is told for each await point.
func atAwaits(c confidence.Class) bool { return c != confidence.Blocking && c != confidence.Wakers }

func dash(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func sortedClasses[T any](counts map[confidence.Class]T) []confidence.Class {
	var out []confidence.Class
	for c := range counts {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b confidence.Class) int { return cmp.Compare(a, b) })
	return out
}

// review ends with where to look, in order.
func (t *mapText) review() {
	if len(t.m.Review) == 0 {
		t.paragraph("", "", "where to look: nothing stands out")
		return
	}
	t.paragraph("", "", "where to look, in order:")
	for i, item := range t.m.Review {
		if i == shortReview && !t.opt.All {
			t.item(fmt.Sprintf("%s (-v lists all)", count(len(t.m.Review)-i, "more place")))
			return
		}
		t.item(fmt.Sprintf("%2d. %s:%d %s: %s", i+1, item.File, item.Line, item.Function, item.Why))
		if item.Do != "" {
			t.item("      " + strings.TrimSpace(item.Do))
		}
	}
}
