package knowledge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/mir"
)

// maxSegments bounds a path. Longer paths match nothing; the longest one seen in printed code has 11 segments.
const maxSegments = 12

// segments is a path cut at `::`, without allocation.
type segments struct {
	seg [maxSegments]string
	n   int
}

func (s *segments) slice() []string { return s.seg[:s.n] }

// split cuts a path that has no generic arguments. A path with more than maxSegments segments gives none.
func (s *segments) split(path string) {
	s.n = 0
	for path != "" {
		if s.n == maxSegments {
			s.n = 0
			return
		}
		word, rest := cutSegment(path)
		s.seg[s.n] = word
		s.n++
		path = rest
	}
}

func cutSegment(path string) (first, rest string) {
	if i := strings.IndexByte(path, ':'); i >= 0 && i+1 < len(path) && path[i+1] == ':' {
		return path[:i], path[i+2:]
	}
	return path, ""
}

// names knows that one crate or module goes by several names.
type names struct {
	alias      map[string][]alias // by first segment of from, longest from first
	reexported map[string]bool    // crates recognised as the second segment of a path
	wrappers   index[bool]        // types that only pass calls through to their first generic argument
}

type alias struct{ from, to []string }

type nameRow struct {
	From string `toml:"from"`
	To   string `toml:"to"`
}

func newNames(rows []nameRow, reexported []string) (names, error) {
	n := names{alias: map[string][]alias{}, reexported: map[string]bool{}}
	for _, row := range rows {
		from, err := expand(row.From)
		if err != nil {
			return names{}, err
		}
		to, err := expand(row.To)
		if err != nil {
			return names{}, err
		}
		if len(from) != len(to) {
			return names{}, fmt.Errorf("alias from %q to %q: not as many names on both sides", row.From, row.To)
		}
		for i := range from {
			if err := n.add(from[i], to[i]); err != nil {
				return names{}, err
			}
		}
	}
	for _, list := range n.alias {
		slices.SortFunc(list, func(a, b alias) int { return cmp.Compare(len(b.from), len(a.from)) })
	}
	for _, r := range reexported {
		n.reexported[r] = true
	}
	return n, nil
}

func (n *names) add(from, to string) error {
	a := alias{from: strings.Split(from, "::"), to: strings.Split(to, "::")}
	if checkSegments(a.from, false) != nil || checkSegments(a.to, false) != nil {
		return fmt.Errorf("alias from %q to %q: not a path", from, to)
	}
	n.alias[a.from[0]] = append(n.alias[a.from[0]], a)
	return nil
}

// canonical rewrites the root of s by the first alias that fits.
func (n *names) canonical(s *segments) {
	if s.n == 0 {
		return
	}
	for _, a := range n.alias[s.seg[0]] {
		if s.n >= len(a.from) && slices.Equal(s.seg[:len(a.from)], a.from) {
			s.replaceRoot(len(a.from), a.to)
			return
		}
	}
}

func (s *segments) replaceRoot(cut int, to []string) {
	grown := s.n - cut + len(to)
	if grown > maxSegments {
		s.n = 0
		return
	}
	var rest [maxSegments]string
	n := copy(rest[:], s.seg[cut:s.n])
	copy(s.seg[:], to)
	copy(s.seg[len(to):], rest[:n])
	s.n = grown
}

// spelling is a path under the names it may go by: canonical, and from its second segment on if that is a crate which others
// re-export.
type spelling struct{ full, inner segments }

// query is a path that is cut into segments only when a pattern gets that far.
type query struct {
	names *names
	text  string // without generic arguments
	isCut bool
	p     spelling
}

func (q *query) cut() *spelling {
	if !q.isCut {
		q.isCut = true
		q.p.full.split(q.text)
		if q.p.full.n > 2 && q.names.reexported[q.p.full.seg[1]] {
			q.p.inner.n = copy(q.p.inner.seg[:], q.p.full.seg[1:q.p.full.n])
			q.names.canonical(&q.p.inner)
		}
		q.names.canonical(&q.p.full)
	}
	return &q.p
}

// matches reports whether the path is one that a pattern's path names; suffix is the text of its last tail segments.
func (q *query) matches(want []string, suffix string, tail int, prefix bool) bool {
	if !prefix && !hasTail(q.text, suffix) {
		return false
	}
	p := q.cut()
	return p.full.n > 0 && matchesPath(want, tail, prefix, p.full.slice()) ||
		p.inner.n > 0 && matchesPath(want, tail, prefix, p.inner.slice())
}

// hasTail reports whether path ends in suffix at a segment's boundary. An alias may rewrite a whole path (`smol::unblock`),
// but never its last segment.
func hasTail(path, suffix string) bool {
	if !strings.HasSuffix(path, suffix) {
		return false
	}
	rest := len(path) - len(suffix)
	return rest == 0 || path[rest-1] == ':'
}

// mayBeBelow reports whether path could begin with one of roots under any of its names.
func (n *names) mayBeBelow(roots map[string]bool, path string) bool {
	first, rest := cutSegment(path)
	if roots[first] || n.alias[first] != nil {
		return true
	}
	second, _ := cutSegment(rest)
	return n.reexported[second]
}

// matchesPath reports whether path (canonical) is one that p's own path names.
func matchesPath(want []string, tail int, prefix bool, path []string) bool {
	if prefix {
		return len(path) > len(want) && slices.Equal(path[:len(want)], want)
	}
	if len(path) < len(want) || path[0] != want[0] {
		return false
	}
	tail = min(tail, len(want))
	if !slices.Equal(path[len(path)-tail:], want[len(want)-tail:]) {
		return false
	}
	return isSubsequence(want[:len(want)-tail], path[:len(path)-tail])
}

// isSubsequence allows only modules in between: a type there would make it another type's method.
func isSubsequence(want, path []string) bool {
	i := 0
	for _, seg := range path {
		switch {
		case i < len(want) && seg == want[i]:
			i++
		case isTypeName(seg):
			return false
		}
	}
	return i == len(want)
}

// withoutReference strips leading `&`, lifetimes and `mut` of a type.
func withoutReference(typ string) string {
	for {
		rest, ok := strings.CutPrefix(typ, "&")
		if !ok {
			return typ
		}
		if strings.HasPrefix(rest, "'") {
			_, rest, _ = strings.Cut(rest, " ")
		}
		typ = strings.TrimPrefix(rest, "mut ")
	}
}

// behind gives the type inside of wrappers: `TcpStream` for `Lines<BufReader<&TcpStream>>`; "" if typ is no wrapper.
func (n *names) behind(typ string) string {
	inner := ""
	for {
		typ = withoutReference(typ)
		args := mir.Args(typ)
		if len(args) == 0 || !n.wraps(mir.Head(typ)) {
			return inner
		}
		inner, typ = withoutReference(args[0]), args[0]
	}
}

func (n *names) wraps(head string) bool {
	_, ok := n.wrappers.findPath(n, head, mir.LastSegment(head), nil)
	return ok
}
