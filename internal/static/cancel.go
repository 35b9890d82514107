package static

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
	"pollux/internal/rust"
)

// CancelOutcome is the inferred cancel safety of the functions of a capture's members, in the order of units and text.
type CancelOutcome struct {
	Futures  []finding.Cancel
	Unknowns []finding.Unknown
	Units    int // that were read
}

// CancelSafety infers what a cancel of each future does that a library or program of the capture gives. Tests, examples and benches
// are left out.
func CancelSafety(ctx context.Context, capture *cargo.Capture, opt Options) (CancelOutcome, error) {
	r := &runner{opt: opt, root: capture.Root, capture: capture, sources: newSources()}
	g := newGraph(capture.Units)
	var out CancelOutcome
	for _, n := range g.order {
		if err := ctx.Err(); err != nil {
			return CancelOutcome{}, err
		}
		switch {
		case !n.unit.Member:
			r.dependency(g, n)
		case n.unit.MIR != "" && !n.unit.Test && (n.unit.Kind == "lib" || n.unit.Kind == "bin"):
			r.futures(g, n, &out)
		}
	}
	out.Unknowns = append(out.Unknowns, r.out.Unknowns...)
	return out, nil
}

// futures reads one unit.
func (r *runner) futures(g *graph, n *node, out *CancelOutcome) {
	u := n.unit
	m := memo{}
	defer func() { out.Unknowns = append(out.Unknowns, m.Unknowns...) }()
	defer m.recoverAs(u, "the inference of cancel safety")
	text, err := u.ReadMIR()
	if err != nil {
		m.fail(u, fmt.Sprintf("its MIR could not be read: %v", err), "run it again")
		return
	}
	crate := parse.Crate(u.Crate, asString(text))
	source := r.sources.in(u.Dir)
	c := facts.Analyze(facts.Unit{MIR: crate, Source: source}, r.tables(), g.library(n))
	places := analysis.Places{Root: r.root, Dir: u.Dir, Package: u.PackageDir, Source: source}
	at := func(pos mir.Pos) finding.Span { return places.Plain(crate, pos) }
	for _, fn := range c.Futures() {
		if row := r.future(c, fn, at, u); row.Known() {
			out.Futures = append(out.Futures, row)
		}
	}
	out.Units++
	if u.Kind == "lib" {
		n.export = c.ExportAll(at)
		n.export.Uses = g.uses(n)
	}
}

// future is the row of one function; of an unknown place when it is not the crate's own text.
func (r *runner) future(c *facts.Crate, fn *facts.Fn, at func(mir.Pos) finding.Span, u cargo.Unit) finding.Cancel {
	inferred := c.CancelFn(fn)
	row := finding.Cancel{Span: at(fn.MIR().Pos), Package: u.Package, Function: pathOf(c, fn), Kind: "fn", Verdict: string(inferred.Verdict), Reason: inferred.Reason}
	note := func(pos mir.Pos, message string) {
		b := finding.Because{Span: at(pos), Message: message}
		same := func(o finding.Because) bool { return o.File == b.File && o.Line == b.Line && o.Message == b.Message }
		if !slices.ContainsFunc(row.Why, same) {
			row.Why = append(row.Why, b)
		}
	}
	for _, l := range inferred.Losses {
		note(placeOf(fn, l), string(l.Verdict)+": "+l.What)
	}
	for _, g := range inferred.Why {
		note(g.Pos, g.What)
	}
	file, item := r.item(u, fn, row.Span)
	switch {
	case c.IsPoll(fn):
		row.Kind, row.Public = "future", true
	case strings.HasPrefix(fn.Ret, "{async fn body"):
		row.Kind = "async fn"
	}
	if item != nil && row.Kind != "future" {
		row.Public = isPublic(file, item)
		row.Documented, row.Claim = claimOf(file.Docs(item.Item))
		row.Contradicts = contradicts(row.Verdict, row.Documented)
	}
	return row
}

// placeOf is where a loss happens: at the suspension, or else where its cause is.
func placeOf(fn *facts.Fn, l facts.Loss) mir.Pos {
	if l.Await != nil && l.Effect == 0 {
		return l.Await.Pos
	}
	return l.Effect
}

// pathOf is a function by type or module, as its documentation would list it.
func pathOf(c *facts.Crate, fn *facts.Fn) string {
	if c.IsPoll(fn) {
		return fn.Type
	}
	if fn.Type != "" {
		return fn.Type + "::" + fn.Name
	}
	return fn.Path
}

// item finds a function in its source.
func (r *runner) item(u cargo.Unit, fn *facts.Fn, at finding.Span) (*rust.File, *rust.Fn) {
	name := at.File
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.root, name)
	}
	src := r.sources.in(u.Dir)(name)
	if src == nil {
		return nil, nil
	}
	file := src.File()
	var found *rust.Fn
	for _, f := range file.Fns {
		if f.Name == fn.Name && f.Contains(at.Line, at.Column) {
			found = f
		}
	}
	return file, found
}

// isPublic reports whether a function is marked pub, or belongs to a trait.
func isPublic(file *rust.File, fn *rust.Fn) bool {
	if fn.Trait != nil || fn.Impl != nil && fn.Impl.Trait != "" {
		return true
	}
	line := file.Line(fn.Line)
	runes := []rune(line)
	if fn.Column-1 >= len(runes) {
		return false
	}
	rest := string(runes[fn.Column-1:])
	return strings.HasPrefix(rest, "pub ")
}
