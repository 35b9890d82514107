package integrity

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rust"
)

// assertion is a call of a macro that fails when something does not hold.
type assertion struct {
	fn     *function
	code   *code
	macro  string // last segment
	lo, hi int    // tokens, from the name to the closing bracket
	args   [][2]int
	text   string // of all its tokens but the message
	under  []string
	bag    map[string]int // its words, those of a variable's value in the place of the variable
	plain  map[string]int // its words as they stand
	form
}

// form is what an assertion asks: `left op right`, or for op "holds" the whole expression on the left.
type form struct{ op, left, right string }

// assertionAt reports whether an assertion starts at token i.
func (c *code) assertionAt(i int) bool {
	return c.word(i) && c.text(i+1) == "!" && i+2 < len(c.toks) && c.toks[i+2].kind == rust.Open && isAssertion(c.text(i))
}

// helperAt reports whether a call of a function that checks starts at token i.
func (c *code) helperAt(i int) bool {
	if !c.word(i) || c.text(i+1) != "(" || c.text(i-1) == "fn" {
		return false
	}
	if asks, known := c.asks[c.text(i)]; known {
		return asks
	}
	return slices.ContainsFunc(words["checking-functions"], func(prefix string) bool { return strings.HasPrefix(c.text(i), prefix) })
}

func isAssertion(macro string) bool {
	return slices.ContainsFunc(words["assertions"], func(prefix string) bool { return strings.HasPrefix(macro, prefix) })
}

// assertions of a function, panics aside.
func assertions(f *function) []*assertion {
	var out []*assertion
	for i := f.lo; i < f.hi; i++ {
		if !f.code.assertionAt(i) || f.code.toks[i+2].mate < 0 {
			continue
		}
		if m := f.code.text(i); m == "panic" || m == "unreachable" {
			continue
		}
		out = append(out, newAssertion(f, i))
	}
	return out
}

func newAssertion(f *function, i int) *assertion {
	c := f.code
	a := &assertion{fn: f, code: c, macro: c.text(i), lo: i, hi: c.toks[i+2].mate + 1}
	a.args = c.split(i+3, a.hi-1, ",")
	if n := a.arity(); len(a.args) > n {
		a.args = a.args[:n] // the rest is the message
	}
	a.text = a.macro
	for _, arg := range a.args {
		a.text += " , " + c.joined(arg[0], arg[1])
	}
	a.form = a.read()
	a.under = conditionsAround(f, i)
	a.bag, a.plain = c.bag(a.said()), c.bag(a.args)
	return a
}

// arity is how many arguments of the macro are not its message.
func (a *assertion) arity() int {
	switch a.macro {
	case "assert", "debug_assert", "prop_assert":
		return 1
	case "assert_eq", "assert_ne", "debug_assert_eq", "debug_assert_ne", "prop_assert_eq", "prop_assert_ne", "assert_matches", "debug_assert_matches":
		return 2
	}
	return len(a.args)
}

// read finds out what the assertion asks.
func (a *assertion) read() form {
	c := a.code
	text := func(i int) string { return c.joined(a.args[i][0], a.args[i][1]) }
	switch {
	case len(a.args) == 2 && strings.HasSuffix(a.macro, "_eq"):
		return form{"==", text(0), text(1)}
	case len(a.args) == 2 && strings.HasSuffix(a.macro, "_ne"):
		return form{"!=", text(0), text(1)}
	case len(a.args) == 1 && a.arity() == 1:
		return c.comparison(a.args[0][0], a.args[0][1])
	}
	return form{"holds", strings.TrimPrefix(a.text, a.macro+" , "), ""}
}

// comparison reads an expression as a comparison, if its outermost operator is one.
func (c *code) comparison(lo, hi int) form {
	if n, _ := c.operator(lo, hi, "||"); n >= 0 {
		return form{"holds", c.joined(lo, hi), ""}
	}
	if n, _ := c.operator(lo, hi, "&&"); n >= 0 {
		return form{"holds", c.joined(lo, hi), ""}
	}
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if at, end := c.operator(lo, hi, op); at >= 0 {
			return form{op, c.joined(lo, at), c.joined(end, hi)}
		}
	}
	return form{"holds", c.joined(lo, hi), ""}
}

