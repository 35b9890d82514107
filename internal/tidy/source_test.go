package tidy

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pollux/tools/repo"
)

// module is the source of this repository.
type module struct {
	root     string
	packages []*pkg
	files    []string // all files that git would see, below root, forward slashes
}

// pkg is one folder of Go files.
type pkg struct {
	dir     string // below root
	files   []*file
	imports []string // of files that are no tests, sorted
}

type file struct {
	name      string // below root
	fset      *token.FileSet
	syntax    *ast.File
	lines     int
	test      bool
	generated bool
}

var loaded = sync.OnceValues(read)

// load returns the source, read once for all tests.
func load(t *testing.T) *module {
	t.Helper()
	m, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func read() (*module, error) {
	root, err := repo.Root()
	if err != nil {
		return nil, err
	}
	m := &module{root: root}
	byDir := map[string]*pkg{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		name := filepath.ToSlash(rel)
		if d.IsDir() {
			if skipped(d.Name()) && name != "." {
				return filepath.SkipDir
			}
			return nil
		}
		m.files = append(m.files, name)
		if !strings.HasSuffix(name, ".go") || strings.Contains(name, "/testdata/") || strings.HasPrefix(name, "testdata/") {
			return nil
		}
		f, err := parse(path, name)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(rel))
		if byDir[dir] == nil {
			byDir[dir] = &pkg{dir: dir}
		}
		byDir[dir].files = append(byDir[dir].files, f)
		return nil
	})
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		p := byDir[dir]
		p.imports = imports(p.files)
		m.packages = append(m.packages, p)
	}
	return m, err
}

// skipped names folders that are no part of the repository.
func skipped(name string) bool {
	return name == ".git" || name == "target" || name == "node_modules" || name == "scaffold"
}

func parse(path, name string) (*file, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &file{
		name: name, fset: fset, syntax: syntax,
		lines:     strings.Count(string(text), "\n"),
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax),
	}, nil
}

