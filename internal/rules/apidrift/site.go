package apidrift

import (
	"regexp"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/knowledge"
)

// site is one primary place of one error.
type site struct {
	*scope
	error    int
	diag     cargo.Diagnostic
	span     cargo.DiagnosticSpan
	from, to int // offsets
	module   string
}

// The errors by what they are about. Compilers before the split of E0412 print that code for types.
var (
	pathCodes   = []string{"E0432", "E0433", "E0425", "E0412", "E0405", "E0603", "E0404", "E0423", "E0574", "E0531", "E0532"}
	methodCodes = []string{"E0599", "E0624", "E0061", "E0616", "E0609", "E0560"}
	implCodes   = []string{"E0407", "E0437", "E0053", "E0050", "E0195", "E0046", "E0107", "E0186", "E0220"}
)

// attributeError recognises errors of attribute macros, which carry no code and whose place is what is written in the attribute.
func attributeError(d cargo.Diagnostic) bool { return d.Code == "" && len(d.Spans) > 0 }

func (s *site) hits() []*hit {
	switch {
	case slices.Contains(pathCodes, s.diag.Code):
		return s.paths()
	case slices.Contains(methodCodes, s.diag.Code):
		return s.first(s.methods, s.messages)
	case slices.Contains(implCodes, s.diag.Code):
		return s.first(s.impls, s.defined, s.messages)
	case s.diag.Code == "E0308":
		return s.first(s.argument, s.messages)
	case s.diag.Code == "":
		return s.first(s.attributes, s.messages)
	}
	return s.messages()
}

// first is the answer of the first question that has one.
func (s *site) first(questions ...func() []*hit) []*hit {
	for _, ask := range questions {
		if hits := ask(); len(hits) > 0 {
			return hits
		}
	}
	return nil
}

// paths looks at a path of which rustc does not find a part.
func (s *site) paths() []*hit {
	if item := s.useAt(s.from); item != nil {
		var out []*hit
		for _, leaf := range item.covering(s.code, s.from, s.to) {
			out = append(out, s.imports(leaf)...)
		}
		return out
	}
	last := s.tokenAt(s.to - 1)
	p, ok := s.pathAround(last)
	if !ok {
		return nil
	}
	failed := slices.Index(p.segs, last)
	n, ok := s.resolve(s.names(p), p.global, s.module)
	if !ok {
		return nil
	}
	if failed+n.added == 0 && n.dep != nil {
		return nil // the package itself is there
	}
	return s.use(p, n, failed+n.added)
}

// rows are those that speak about a path: of its package at its version, or of a library that is not there any more.
func (s *site) rows(n named) (*cargo.Package, *knowledge.Drift, int) {
	if n.dep != nil {
		row, upto := rowOf(n, living(knowledge.Drifts(n.dep.Name, n.dep.Version)))
		return n.dep, row, upto
	}
	for _, name := range s.pkg.Externs() {
		dep := s.graph.Extern(s.pkg, name)
		rows := slices.DeleteFunc(knowledge.Drifts(dep.Name, dep.Version), func(d *knowledge.Drift) bool { return !d.Gone })
		if row, upto := rowOf(n, rows); row != nil {
			return dep, row, upto
		}
	}
	return nil, nil, 0
}

func living(rows []*knowledge.Drift) []*knowledge.Drift {
	return slices.DeleteFunc(rows, func(d *knowledge.Drift) bool { return d.Gone })
}

// use is a path in an expression or a type.
func (s *site) use(p path, n named, failed int) []*hit {
	dep, row, upto := s.rows(n)
	if row == nil || upto <= failed {
		if row, upto = s.derive(n, failed); row == nil {
			return nil
		}
		dep = n.dep
	}
	h := s.hit(row, dep, p.segs[0], p.segs[max(0, upto-n.added-1)])
	h.written = strings.Join(n.names[:upto], "::")
	h.pathEdit(p, n, upto)
	return []*hit{h}
}

// hit is the beginning of one.
func (s *site) hit(row *knowledge.Drift, dep *cargo.Package, first, last int) *hit {
	return &hit{scope: s.scope, error: s.error, row: row, dep: dep, at: [2]int{s.start(first), s.end(last)}, from: s.from, to: s.to}
}