// operator finds an operator outside of brackets; -1 when there is none.
func (c *code) operator(lo, hi int, op string) (at, end int) {
	for i := lo; i < hi; i = c.after(i) {
		if !c.spells(i, op) || i == lo && op != "||" {
			continue
		}
		if len(op) == 1 && (c.spells(i, op+"=") || c.spells(i, op+op) || c.text(i-1) == ":" || c.text(i-1) == "=" || c.text(i-1) == "-" || c.text(i-1) == op) {
			continue
		}
		return i, i + len(op)
	}
	return -1, -1
}

// spells reports whether the tokens at i are the characters of op without a gap.
func (c *code) spells(i int, op string) bool {
	for k := range len(op) {
		if c.text(i+k) != op[k:k+1] || k > 0 && c.toks[i+k].offset != c.toks[i].offset+k {
			return false
		}
	}
	return true
}

// parts cuts lo..hi at an operator outside of brackets.
func (c *code) parts(lo, hi int, op string) []string {
	var out []string
	for {
		at, end := c.operator(lo, hi, op)
		if at < 0 {
			return append(out, c.joined(lo, hi))
		}
		out = append(out, c.joined(lo, at))
		lo = end
	}
}

// conditionsAround are the headers of the ifs around token i of a function whose other branch cannot fail, and its own cfg.
func conditionsAround(f *function, i int) []string {
	c := f.code
	var out []string
	for _, open := range enclosing(c, f.lo, i) {
		head := c.header(open, f.lo)
		word, _, _ := strings.Cut(head, " ")
		switch {
		case word == "if" || word == "while":
			if !c.elseFails(open) {
				out = append(out, head)
			}
		case word == "match" || strings.Contains(head, " match "):
			if c.silentArm(open) {
				out = append(out, head)
			}
		}
	}
	for at := i; at > f.lo && c.text(at-1) == "]" && c.toks[at-1].mate > 0; at = c.toks[at-1].mate - 1 {
		out = append(out, c.joined(c.toks[at-1].mate-1, at))
	}
	return out
}

// elseFails reports whether the block at open is followed by an else in which something can fail.
func (c *code) elseFails(open int) bool {
	end := c.toks[open].mate
	return c.text(end+1) == "else" && c.text(end+2) == "{" && checksIn(c, end+2, c.toks[end+2].mate) > 0
}

// silentArm reports whether a match has an arm that does nothing.
func (c *code) silentArm(open int) bool {
	for i := open + 1; i < c.toks[open].mate; i = c.after(i) {
		if c.spells(i, "=>") && (c.text(i+2) == "{" && c.text(i+3) == "}" || c.text(i+2) == "(" && c.text(i+3) == ")") {
			return true
		}
	}
	return false
}