func imports(files []*file) []string {
	seen := map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		for _, spec := range f.syntax.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil {
				seen[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// sourceFiles yields every Go file that people write.
func (m *module) sourceFiles(yield func(*file) bool) {
	for _, p := range m.packages {
		for _, f := range p.files {
			if !f.generated && !yield(f) {
				return
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range load(t).packages {
		doc := ""
		for _, f := range p.files {
			doc = cmp.Or(doc, f.syntax.Doc.Text())
		}
		onlyTests := !slices.ContainsFunc(p.files, func(f *file) bool { return !f.test })
		if doc == "" && !onlyTests {
			t.Errorf("%s has no package comment: a stranger must be able to learn from it alone what the package is, what it is "+
				"not, and what always holds", p.dir)
		}
	}
}

const (
	maxFileLines     = 800
	maxFunctionLines = 100
)

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	for f := range load(t).sourceFiles {
		if f.lines > maxFileLines {
			t.Errorf("%s has %d lines, at most %d: it holds more than one subject", f.name, f.lines, maxFileLines)
		}
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || f.test {
				continue
			}
			if n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, at most %d: nobody holds that in his head", f.name, fn.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

func TestAGoroutineCatchesItsPanics(t *testing.T) {
	for f := range load(t).sourceFiles {
		if f.test || strings.HasPrefix(f.name, "tools/") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if body := started(n); body != nil && !defersFirst(body) {
				t.Errorf("%s: line %d starts a goroutine that does not begin with a defer: a panic there ends the process with "+
					"Go's status 2 and no word to the user; recover and hand the panic to who waits", f.name, f.fset.Position(n.Pos()).Line)
			}
			return true
		})
	}
}

// started is the body of the function that a node starts in a goroutine, by a go statement or by the Go method of a group.
func started(n ast.Node) *ast.BlockStmt {
	var call *ast.CallExpr
	switch n := n.(type) {
	case *ast.GoStmt:
		if literal, ok := n.Call.Fun.(*ast.FuncLit); ok {
			return literal.Body
		}
		return &ast.BlockStmt{} // a named function: nothing shows here that it recovers
	case *ast.CallExpr:
		call = n
	default:
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Go" || len(call.Args) != 1 {
		return nil
	}
	if literal, ok := call.Args[0].(*ast.FuncLit); ok {
		return literal.Body
	}
	return &ast.BlockStmt{}
}

func defersFirst(body *ast.BlockStmt) bool {
	if len(body.List) == 0 {
		return false
	}
	_, ok := body.List[0].(*ast.DeferStmt)
	return ok
}

// vague are words for packages that say nothing about their subject, so that anything ends up in them.
var vague = []string{"util", "utils", "common", "helper", "helpers", "manager", "misc", "base", "shared"}

func TestPackagesAreNamedForTheirSubject(t *testing.T) {
	for _, p := range load(t).packages {
		if slices.Contains(vague, filepath.Base(p.dir)) {
			t.Errorf("%s: the name says nothing about what belongs there", p.dir)
		}
	}
}

// exits are the files that may end the process: everything else returns an error, so that the face can choose the status.
// A child that must not outlive its parent ends itself.
var exits = []string{"cmd/", "tools/", "internal/child/"}

func TestOnlyProgramsEndTheProcess(t *testing.T) {
	for f := range load(t).sourceFiles {
		if f.test || slices.ContainsFunc(exits, func(prefix string) bool { return strings.HasPrefix(f.name, prefix) }) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && (isCall(call, "os", "Exit") || isCall(call, "log", "Fatal")) {
				t.Errorf("%s: line %d ends the process; return an error, the face chooses the exit status", f.name,
					f.fset.Position(call.Pos()).Line)
			}
			return true
		})
	}
}

func isCall(call *ast.CallExpr, pkg, name string) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg && strings.HasPrefix(sel.Sel.Name, name)
}

func TestMessagesOfRulesAreLowerCaseWithoutAFinalPeriod(t *testing.T) {
	for f := range load(t).sourceFiles {
		if f.test || !strings.HasPrefix(f.name, "internal/rules/") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			for _, text := range messages(n) {
				if fault := messageFault(text); fault != "" {
					t.Errorf("%s: the message %q %s", f.name, text, fault)
				}
			}
			return true
		})
	}
}

// messages returns the texts of a node that will be the message of a finding, of a place or of a fix: arguments of Report,
// Reportf, Because and Fix, and fields Message, Label and Fix, where they are written out.
func messages(n ast.Node) []string {
	var out []string
	add := func(e ast.Expr) {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil && text != "" {
				out = append(out, text)
			}
		}
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		sel, ok := n.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"Reportf", "Because", "Becausef", "Fix", "Fixf", "Label"}, sel.Sel.Name) {
			for _, arg := range n.Args {
				add(arg)
			}
		}
	case *ast.KeyValueExpr:
		key, ok := n.Key.(*ast.Ident)
		if ok && slices.Contains([]string{"Message", "Label", "Fix"}, key.Name) {
			add(n.Value)
		}
	}
	return out
}

func messageFault(text string) string {
	switch {
	case strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ".."):
		return "ends with a period"
	case text[0] >= 'A' && text[0] <= 'Z' && !startsWithAName(text):
		return "starts with a capital letter"
	case strings.Contains(text, "\n"):
		return "has more than one line"
	}
	return ""
}

// startsWithAName reports whether the first word is a name that is written with a capital, such as Send or RAII.
func startsWithAName(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	return slices.Contains([]string{"Send", "Sync", "Rust", "Drop", "Future", "Pin", "Arc", "Rc"}, strings.TrimRight(first, ",;:"))
}

func TestAMessageFaultIsNamed(t *testing.T) {
	check := func(text string, want bool) {
		t.Helper()
		if got := messageFault(text); (got != "") != want {
			t.Errorf("%q: %q, want a fault: %v", text, got, want)
		}
	}
	check("`x` is held here", false)
	check("The guard is held here", true)
	check("the guard is held here.", true)
	check("Send is demanded here", false)
	check("use a range 0..", false)
	check("two\nlines", true)
}