// imports is a name that an import does not find, with the places that use it.
func (s *site) imports(leaf *useLeaf) []*hit {
	names := leaf.names(s.code)
	global := s.sep(leaf.segs[0] - 2)
	n, ok := s.resolveImport(names, global, leaf)
	if !ok {
		return nil
	}
	dep, row, upto := s.rows(n)
	usages := s.usages(leaf)
	var out []*hit
	for _, u := range usages {
		full := named{dep: n.dep, names: append(slices.Clone(n.names), s.names(u)[1:]...), added: len(n.names) - 1}
		if udep, urow, uupto := s.rows(full); urow != nil && (uupto > len(n.names) || byUse(urow)) {
			h := s.hit(urow, udep, u.segs[0], u.segs[uupto-full.added-1])
			h.written = strings.Join(full.names[:uupto], "::")
			h.pathEdit(u, full, uupto)
			out = append(out, h)
		}
	}
	if row == nil && len(out) == 0 {
		row, upto = s.derive(n, s.failedIn(leaf, n))
		dep = n.dep
	}
	if row == nil {
		if len(out) == 0 || len(out) < len(usages) {
			return nil
		}
		row, dep, upto = out[0].row, out[0].dep, len(n.names)
	}
	h := s.hit(row, dep, leaf.segs[0], leaf.segs[len(leaf.segs)-1])
	if leaf.own < len(leaf.segs) {
		h.at[0] = s.start(leaf.segs[len(leaf.segs)-leaf.own])
	}
	h.written = strings.Join(n.names[:upto], "::")
	for _, o := range out {
		h.taken = append(h.taken, o.at[0])
	}
	h.importEdit(leaf, n, upto, usages, len(out))
	return append([]*hit{h}, out...)
}

// byUse reports whether a row changes each use of a name and not only the name.
func byUse(row *knowledge.Drift) bool {
	word, _ := row.EditWord()
	return row.Call != "" || len(row.Within) > 0 || word == knowledge.EditMacro || row.Edit == knowledge.EditResult
}

// failedIn is the place in the full path of the name that rustc did not find: the last one that the error covers.
func (s *site) failedIn(leaf *useLeaf, n named) int {
	for i, seg := range leaf.segs {
		if s.end(seg) == s.to {
			return i + n.added
		}
	}
	return len(n.names) - 1
}

// resolveImport is resolve for the path of an import: since edition 2018 it begins with a package or with a name in scope.
func (s *site) resolveImport(names []string, global bool, leaf *useLeaf) (named, bool) {
	if other := s.imported(names[0], leaf.item.module); other == leaf || other == nil || len(other.segs) == 1 {
		dep := s.graph.Extern(s.pkg, names[0])
		if dep == nil && s.declares(names[0], leaf.item.module) {
			return named{}, false
		}
		n := named{dep: dep, names: slices.Clone(names)}
		if dep != nil {
			n.names[0] = dep.Crate
		}
		return n, names[0] != "crate" && names[0] != "self" && names[0] != "super"
	}
	return s.resolve(names, global, leaf.item.module)
}

// usages are the paths of the module that begin with the name that a leaf brings in.
func (s *scope) usages(leaf *useLeaf) []path {
	name := leaf.bound(s.code)
	if name == "" {
		return nil
	}
	var out []path
	for i := range s.toks {
		if !s.isIdent(i) || s.text(i) != name || s.text(i-1) == "." || s.sep(i-2) || s.useAt(s.start(i)) != nil {
			continue
		}
		line, column := s.Position(s.start(i))
		if s.module(line, column) != leaf.item.module {
			continue
		}
		if p, ok := s.pathAround(i); ok {
			out = append(out, p)
		}
	}
	return out
}

var (
	methodMessage = regexp.MustCompile("^no [a-z, ]+? named `(.+?)` (?:found for|on type) (?:.+? )?`(.+)`(?: in the current scope)?$")
	boundsMessage = regexp.MustCompile("^the (?:method|function or associated item) `(.+?)` exists for (?:.+? )?`(.+)`, but its trait bounds were not satisfied$")
	fieldMessage  = regexp.MustCompile("^(?:no|unknown) field `(.+?)` on type `(.+)`$")
)

// methods looks at a method, an associated function or a variant that a type does not have, that is private, or that takes other
// arguments.
func (s *site) methods() []*hit {
	for _, re := range []*regexp.Regexp{methodMessage, boundsMessage, fieldMessage} {
		if m := re.FindStringSubmatch(s.diag.Message); m != nil {
			return s.method(typePath(m[2]), m[1], s.tokenAt(s.from))
		}
	}
	return s.defined()
}

