// Package surface reads from the source of a library what it gives to its users: the public paths of its items, and the features
// that each needs.
//
// It is not a compiler: modules, visibilities, re-exports and cfg attributes are followed as they are written, macros only as far as
// they put a cfg around items. What it lists was there to read; what it does not list may exist all the same.
//
// Invariants: the same sources give the same lists in the same order; nothing recurses without a bound; a file that cannot be
// read is a module without items.
package surface

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/rust"
)

// Library is where a library's source is, how it was built, and how to get at the libraries that it re-exports.
type Library struct {
	Name    string // of the library, as paths begin
	Root    string // its root file
	Enabled []string
	Read    func(path string) *rust.Source // nil for a file that cannot be read
	Extern  func(name string) *Crate       // by the name it has in this library; nil when unknown
}

// Entry is one public path of an item.
type Entry struct {
	Path    string   // in full, with the library's name first
	Kind    string   // fn, struct, enum, union, trait, type, const, static, mod, macro
	Missing []string // features that would have to be on, sorted; empty when the path is there
	def     string   // where it is defined: equal for paths of one item
	home    *Crate   // the library that defines it
}

// Crate is the surface of one library.
type Crate struct {
	lib     Library
	modules map[string]*module // by the path inside of the library, "" for the root
	gates   map[string][]string
	entries map[string][]Entry // by last name
	paths   map[string]Entry
	methods map[string][]string // of a type's name: methods and associated functions that are public; with variants and fields
}

type module struct {
	path  string
	items []item
	uses  []use
}

type item struct {
	name, kind string
	public     bool
	missing    []string
}

type use struct {
	path    string
	name    string // `*` for a glob
	public  bool
	missing []string
}

// Read reads a library.
func Read(lib Library) *Crate {
	c := &Crate{lib: lib, modules: map[string]*module{}, gates: map[string][]string{}, entries: map[string][]Entry{},
		paths: map[string]Entry{}, methods: map[string][]string{}}
	var files []source
	c.load(lib.Root, "", nil, 0, &files)
	for _, f := range files {
		c.readGates(f.File)
	}
	for _, f := range files {
		c.fill(f)
	}
	c.publish()
	return c
}

// Find are the public paths of items with a name, those of one item together, shortest first.
func (c *Crate) Find(name string) []Entry { return c.entries[name] }

// Path is the item at a public path.
func (c *Crate) Path(path string) (Entry, bool) {
	e, ok := c.paths[path]
	return e, ok
}

// Same reports whether two paths lead to one item.
func (e Entry) Same(o Entry) bool { return e.def == o.def }

// HasMember reports whether some type of the item's name has, in the library that defines it, a public method, associated function,
// variant or field of a name.
func (e Entry) HasMember(member string) bool {
	_, typ := cutLast(e.def)
	return e.home != nil && slices.Contains(e.home.methods[typ], member)
}

// source is a file with the module that it is.
type source struct {
	*rust.File
	module string
}

// Bounds: of nested files, and of public paths' depth.
const (
	maxDepth  = 24
	maxPublic = 8
)

// load reads a file and those of its modules.
func (c *Crate) load(path, module string, missing []string, depth int, files *[]source) {
	s := c.lib.Read(path)
	if s == nil || depth > maxDepth {
		return
	}
	f := s.File()
	*files = append(*files, source{f, module})
	for _, m := range f.Mods {
		if m.InFn != "" || m.Template {
			continue
		}
		inner := join(module, m.Module, m.Name)
		for _, file := range c.fileOf(path, depth == 0, m) {
			if c.lib.Read(file) != nil {
				c.load(file, inner, nil, depth+1, files)
				break
			}
		}
	}
}

// fileOf are the places at which the file of `mod x;` can be.
func (c *Crate) fileOf(path string, root bool, m rust.Mod) []string {
	dir := filepath.Dir(path)
	if m.Path != "" {
		return []string{filepath.Join(dir, filepath.FromSlash(m.Path))}
	}
	if base := strings.TrimSuffix(filepath.Base(path), ".rs"); !root && base != "mod" {
		dir = filepath.Join(dir, base)
	}
	dir = filepath.Join(dir, filepath.FromSlash(strings.ReplaceAll(m.Module, "::", "/")))
	name := strings.TrimPrefix(m.Name, "r#")
	return []string{filepath.Join(dir, name+".rs"), filepath.Join(dir, name, "mod.rs")}
}

func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "::")
}

// readGates notes the macros that put a cfg around the items in their argument.
func (c *Crate) readGates(f *rust.File) {
	for _, m := range f.Macros {
		for _, a := range f.Attrs {
			if a.Path == "cfg" && m.Contains(a.Line, a.Column) {
				c.gates[m.Name] = append(c.gates[m.Name], a.Args)
			}
		}
	}
}

