// Package runtimedrift reports calls that compile with the locked version of a library and go wrong when they run, because they were
// written for another one.
//
// Invariant: one finding for each such call, placed on it; only for a version that cargo built.
//
// May miss texts that are no constants, and builders and sockets that come from elsewhere.
package runtimedrift

import (
	_ "embed" // the page
	"strconv"
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "run-time-drift",
	Family:   "executor",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for _, fn := range pass.Crate.Fns {
		f := fn.MIR()
		for b := range f.Blocks {
			t := &f.Blocks[b].Term
			if t.Kind != mir.Call || f.Blocks[b].Cleanup || t.Func.IsPlace() {
				continue
			}
			for _, p := range pass.Tables.Pitfalls(pass.Crate.Callee(t.Func.Text)) {
				report(pass, fn, mir.Block(b), t, p)
			}
		}
	}
}

func report(pass *analysis.Pass, fn *facts.Fn, block mir.Block, t *mir.Term, p *knowledge.Pitfall) {
	version, ok := pass.Crate.BuiltVersion(p.Versions)
	if !ok || p.Argument >= len(t.Args) || !goesWrong(pass, fn, t, p) {
		return
	}
	label := "written for another version"
	if version != "" {
		label = strings.ReplaceAll(p.Crate, "_", "-") + " " + version + " is built here"
	}
	pass.Report(fn, p.Severity, finding.Finding{Span: pass.At(fn, block, t.Pos), Message: analysis.Code(p.Name) + " " + p.Happens, Label: label, Fix: p.Fix})
}

func goesWrong(pass *analysis.Pass, fn *facts.Fn, t *mir.Term, p *knowledge.Pitfall) bool {
	arg := t.Args[p.Argument]
	switch p.Kind {
	case knowledge.TextArgument:
		constant, _ := pass.Crate.Constant(fn, arg)
		text, err := strconv.Unquote(constant)
		return err == nil && p.Pattern.MatchString(text) && !calls(fn, func(o *mir.Term) bool { return p.Other(pass.Tables, pass.Crate.Callee(o.Func.Text)) })
	case knowledge.WithoutOther:
		made := pass.Crate.FirstOf(fn, t.Args[0])
		if made.Block == mir.NoBlock || pass.Crate.OperandType(fn, arg) != "std::time::Duration" {
			return false
		}
		return !calls(fn, func(o *mir.Term) bool {
			if len(o.Args) == 0 || pass.Crate.FirstOf(fn, o.Args[0]).Block != made.Block {
				return false
			}
			return p.Other(pass.Tables, pass.Crate.Callee(o.Func.Text)) || pass.Crate.Runs(o.Func.Text) != nil // or a function of the crate, which may
		})
	}
	made := pass.Crate.Maker(fn, arg)
	return made.Callee != "" && p.Other(pass.Tables, pass.Crate.Callee(made.Callee)) &&
		!calls(fn, func(o *mir.Term) bool { return strings.HasSuffix(o.Func.Text, "::set_nonblocking") })
}

// calls reports whether a function makes a call that is wanted.
func calls(fn *facts.Fn, wanted func(*mir.Term) bool) bool {
	f := fn.MIR()
	for b := range f.Blocks {
		if t := &f.Blocks[b].Term; t.Kind == mir.Call && !f.Blocks[b].Cleanup && !t.Func.IsPlace() && wanted(t) {
			return true
		}
	}
	return false
}
