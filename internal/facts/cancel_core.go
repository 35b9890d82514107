package facts

import (
	"strings"

	"pollux/internal/mir"
)

// impossible marks a call that cannot return on this path: the unwrap of a None.
const impossible = "!"

// throughCore is what a function of core makes of a variant that the path knows: `?` of an Err is a Break (library/core/src). known is
// false for other functions, and when nothing is known of the argument.
func (x *explorer) throughCore(t *trace, term *mir.Term) (variants string, known bool) {
	callee := term.Func.Text
	if len(term.Args) == 0 || !term.Args[0].IsPlace() || !strings.Contains(callee, "std::") {
		return "", false
	}
	name := mir.LastSegment(mir.WithoutGenerics(callee))
	if name == "from_residual" {
		return residual(x.f.Type(term.Place)), true
	}
	self := coreEnum(callee)
	if self == "" {
		return "", false
	}
	of := x.argumentVariants(t, term.Args[0])
	if of == "" || strings.HasPrefix(of, "@") {
		return "", false
	}
	return throughMethod(self, name, of)
}

// argumentVariants are the variants of an argument, or of the local that it refers to.
func (x *explorer) argumentVariants(t *trace, a mir.Operand) string {
	if text := x.variantsAt(t, a.Place); text != "" || !a.Place.IsLocal() {
		return text
	}
	if !strings.HasPrefix(x.f.Locals[a.Place.Local].Type, "&") {
		return ""
	}
	return x.variantsAt(t, mir.Place{Local: a.Place.Local, Proj: []mir.Elem{{Kind: mir.Deref}}})
}

// coreEnum is which of core's enums a callee belongs to.
func coreEnum(callee string) string {
	for _, e := range []struct{ prefix, name string }{
		{"std::option::Option::<", "Option"}, {"<std::option::Option<", "Option"}, {"std::result::Result::<", "Result"}, {"<std::result::Result<", "Result"},
		{"std::task::Poll::<", "Poll"}, {"<std::task::Poll<", "Poll"},
	} {
		if strings.HasPrefix(callee, e.prefix) {
			return e.name
		}
	}
	return ""
}

func throughMethod(self, name, of string) (string, bool) {
	first, rest := cutVariant(of)
	good := first == "Ok" || first == "Some" || first == "Ready"
	switch name {
	case "branch":
		return branched(self, of), true
	case "map", "map_ok", "inspect", "cloned", "copied", "as_deref_mut", "as_deref":
		if self == "Poll" && (name == "map" || name == "map_ok") {
			return first, name == "map" || first == "Pending"
		}
		return first, true
	case "as_ref", "as_mut", "map_err", "inspect_err":
		return of, name != "map_err" || self != "Poll" || first == "Pending"
	case "ok":
		return map[bool]string{true: joinVariants("Some", rest), false: "None"}[good], self == "Result"
	case "ok_or", "ok_or_else":
		return map[bool]string{true: joinVariants("Ok", rest), false: "Err"}[good], self == "Option"
	case "unwrap", "expect":
		if !good {
			return impossible, true
		}
		return rest, true
	}
	return "", false
}

// branched is the ControlFlow that `?` makes.
func branched(self, of string) string {
	first, rest := cutVariant(of)
	if self != "Poll" {
		if first == "Ok" || first == "Some" {
			return joinVariants("Continue", rest)
		}
		return "Break"
	}
	if first == "Pending" {
		return "Continue.Pending"
	}
	switch second, _ := cutVariant(rest); second {
	case "Err", "None":
		return "Break"
	case "Ok", "Some":
		return "Continue.Ready"
	}
	return ""
}

// residual is what from_residual makes: the failing variant of the type.
func residual(typ string) string {
	switch mir.Head(typ) {
	case "std::option::Option":
		return "None"
	case "std::result::Result":
		return "Err"
	case "std::task::Poll":
		return "Ready.Err"
	}
	return ""
}

// coreVariants are the variants, by discriminant, of core's enums that code branches on (library/core/src).
var coreVariants = map[string][]string{
	"std::option::Option": {"None", "Some"}, "std::result::Result": {"Ok", "Err"}, "std::task::Poll": {"Ready", "Pending"},
	"std::ops::ControlFlow": {"Continue", "Break"},
}

// variantNamed is the variant of an enum with a discriminant, as far as the code of the crate shows it.
func (c *Crate) variantNamed(head, value string) (string, bool) {
	if names := coreVariants[head]; names != nil {
		for i, name := range names {
			if value == string(rune('0'+i)) {
				return name, true
			}
		}
		return "", false
	}
	name, ok := c.enums()[head+" "+value]
	return name, ok && name != ""
}

func (c *Crate) variantNumber(head, name string) (int, bool) {
	if names := coreVariants[head]; names != nil {
		for i, n := range names {
			if n == name {
				return i, true
			}
		}
		return 0, false
	}
	n, ok := c.enumNumbers[head+" "+name]
	if !ok && c.enumNames == nil {
		c.enums()
		n, ok = c.enumNumbers[head+" "+name]
	}
	return n, ok
}

// enums are the variants of enums by "head discriminant": where a switch over a discriminant leads to a block that looks into one
// variant of the same place, the two belong together.
func (c *Crate) enums() map[string]string {
	if c.enumNames != nil {
		return c.enumNames
	}
	c.enumNames, c.enumNumbers = map[string]string{}, map[string]int{}
	for _, fn := range c.Fns {
		for b := range fn.mir.Blocks {
			c.learnEnum(fn.mir, &fn.mir.Blocks[b])
		}
	}
	return c.enumNames
}

func (c *Crate) learnEnum(f *mir.Func, block *mir.BasicBlock) {
	t := &block.Term
	if t.Kind != mir.Switch || !t.Operand.IsPlace() || !t.Operand.Place.IsLocal() {
		return
	}
	place, ok := discriminantIn(block, t.Operand.Place.Local)
	if !ok {
		return
	}
	head := mir.Head(f.Type(place))
	if head == "" || coreVariants[head] != nil {
		return
	}
	for _, to := range t.Targets {
		if name := downcastOf(f, to.Block, place); name != "" {
			key := head + " " + to.Value
			if known, seen := c.enumNames[key]; seen && known != name {
				name = "" // blocks that are shared between variants tell nothing
			}
			c.enumNames[key] = name
			if n := atoi(to.Value); name != "" && n >= 0 {
				c.enumNumbers[head+" "+name] = n
			}
		}
	}
}

// downcastOf is the variant of a place that a block looks into first.
func downcastOf(f *mir.Func, at mir.Block, place mir.Place) string {
	block := &f.Blocks[at]
	for i := range block.Stmts {
		s := &block.Stmts[i]
		if name := downcast(s.Value.Place, place); name != "" {
			return name
		}
		for _, o := range s.Value.Operands {
			if name := downcast(o.Place, place); name != "" {
				return name
			}
		}
	}
	return ""
}

func downcast(p, base mir.Place) string {
	if !p.HasPrefix(base) || len(p.Proj) <= len(base.Proj) || p.Proj[len(base.Proj)].Kind != mir.Downcast {
		return ""
	}
	return p.Proj[len(base.Proj)].Text
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || n > 1<<20 {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