// method looks a method of a type up that rustc names. token is the method's name in the source.
func (s *site) method(typ, method string, token int) []*hit {
	if hits := s.ofCall(method, token); len(hits) > 0 {
		return hits
	}
	if strings.Contains(s.diag.Message, "type parameter `") {
		return s.bounded(typ, method, token)
	}
	for _, dep := range s.owners(typ) {
		for _, row := range knowledge.Drifts(dep.Name, dep.Version) {
			if !s.hasMethod(row, dep, typ, method) || !s.fitsCall(row, token) {
				continue
			}
			h := s.hit(row, dep, token, token)
			h.written, h.method = lastOf(typ)+"::"+method, method
			h.methodEdit(token, s.diag)
			return []*hit{h}
		}
	}
	return nil
}

// bounded looks a method up that is called on a type parameter, among the packages of its bounds.
func (s *site) bounded(param, method string, token int) []*hit {
	for _, dep := range s.boundsOf(param) {
		for _, row := range knowledge.Drifts(dep.Name, dep.Version) {
			fits := slices.ContainsFunc(row.Method, func(p string) bool { t, name := splitLast(p); return name == method && lastOf(t) == "*" })
			if !fits || !s.fitsCall(row, token) {
				continue
			}
			h := s.hit(row, dep, token, token)
			h.written, h.method = param+"::"+method, method
			h.methodEdit(token, s.diag)
			return []*hit{h}
		}
	}
	return nil
}

// boundsOf are the packages of the traits that a parameter of the function around the place must implement.
func (s *site) boundsOf(param string) []*cargo.Package {
	var out []*cargo.Package
	for _, fn := range s.Fns {
		if !fn.Contains(s.span.Line, s.span.Column) {
			continue
		}
		for _, m := range regexp.MustCompile(`\b`+regexp.QuoteMeta(param)+`: ([\w:]+)(?:<[^+]*>)?((?: \+ [\w:]+)*)`).FindAllStringSubmatch(fn.Bounds+", "+fn.Where, -1) {
			for trait := range strings.SplitSeq(m[1]+m[2], " + ") {
				if n, ok := s.resolve(strings.Split(trait, "::"), false, s.module); ok && n.dep != nil {
					out = append(out, n.dep)
				}
			}
		}
	}
	return out
}

// ofCall looks a method up that is called on the result of a function that the source names: what rustc prints of an opaque type does not
// say whose it is.
func (s *site) ofCall(method string, token int) []*hit {
	if s.text(token-1) != "." || s.text(token-2) != ")" {
		return nil
	}
	p, ok := s.pathAround(s.partner[token-2] - 1)
	if !ok || s.text(p.segs[0]-1) == "." {
		return nil
	}
	n, ok := s.resolve(s.names(p), p.global, s.module)
	if !ok || n.dep == nil {
		return nil
	}
	path := strings.Join(n.names, "::")
	for _, row := range knowledge.Drifts(n.dep.Name, n.dep.Version) {
		if slices.ContainsFunc(row.Method, func(m string) bool { f, name := splitLast(m); return f == path+"()" && (name == method || name == "*") }) {
			h := s.hit(row, n.dep, token, token)
			h.written, h.method = lastOf(path)+"()."+method, method
			h.methodEdit(token, s.diag)
			return []*hit{h}
		}
	}
	return nil
}

// hasMethod reports whether a row is about a method of a type, given by its path as rustc prints it: in full, or the name alone.
func (s *site) hasMethod(row *knowledge.Drift, dep *cargo.Package, typ, method string) bool {
	return slices.ContainsFunc(row.Method, func(pattern string) bool {
		want, name := splitLast(pattern)
		if name != method && name != "*" {
			return false
		}
		if lastOf(want) == "*" {
			return s.belongs(typ, dep)
		}
		return want == typ || lastOf(want) == typ || !strings.Contains(typ, "::") && want == typ ||
			strings.Contains(typ, "::") && lastOf(want) == lastOf(typ) && strings.HasPrefix(typ, dep.Crate+"::")
	})
}

// belongs reports whether a type that rustc prints is one of a package's.
func (s *site) belongs(typ string, dep *cargo.Package) bool {
	if library, _, ok := strings.Cut(typ, "::"); ok {
		return library == dep.Crate
	}
	return s.surface != nil && s.surface(dep) != nil && len(s.surface(dep).Find(typ)) > 0
}

// owners are the packages that a type printed by rustc can belong to. A name alone is printed only for a type whose name is unique,
// so it is the file's own, or that of any package in reach.
func (s *site) owners(typ string) []*cargo.Package {
	head, _, qualified := strings.Cut(typ, "::")
	var out []*cargo.Package
	for _, name := range s.pkg.Externs() {
		dep := s.graph.Extern(s.pkg, name)
		if qualified && name != head && dep.Crate != head {
			continue
		}
		out = append(out, dep)
	}
	if !qualified && s.definedHere(typ) {
		return nil
	}
	return out
}

