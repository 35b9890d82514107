package parse

import "strings"

// This is the only file that knows how the text differs between rustc releases and between kinds of items that are not bodies.
// Read on rustc 1.95.0 and nightly 1.97.

// ctfeMark stands above the second body of a const fn (rustc_middle::mir::pretty::write_mir_pretty).
const ctfeMark = "// MIR FOR CTFE"

// isAllocation recognises the memory dumps that follow a body: `alloc7 (size: 62, align: 1) {`, `alloc1 (static: X)`, `ALLOC0 (fn: f)`.
func isAllocation(s string) bool {
	return strings.HasPrefix(s, "alloc") || strings.HasPrefix(s, "ALLOC")
}

// isAnonConst recognises the anonymous constants that print without a keyword: `path::{constant#0}: usize = {`.
func isAnonConst(s string) bool {
	return strings.Contains(s, "{constant#") || strings.Contains(s, "::promoted[") || strings.Contains(s, "{anon_const#")
}

// noRetag stands before an operand that the aliasing model of Miri treats in its own way (nightly 1.97; rustc 1.95 prints the same
// statement without it).
const noRetag = "no_retag "

// operators are those that print as `Name(operand, ..)`; rustc_middle::mir::{BinOp, UnOp, NullOp}.
var operators = map[string]bool{
	"Add": true, "AddUnchecked": true, "AddWithOverflow": true, "Sub": true, "SubUnchecked": true, "SubWithOverflow": true,
	"Mul": true, "MulUnchecked": true, "MulWithOverflow": true, "Div": true, "Rem": true, "BitXor": true, "BitAnd": true,
	"BitOr": true, "Shl": true, "ShlUnchecked": true, "Shr": true, "ShrUnchecked": true, "Eq": true, "Lt": true, "Le": true,
	"Ne": true, "Ge": true, "Gt": true, "Cmp": true, "Offset": true, "Not": true, "Neg": true, "PtrMetadata": true,
	"SizeOf": true, "AlignOf": true, "OffsetOf": true, "UbChecks": true, "ContractChecks": true, "RuntimeChecks": true, "ShallowInitBox": true,
}

// isOperator is asked about every callee, most of which are long paths.
func isOperator(path string) bool {
	return len(path) <= len("SubWithOverflow") && path[0] >= 'A' && path[0] <= 'Z' && operators[path]
}

// intrinsics are the statements that are neither assignments nor storage marks. Those before "nop" have operands to read.
var intrinsics = []string{
	"assume(", "copy_nonoverlapping(", "nop", "ConstEvalCounter", "Retag(", "FakeRead(", "PlaceMention(", "AscribeUserType(",
	"Coverage::", "BackwardIncompatibleDropHint(", "Deinit(", "goto_retag(", "backward incompatible drop(",
}

// underStd gives the items of core and alloc their names in std. A crate without std prints `core::pin::Pin` where others print
// `std::pin::Pin`; std re-exports both crates under the same paths (library/std/src/lib.rs), so that one name is enough for all that is
// above. Crates with std print a few paths of core too (`core::num::niche_types`): they are left as they are.
func underStd(text string) string {
	sample := text[:min(len(text), underStdSample)]
	if !strings.Contains(sample, "core::pin::Pin<") && !strings.Contains(sample, "core::option::Option") && !strings.Contains(sample, "core::result::Result") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for inPath := false; ; inPath = true { // behind the first `::` a text goes on inside a path
		i := strings.Index(text, "::")
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		head := text[:i]
		for _, root := range [...]string{"core", "alloc"} {
			if before, ok := strings.CutSuffix(head, root); ok && !endsInName(before) && !(inPath && before == "") {
				head = before + "std"
				break
			}
		}
		b.WriteString(head)
		b.WriteString("::")
		text = text[i+2:]
	}
}

// underStdSample is how much of a text is looked at, in bytes, to tell a crate without std.
const underStdSample = 1 << 20

// endsInName reports whether a path or a longer name goes on behind s.
func endsInName(s string) bool {
	if s == "" {
		return false
	}
	c := s[len(s)-1]
	return c == '_' || c == ':' || c == '/' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