// fill reads the items and declarations of a file.
func (c *Crate) fill(f source) {
	for _, it := range f.Items {
		inner, ok := moduleOf(it)
		if !ok {
			if it.Kind == "fn" {
				c.method(f, it)
			}
			continue
		}
		m := c.module(join(f.module, inner))
		missing := c.missing(f.File, it)
		switch it.Kind {
		case "use":
			c.uses(f, it, m, missing)
		case "macro_rules":
			if exported(it) {
				root := c.module("")
				root.items = append(root.items, item{it.Name, "macro", true, missing})
			}
		case "impl", "extern":
		default:
			m.items = append(m.items, item{it.Name, it.Kind, public(f.File, it), missing})
		}
	}
	for _, s := range f.Structs {
		c.methods[s.Name] = append(c.methods[s.Name], s.Variants...)
		for _, field := range s.Fields {
			if field.Variant == "" {
				c.methods[s.Name] = append(c.methods[s.Name], field.Name)
			}
		}
	}
}

// method notes a function of an impl or a trait.
func (c *Crate) method(f source, it *rust.Item) {
	parent := it.Parent
	if parent == nil || parent.Kind != "impl" && parent.Kind != "trait" || len(c.missing(f.File, it)) > 0 || len(c.missing(f.File, parent)) > 0 {
		return
	}
	if parent.Kind == "impl" && !public(f.File, it) {
		return
	}
	name, _, _ := strings.Cut(parent.Name, "<")
	name = name[strings.LastIndex(name, ":")+1:]
	c.methods[name] = append(c.methods[name], it.Name)
}

// moduleOf is the inline modules around an item; it fails for an item in a function, an impl or a trait.
func moduleOf(it *rust.Item) (string, bool) {
	var names []string
	for at := it.Parent; at != nil; at = at.Parent {
		switch at.Kind {
		case "mod":
			names = append(names, at.Name)
		case "macro_rules", "macro", "fn", "impl", "trait", "const", "static":
			return "", false
		}
	}
	slices.Reverse(names)
	return strings.Join(names, "::"), true
}

func exported(it *rust.Item) bool {
	return slices.ContainsFunc(it.Attrs, func(a rust.Attr) bool { return a.Path == "macro_export" })
}

func public(f *rust.File, it *rust.Item) bool {
	at := f.Offset(it.Line, it.Column)
	return at >= 0 && strings.HasPrefix(f.Src[at:], "pub ")
}

func (c *Crate) module(path string) *module {
	m := c.modules[path]
	if m == nil {
		m = &module{path: path}
		c.modules[path] = m
	}
	return m
}

// uses notes the names of one declaration.
func (c *Crate) uses(f source, it *rust.Item, m *module, missing []string) {
	pub := public(f.File, it)
	from, to := f.Offset(it.Line, it.Column), f.Offset(it.EndLine, it.EndColumn)
	if from < 0 || to < from {
		return
	}
	for _, u := range rust.Parse(f.Path, f.Src[from:to]).Uses {
		m.uses = append(m.uses, use{u.Path, u.Name, pub, missing})
	}
}