// definedHere reports whether the error, or the file, shows a type of that name that is the user's own.
func (s *site) definedHere(typ string) bool {
	if s.declares(typ, s.module) {
		return true
	}
	return slices.ContainsFunc(s.diag.Spans, func(d cargo.DiagnosticSpan) bool {
		return !d.Primary && strings.Contains(d.Label, "not found for this")
	})
}

// fitsCall checks what a row asks of the call whose name is at a token.
func (s *site) fitsCall(row *knowledge.Drift, token int) bool {
	if row.Message != "" && !s.says(row) {
		return false
	}
	if row.Args > 0 {
		open, end, ok := s.call(token)
		if !ok || len(s.args(open, end)) != row.Args {
			return false
		}
	}
	return row.Chain == "" || s.calledLater(token, row.Chain)
}

// calledLater reports whether a method is called on the result of the call at a token, or on what comes of that.
func (s *site) calledLater(token int, method string) bool {
	for {
		_, end, ok := s.call(token)
		if !ok {
			return false
		}
		for s.text(end+1) == "?" {
			end++
		}
		if s.text(end+1) != "." {
			return false
		}
		if token = end + 2; s.text(token) == method {
			return true
		}
	}
}

// argument looks at an argument of another type than the function or variant takes.
func (s *site) argument() []*hit {
	if open := s.tokenAt(s.from) - 1; s.text(open) != "(" {
		return nil
	}
	return s.defined()
}

// defined looks at errors whose notes name the place of the function: one that is private, or takes other arguments.
func (s *site) defined() []*hit {
	token := s.named()
	if token < 0 {
		return nil
	}
	for _, d := range s.definitions() {
		dep, typ := s.fileOf(d.File), s.typeAt(d)
		if dep == nil {
			continue
		}
		for _, row := range knowledge.Drifts(dep.Name, dep.Version) {
			if !s.fitsCall(row, token) {
				continue
			}
			for _, pattern := range row.Method {
				want, name := splitLast(pattern)
				if lastOf(want) == typ && (name == s.text(token) || name == "<>" && s.diag.Code == "E0107") {
					h := s.hit(row, dep, token, token)
					h.written, h.method = typ+"::"+name, name
					if name == "<>" {
						h.written = typ + "<..>"
					}
					h.methodEdit(token, s.diag)
					return []*hit{h}
				}
			}
		}
	}
	return nil
}

// typeAt is the name of the type whose impl, or of the trait whose declaration, holds a place; empty outside of them.
func (s *site) typeAt(d cargo.DiagnosticSpan) string {
	source := s.source(d.File)
	if source == nil {
		return ""
	}
	for it := source.File().ItemAt(d.Line); it != nil; it = it.Parent {
		if it.Kind == "impl" || it.Kind == "trait" || it.Kind == "enum" || it.Kind == "struct" {
			return lastOf(head(it.Name))
		}
	}
	return ""
}

// definitions are the places that the notes and labels of the error point into.
func (s *site) definitions() []cargo.DiagnosticSpan {
	var out []cargo.DiagnosticSpan
	for _, d := range s.diag.Spans {
		if !d.Primary {
			out = append(out, d)
		}
	}
	for _, child := range s.diag.Children {
		out = append(out, child.Spans...)
	}
	return out
}

// fileOf is the package that a file belongs to.
func (s *site) fileOf(file string) *cargo.Package {
	for _, name := range s.pkg.Externs() {
		dep := s.graph.Extern(s.pkg, name)
		if dir, ok := strings.CutSuffix(dep.Manifest, "Cargo.toml"); ok && strings.HasPrefix(file, dir) {
			return dep
		}
	}
	return nil
}

// named is the token of the function's name at the place of the error, -1 when there is none.
func (s *site) named() int {
	if s.diag.Code == "E0308" {
		if open := s.tokenAt(s.from) - 1; open > 0 && s.text(open) == "(" && s.isIdent(open-1) {
			return open - 1
		}
		return -1
	}
	last := s.tokenAt(s.to - 1)
	first := s.tokenAt(s.from)
	for i := last; i >= first; i-- {
		if s.isIdent(i) && (s.text(i+1) == "(" || i == last || s.sep(i+1)) {
			return i
		}
	}
	if open := first - 1; first > 0 && s.text(open) == "(" && s.isIdent(open-1) {
		return open - 1 // the place is an argument
	}
	return -1
}

func splitLast(p string) (before, last string) {
	i := strings.LastIndex(p, "::")
	if i < 0 {
		return "", p
	}
	return p[:i], p[i+2:]
}

func lastOf(p string) string {
	_, last := splitLast(p)
	return last
}
