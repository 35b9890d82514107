package facts

// Library holds the exported summaries of the crates that were analysed before.
type Library struct {
	byName map[string][]*Fn
	crates map[string]bool
}

// NewLibrary is an empty library.
func NewLibrary() *Library {
	return &Library{byName: map[string][]*Fn{}, crates: map[string]bool{}}
}

// Add makes the functions of a crate callable from the crates analysed later.
func (l *Library) Add(e Export) {
	l.crates[e.Crate] = true
	for _, fn := range e.Fns {
		fn.Crate = e.Crate
		l.byName[fn.Name] = append(l.byName[fn.Name], fn)
	}
}

// Export is what other crates need to know of a crate: a plain value with deterministic JSON.
type Export struct {
	Crate string `json:"crate"`
	Fns   []*Fn  `json:"fns"`
}

// function finds a function by the visible path that rustc prints in another crate. The path can go through re-exports and leave out
// private modules, so it names a function when crate, type and name agree and exactly one function fits.
func (l *Library) function(path string) *Fn {
	var found *Fn
	for _, fn := range l.byName[lastSegment(path)] {
		if !fn.visibleAs(path) {
			continue
		}
		if found != nil {
			return nil
		}
		found = fn
	}
	return found
}

// visibleAs reports whether fn can be what a visible path means.
func (fn *Fn) visibleAs(path string) bool {
	definition := fn.Crate + "::" + fn.Path
	if fn.Type != "" {
		definition = fn.Crate + "::" + fn.Type + "::" + fn.Name
	}
	if definition == path {
		return true
	}
	if rootOf(path) != fn.Crate {
		return false
	}
	typ, visible := lastSegment(parentOf(definition)), lastSegment(parentOf(path))
	if fn.Type != "" && typ != visible {
		return false
	}
	return inOrder(path, definition)
}

// inOrder reports whether the segments of path occur in the definition in the same order.
func inOrder(path, definition string) bool {
	for path != "" {
		head, rest := cutSegment(path)
		for {
			if definition == "" {
				return false
			}
			var d string
			d, definition = cutSegment(definition)
			if d == head {
				break
			}
		}
		path = rest
	}
	return true
}

func cutSegment(path string) (head, rest string) {
	for i := 0; i+1 < len(path); i++ {
		if path[i] == ':' && path[i+1] == ':' {
			return path[:i], path[i+2:]
		}
	}
	return path, ""
}