// missing are the features that an item needs and that are off. A feature that must be off and is on counts as missing under its name
// with an exclamation mark; conditions about anything else count as met.
func (c *Crate) missing(f *rust.File, it *rust.Item) []string {
	var out []string
	for _, a := range it.Attrs {
		if a.Path == "cfg" {
			out = append(out, c.unmet(a.Args)...)
		}
	}
	for _, call := range f.Calls {
		if call.Contains(it.Line, it.Column) {
			for _, condition := range c.gates[call.Path[strings.LastIndex(call.Path, ":")+1:]] {
				out = append(out, c.unmet(condition)...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// publish walks the public modules from the root and lists what each gives.
func (c *Crate) publish() {
	type step struct {
		public string
		crate  *Crate
		module string
		depth  int
		needs  []string
	}
	queue := []step{{c.lib.Name, c, "", 0, nil}}
	seen := map[string]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		key := at.public + " " + at.crate.lib.Name + "::" + at.module
		if seen[key] || at.depth > maxPublic {
			continue
		}
		seen[key] = true
		for _, g := range at.crate.gives(at.module, 0) {
			needs := slices.Concat(at.needs, g.missing)
			slices.Sort(needs)
			needs = slices.Compact(needs)
			path := at.public + "::" + g.name
			c.add(Entry{path, g.kind, needs, g.crate.lib.Name + "::" + g.def, g.crate})
			if g.kind == "mod" {
				queue = append(queue, step{path, g.crate, g.def, at.depth + 1, needs})
			}
		}
	}
	for _, list := range c.entries {
		slices.SortFunc(list, func(a, b Entry) int {
			return cmp.Or(cmp.Compare(len(a.Missing), len(b.Missing)), cmp.Compare(strings.Count(a.Path, "::"), strings.Count(b.Path, "::")), cmp.Compare(a.Path, b.Path))
		})
	}
}

func (c *Crate) add(e Entry) {
	if have, ok := c.paths[e.Path]; ok && len(have.Missing) <= len(e.Missing) {
		return
	}
	c.paths[e.Path] = e
	name := e.Path[strings.LastIndex(e.Path, ":")+1:]
	list := slices.DeleteFunc(c.entries[name], func(o Entry) bool { return o.Path == e.Path })
	c.entries[name] = append(list, e)
}

// given is a name that a module gives.
type given struct {
	name, kind string
	crate      *Crate
	def        string // path inside of crate
	missing    []string
}

// gives lists the public names of a module, those of its re-exports too.
func (c *Crate) gives(path string, depth int) []given {
	m := c.modules[path]
	if m == nil || depth > maxPublic {
		return nil
	}
	var out []given
	for _, it := range m.items {
		if it.public {
			out = append(out, given{it.name, it.kind, c, join(path, it.name), it.missing})
		}
	}
	for _, u := range m.uses {
		if !u.public {
			continue
		}
		crate, target, ok := c.target(path, u.path, depth)
		switch {
		case !ok:
		case u.name == "*":
			for _, g := range crate.gives(target, depth+1) {
				g.missing = slices.Concat(g.missing, u.missing)
				out = append(out, g)
			}
		default:
			if g, ok := crate.item(target, depth+1); ok {
				g.name, g.missing = u.name, slices.Concat(g.missing, u.missing)
				out = append(out, g)
			}
		}
	}
	return out
}

// target is the library and the path in it that a declaration in a module names.
func (c *Crate) target(module, path string, depth int) (*Crate, string, bool) {
	if depth > maxPublic {
		return nil, "", false
	}
	head, rest, _ := strings.Cut(path, "::")
	switch head {
	case "crate", "$crate":
		return c, rest, true
	case "self":
		return c, join(module, rest), true
	case "super":
		up := module
		for head == "super" {
			up, _ = cutLast(up)
			var more bool
			head, rest, more = strings.Cut(rest, "::")
			if head != "super" {
				if more {
					return c, join(up, head, rest), true
				}
				return c, join(up, head), true
			}
		}
	}
	if c.has(module, head) {
		return c, join(module, path), true
	}
	if used := c.alias(module, head); used != "" && used != path {
		return c.target(module, join(used, rest), depth+1)
	}
	if c.lib.Extern != nil {
		if other := c.lib.Extern(head); other != nil {
			return other, rest, true
		}
	}
	return c, path, c.has("", head)
}

// has reports whether a module has an item of its own of a name.
func (c *Crate) has(module, name string) bool {
	m := c.modules[module]
	return m != nil && slices.ContainsFunc(m.items, func(i item) bool { return i.name == name })
}

// alias is what a module's declaration brings in under a name, empty for none.
func (c *Crate) alias(module, name string) string {
	if m := c.modules[module]; m != nil {
		for _, u := range m.uses {
			if u.name == name {
				return u.path
			}
		}
	}
	return ""
}

// item is what stands at a path inside of the library, private modules included.
func (c *Crate) item(path string, depth int) (given, bool) {
	if path == "" {
		return given{"", "mod", c, "", nil}, true
	}
	before, name := cutLast(path)
	if depth > maxPublic {
		return given{}, false
	}
	if m := c.modules[before]; m != nil {
		for _, it := range m.items {
			if it.name == name {
				return given{name, it.kind, c, path, it.missing}, true
			}
		}
		for _, u := range m.uses {
			if u.name != name && u.name != "*" {
				continue
			}
			crate, target, ok := c.target(before, u.path, depth)
			if ok && u.name == "*" {
				target = join(target, name)
			}
			if ok && !(crate == c && target == path) {
				if g, ok := crate.item(target, depth+1); ok {
					g.missing = slices.Concat(g.missing, u.missing)
					return g, true
				}
			}
		}
		return given{}, false
	}
	// the module itself may be a re-export
	g, ok := c.item(before, depth+1)
	if !ok || g.kind != "mod" || g.crate == c && g.def == before {
		return given{}, false
	}
	inner, ok := g.crate.item(join(g.def, name), depth+1)
	inner.missing = slices.Concat(inner.missing, g.missing)
	return inner, ok
}

func cutLast(path string) (before, last string) {
	i := strings.LastIndex(path, "::")
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+2:]
}
