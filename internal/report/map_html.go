package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/confidence"
	"pollux/internal/engine"
)

var (
	//go:embed page/map.html
	mapPage string
	//go:embed page/map.css
	mapStyle string
	//go:embed page/map.js
	mapScript string
)

// mapTemplate escapes whatever the checked source brings.
var mapTemplate = template.Must(template.New("map").Parse(mapPage))

// page is what the template fills in.
type page struct {
	Name, Version, Toolchain, Ran string
	Functions, Awaits             int
	Unknowns                      []string
	Review                        []reviewLine
	MoreReview                    int
	Zones                         []zoneLine
	Modules                       []moduleLine
	States, Classes, Files        []string
	Style                         template.CSS
	Script                        template.JS
	Data                          *pageData
}

type reviewLine struct {
	File, Line               int // number of the file
	Where, Function, Why, Do string
	Zone                     confidence.Zone
}

type zoneLine struct {
	Zone              confidence.Zone
	Functions, Awaits int
	Words             string
}

type moduleLine struct {
	Key, Name       string
	Functions, Hard int
	Counts          []int // await points, and polls without one, by their worst state
	Shares          []share
}

type share struct{ State, Flex int }

// pageData is the map as the script reads it: texts once, everything else by number.
type pageData struct {
	States    []confidence.State `json:"states"`
	Classes   []confidence.Class `json:"classes"`
	Zones     []confidence.Zone  `json:"zones"`
	Words     []string           `json:"words"`
	Files     []pageFile         `json:"files"`
	Functions [][]any            `json:"functions"`

	words map[string]int
	files map[string]int
}

type pageFile struct {
	Name string  `json:"name"`
	Text *string `json:"text,omitempty"`
}

// pageReview is how many places the page lists: beyond, the order says little.
const pageReview = 200

func writeMapHTML(b *bytes.Buffer, res *engine.MapResult, opt MapOptions) error {
	d := newPageData(res.Map, opt)
	p := &page{
		Name: filepath.Base(res.Root), Version: res.Version, Toolchain: res.Toolchain, Ran: res.Ran, Functions: len(res.Functions),
		Style: template.CSS(mapStyle), Script: template.JS(mapScript), Data: d, Modules: modules(res.Map),
	}
	for _, s := range d.States {
		p.States = append(p.States, string(s))
	}
	for _, c := range d.Classes {
		p.Classes = append(p.Classes, string(c))
	}
	for _, f := range d.Files {
		p.Files = append(p.Files, f.Name)
	}
	for _, g := range groupUnknowns(res.Unknowns) {
		p.Unknowns = append(p.Unknowns, g.line(2))
	}
	p.zones(res.Map)
	for i, item := range res.Review {
		if i == pageReview {
			p.MoreReview = len(res.Review) - i
			break
		}
		p.Review = append(p.Review, reviewLine{d.file(item.File), item.Line, fmt.Sprintf("%s:%d", item.File, item.Line), item.Function, item.Why, item.Do, item.Zone})
	}
	return mapTemplate.Execute(b, p)
}

func (p *page) zones(m *confidence.Map) {
	for _, z := range confidence.Zones() {
		line := zoneLine{Zone: z, Words: zoneWords[z]}
		for _, f := range m.Functions {
			if f.Zone == z {
				line.Functions++
				line.Awaits += len(f.Awaits)
			}
		}
		p.Zones = append(p.Zones, line)
		p.Awaits += line.Awaits
	}
}

// modules sums up by crate and module, in order.
func modules(m *confidence.Map) []moduleLine {
	var out []moduleLine
	for i := range m.Functions {
		f := &m.Functions[i]
		key := f.Package + " " + f.Module
		at := slices.IndexFunc(out, func(l moduleLine) bool { return l.Key == key })
		if at < 0 {
			at = len(out)
			out = append(out, moduleLine{Key: key, Name: f.Package + " " + f.Module, Counts: make([]int, len(confidence.States()))})
		}
		l := &out[at]
		l.Functions++
		if f.Zone == confidence.Hard {
			l.Hard++
		}
		if len(f.Awaits) == 0 {
			l.Counts[worstOf(f.Cells)]++
		}
		for _, a := range f.Awaits {
			l.Counts[worstOf(a.Cells)]++
		}
	}
	slices.SortFunc(out, func(a, b moduleLine) int { return strings.Compare(a.Key, b.Key) })
	for i := range out {
		for state, n := range out[i].Counts {
			if n > 0 {
				out[i].Shares = append(out[i].Shares, share{state, n})
			}
		}
	}
	return out
}

func worstOf(cells []confidence.Cell) int {
	worst := len(confidence.States()) - 1
	for _, c := range cells {
		worst = min(worst, slices.Index(confidence.States(), c.State))
	}
	return worst
}

func newPageData(m *confidence.Map, opt MapOptions) *pageData {
	d := &pageData{States: confidence.States(), Zones: confidence.Zones(), Words: []string{}, Files: []pageFile{}, Functions: [][]any{}, words: map[string]int{}, files: map[string]int{}}
	classes := map[confidence.Class]bool{}
	for _, f := range m.Functions {
		for _, c := range f.Cells {
			classes[c.Class] = true
		}
		if _, ok := d.files[f.File]; !ok {
			d.files[f.File] = len(d.Files)
			d.Files = append(d.Files, pageFile{f.File, wholeText(opt, f.File)})
		}
	}
	d.Classes = sortedClasses(classes)
	for i := range m.Functions {
		d.Functions = append(d.Functions, d.function(&m.Functions[i]))
	}
	return d
}

// wholeText is a source file as one text, without what would steer a reader; nil when it cannot be read.
func wholeText(opt MapOptions, file string) *string {
	if opt.Source == nil {
		return nil
	}
	lines, ok := opt.Source(file)
	if !ok {
		return nil
	}
	text := printable(strings.Join(lines, "\n"), true)
	return &text
}

func (d *pageData) file(name string) int { return d.files[name] }

// word is the number of a text.
func (d *pageData) word(text string) int {
	if text == "" {
		return -1
	}
	text = printable(text, false)
	n, ok := d.words[text]
	if !ok {
		n = len(d.Words)
		d.words[text] = n
		d.Words = append(d.Words, text)
	}
	return n
}

// function is a function as map.js reads it.
func (d *pageData) function(f *confidence.Function) []any {
	reasons := [][]any{}
	for _, r := range f.Reasons {
		reasons = append(reasons, []any{d.word(r.What), r.Line})
	}
	awaits := [][]any{}
	for _, a := range f.Awaits {
		awaits = append(awaits, []any{a.Line, a.Column, d.word(a.For), a.Tests, d.cells(f.File, a.Line, a.Cells)})
	}
	return []any{
		f.Package, f.Module, printable(f.Name, false), f.Kind, d.file(f.File), f.Line, f.EndLine, slices.Index(d.Zones, f.Zone), reasons, len(f.Tests),
		d.cells(f.File, f.Line, f.Cells), awaits,
	}
}

// cells writes the place itself as @ in what would raise a cell, so that the texts are few.
func (d *pageData) cells(file string, line int, cells []confidence.Cell) [][]any {
	out := [][]any{}
	place := fmt.Sprintf("%s:%d", file, line)
	for _, c := range cells {
		raise := c.Raise
		if !strings.Contains(raise, "@") {
			raise = strings.ReplaceAll(raise, place, "@")
		}
		out = append(out, []any{slices.Index(d.Classes, c.Class), slices.Index(d.States, c.State), d.word(c.Words), d.word(raise)})
	}
	return out
}