// signature is what stays of an assertion when variables are renamed: its operator, its literals and what it calls.
func (a *assertion) signature() string {
	var out []string
	for _, arg := range a.said() {
		for i := arg[0]; i < arg[1]; i++ {
			t := a.code.toks[i]
			switch {
			case t.kind >= rust.Char && t.kind <= rust.Float:
				out = append(out, t.text)
			case a.code.word(i) && (a.code.text(i+1) == "(" || a.code.text(i-1) == "."):
				switch t.text {
				case "unwrap", "expect", "Ok", "Some", "Err", "clone", "to_string", "to_owned", "into", "as_str", "as_ref", "await":
				default:
					out = append(out, t.text)
				}
			}
		}
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	op := a.op
	if a.op == "holds" && strings.HasPrefix(a.left, "matches") || strings.HasSuffix(a.macro, "matches") {
		op = "matches"
	}
	return op + " " + strings.Join(out, " ")
}

// asserts compares the assertions of a function of a test in both states.
func (c *comparison) asserts(p pair, moved map[string]int) {
	before, now := assertions(p.old), assertions(p.new)
	used := make([]bool, len(now))
	var lost []*assertion
	find := func(o *assertion, fits func(n *assertion) bool) bool {
		for i, n := range now {
			if !used[i] && fits(n) {
				used[i] = true
				c.judge(o, n)
				return true
			}
		}
		return false
	}
	for _, o := range before {
		if !find(o, func(n *assertion) bool { return n.text == o.text }) {
			lost = append(lost, o)
		}
	}
	lost = slices.DeleteFunc(lost, func(o *assertion) bool {
		return o.signature() != "" && find(o, func(n *assertion) bool { return n.signature() == o.signature() && !n.trivial() })
	})
	lost = slices.DeleteFunc(lost, func(o *assertion) bool { return c.closest(o, now, used) })
	rewritten := len(now) >= len(before) && likeness(p.old.grams, p.new.grams) < 0.4
	for _, o := range lost {
		switch {
		case moved[o.text] > 0:
			moved[o.text]--
		case moved["~"+o.signature()] > 0:
			moved["~"+o.signature()]--
		case rewritten, c.usesGone(o.code, o.lo, o.hi), c.kept(o, p.new, now), helped(o, p):
		default:
			c.report(AssertionRemoved, p.new.code.name, head(p.new), p.new.path,
				fmt.Sprintf("`%s` no longer asserts %s", p.new.Name, quote(o.code.shown(o.lo, o.hi))), "bring the assertion back and mend the code")
		}
	}
}

// nearest is how alike two assertions must be for one to stand in the place of the other.
const nearest = 0.3

// closest pairs a lost assertion with the unused one that is most like it, and judges the two.
func (c *comparison) closest(o *assertion, now []*assertion, used []bool) bool {
	best, like := -1, nearest
	for i, n := range now {
		if used[i] {
			continue
		}
		l := o.like(n)
		if n.trivial() {
			l += nearest // little is left to be alike
		}
		if l >= like {
			best, like = i, l
		}
	}
	if best < 0 {
		return false
	}
	used[best] = true
	c.judge(o, now[best])
	return true
}

// bag counts words and literals in some ranges of tokens.
func (c *code) bag(ranges [][2]int) map[string]int {
	out := map[string]int{}
	for _, r := range ranges {
		for i := r[0]; i < r[1]; i++ {
			if k := c.toks[i].kind; k > rust.Frontmatter && k < rust.Open {
				out[c.text(i)]++
			}
		}
	}
	return out
}

// like is how alike two assertions are, with or without the values of their variables.
func (a *assertion) like(b *assertion) float64 {
	return max(likeness(a.bag, b.bag), likeness(a.plain, b.plain))
}

// said are the ranges of the arguments, and for an argument that is one variable what the variable was bound to.
func (a *assertion) said() [][2]int {
	out := slices.Clone(a.args)
	for i, arg := range a.args {
		at := arg[0]
		for a.code.text(at) == "&" || a.code.text(at) == "*" {
			at++
		}
		if at+1 != arg[1] || !a.code.word(at) {
			continue
		}
		if lo, hi := a.fn.binding(a.code.text(at), a.lo); lo < hi {
			out[i] = [2]int{lo, hi}
		}
	}
	return out
}

// binding is the value of the last `let name = ..` before a place in the function; empty when there is none.
func (f *function) binding(name string, before int) (lo, hi int) {
	for i := before - 1; i > f.lo; i-- {
		if f.code.text(i) != name || f.code.text(i-1) != "let" && f.code.text(i-2) != "let" {
			continue
		}
		at := i + 1
		for at < before && f.code.text(at) != "=" && f.code.text(at) != ";" {
			at = f.code.after(at)
		}
		end := at
		for end < before && f.code.text(end) != ";" {
			end = f.code.after(end)
		}
		return at + 1, end
	}
	return 0, 0
}

// kept reports whether what an assertion asked stands in an assertion of the new function that asks more, or is an unwrap there.
func (c *comparison) kept(o *assertion, n *function, now []*assertion) bool {
	asked := names{}
	for _, arg := range o.args {
		for i := arg[0]; i < arg[1]; i++ {
			t := o.code.toks[i]
			if t.kind >= rust.Char && t.kind <= rust.Float || o.code.word(i) && o.code.text(i-1) == "." {
				asked[t.text] = true
			}
		}
	}
	for _, a := range now {
		if len(asked) == 0 || a.trivial() {
			continue
		}
		all := true
		for word := range asked {
			all = all && slices.Contains(a.code.texts(a.lo, a.hi), word)
		}
		if all && a.op == "==" {
			return true
		}
	}
	// `assert!(x.is_ok())` is the same question as `x.unwrap()`
	if o.op == "holds" && (asked["is_ok"] || asked["is_some"]) {
		was := unwraps(o.fn)
		return unwraps(n) > was
	}
	return false
}

// helped reports whether the new function calls a helper that checks, with what the assertion asked about.
func helped(o *assertion, p pair) bool {
	had := 0
	for i := p.old.lo; i < p.old.hi; i++ {
		if p.old.code.helperAt(i) {
			had++
		}
	}
	has, found := 0, false
	for i := p.new.lo; i < p.new.hi; i++ {
		if !p.new.code.helperAt(i) || p.new.code.toks[i+1].mate < 0 {
			continue
		}
		has++
		call := &assertion{fn: p.new, code: p.new.code, lo: i}
		call.args = p.new.code.split(i+2, p.new.code.toks[i+1].mate, ",")
		call.bag, call.plain = p.new.code.bag(call.said()), p.new.code.bag(call.args)
		found = found || o.like(call) >= nearest
	}
	return found && has > had
}

func unwraps(f *function) int {
	n := 0
	for i := f.lo; i < f.hi; i++ {
		if t := f.code.text(i); (t == "unwrap" || t == "expect" || t == "?") && f.code.text(i-1) != "_" {
			n++
		}
	}
	return n
}

// judge reports when n asks less than o.
func (c *comparison) judge(o, n *assertion) {
	why, always := weaker(o, n)
	kind := AssertionWeaker
	if why == "" {
		if under := added(o.under, n.under); under != "" {
			why = fmt.Sprintf("is asked only under `%s` now", under)
		}
	}
	if why == "" {
		return
	}
	c.report(kind, n.code.name, n.code.span(n.lo, n.hi), n.fn.path,
		fmt.Sprintf("the assertion %s of `%s` %s", quote(o.code.shown(o.lo, o.hi)), n.fn.Name, why), "ask as much as before and mend the code")
	if always {
		c.out[len(c.out)-1].Severity = finding.Error
	}
}

// added is the first condition that was not there before.
func added(before, now []string) string {
	for _, cond := range now {
		if !slices.Contains(before, cond) && len(now) > len(before) {
			return cond
		}
	}
	return ""
}

// weaker says in which way n asks less than o; empty when it does not. always: n cannot fail.
func weaker(o, n *assertion) (why string, always bool) {
	switch {
	case n.trivial() && !o.trivial():
		return "holds whatever happens now", true
	case o.text == n.text:
		return "", false
	case strings.HasPrefix(n.macro, "debug_") && !strings.HasPrefix(o.macro, "debug_"):
		return "is left out of release builds now", false
	case o.op == "==" && n.op != "==" && n.op != "holds" && n.related(o):
		return fmt.Sprintf("asked for `==` and asks for `%s` now", n.op), false
	case o.op == "==" && n.op == "holds" && n.related(o) && !strings.Contains(n.left, "= ="):
		return "asked for one value and holds for many now", false
	}
	if why := o.widened(n); why != "" {
		return why, false
	}
	return logic(o, n), false
}

// related reports whether two assertions speak of the same thing: one side of them shares a name.
func (a *assertion) related(b *assertion) bool {
	for word := range b.plain {
		if (a.plain[word] > 0 || a.bag[word] > 0) && word != "unwrap" && word != "await" && word != "assert" {
			return true
		}
	}
	return false
}

// widened compares two comparisons of the same sides.
func (a *assertion) widened(n *assertion) string {
	if tol := tolerance(a, n); tol != "" {
		return tol
	}
	if a.left != n.left {
		return ""
	}
	if a.right == n.right && (a.op == "<" && n.op == "<=" || a.op == ">" && n.op == ">=") {
		return fmt.Sprintf("asked for `%s` and asks for `%s` now", a.op, n.op)
	}
	was, ok1 := number(a.right)
	is, ok2 := number(n.right)
	if !ok1 || !ok2 {
		return ""
	}
	switch {
	case strings.HasPrefix(a.op, "<") && strings.HasPrefix(n.op, "<") && is > was, strings.HasPrefix(a.op, ">") && strings.HasPrefix(n.op, ">") && is < was:
		return fmt.Sprintf("had the bound `%s` and has `%s` now", a.right, n.right)
	}
	return ""
}

// tolerance compares named tolerances of approximate comparisons.
func tolerance(o, n *assertion) string {
	if o.macro != n.macro || len(o.args) != len(n.args) {
		return ""
	}
	for i := range o.args {
		a, b := o.code.texts(o.args[i][0], o.args[i][1]), n.code.texts(n.args[i][0], n.args[i][1])
		if len(a) != 3 || len(b) != 3 || a[0] != b[0] || a[1] != "=" {
			continue
		}
		was, ok1 := number(a[2])
		is, ok2 := number(b[2])
		if ok1 && ok2 && is > was {
			return fmt.Sprintf("had the tolerance `%s` and has `%s` now", a[2], b[2])
		}
	}
	return ""
}

// logic compares two conditions: one that got alternatives, lost parts, or matches more.
func logic(o, n *assertion) string {
	if len(o.args) != 1 || len(n.args) != 1 {
		return ""
	}
	or1, or2 := o.code.parts(o.args[0][0], o.args[0][1], "||"), n.code.parts(n.args[0][0], n.args[0][1], "||")
	if len(or2) > len(or1) && containsAll(or2, or1) {
		return fmt.Sprintf("holds also when `%s` now", tight(or2[len(or2)-1]))
	}
	and1, and2 := o.code.parts(o.args[0][0], o.args[0][1], "&&"), n.code.parts(n.args[0][0], n.args[0][1], "&&")
	if len(and2) < len(and1) && containsAll(and1, and2) {
		return "asks only a part of what it asked"
	}
	wild := func(a *assertion) (n int) {
		for _, arg := range a.args {
			for i := arg[0]; i < arg[1]; i++ {
				if t := a.code.text(i); t == "_" || t == "." && a.code.spells(i, "..") {
					n++
				}
			}
		}
		return n
	}
	if strings.Contains(o.text, "matches") && strings.Contains(n.text, "matches") && wild(n) > wild(o) && len(strings.Fields(n.text)) <= len(strings.Fields(o.text)) {
		return "matches more now"
	}
	return ""
}

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// tight takes the spaces out that joined tokens have.
func tight(s string) string {
	for _, c := range []string{".", "(", ")", ":", "!", "&", "[", "]"} {
		s = strings.ReplaceAll(s, " "+c, c)
		if c != ")" && c != "]" {
			s = strings.ReplaceAll(s, c+" ", c)
		}
	}
	return s
}

// trivial reports whether the assertion holds whatever the code does.
func (a *assertion) trivial() bool {
	if a.op == "==" && a.left == a.right || a.op == ">=" && a.right == "0" && (strings.HasSuffix(a.left, "len ( )") || strings.HasSuffix(a.left, "count ( )")) {
		return true
	}
	if len(a.args) == 0 {
		return a.macro == "assert"
	}
	if a.op != "holds" {
		return false
	}
	alternatives := a.code.parts(a.args[0][0], a.args[0][1], "||")
	for _, part := range alternatives {
		if part == "true" || part == "! false" || part == "1 == 1" || part == "1 = = 1" {
			return true
		}
		for _, both := range [][2]string{{"is_ok", "is_err"}, {"is_some", "is_none"}} {
			if strings.Contains(part, both[0]) && slices.Contains(alternatives, strings.Replace(part, both[0], both[1], 1)) {
				return true
			}
		}
	}
	fields := strings.Fields(a.text)
	return len(fields) > 4 && strings.Contains(a.text, "matches") && strings.Join(fields[len(fields)-3:], " ") == ", _ )"
}

// number reads a numeric literal with its suffix and separators, perhaps inside a call such as Duration::from_secs(5).
func number(text string) (float64, bool) {
	fields := strings.Fields(text)
	for i := len(fields) - 1; i >= 0; i-- {
		digits := strings.ReplaceAll(fields[i], "_", "")
		if digits == "" || digits[0] < '0' || digits[0] > '9' {
			continue
		}
		for n := len(digits); n > 0; n-- {
			if v, err := strconv.ParseFloat(digits[:n], 64); err == nil {
				return v * unit(fields, i), true
			}
		}
	}
	return 0, false
}

// unit is the factor of a duration whose constructor stands before field i.
func unit(fields []string, i int) float64 {
	if i < 2 || fields[i-1] != "(" {
		return 1
	}
	return cmp.Or(map[string]float64{"from_nanos": 1e-9, "from_micros": 1e-6, "from_millis": 1e-3, "from_secs": 1, "from_mins": 60}[fields[i-2]], 1)
}
