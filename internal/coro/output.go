package coro

import (
	"strings"

	"pollux/internal/mir"
)

// Output is the number of the variant of core's own enums that the coroutine comes out with, whatever way it takes: 0 for an async block
// that ends in `None`. ok is false when it has several, or when that cannot be told.
func (b *Body) Output() (variant int, ok bool) {
	variant = NoOutput
	eachAssign(b.Func, func(s *mir.Stmt) {
		if s.Place.Local != 0 || !s.Place.IsLocal() || s.Value.Kind != mir.Adt || !strings.HasSuffix(s.Value.Type, "::Ready") || len(s.Value.Operands) != 1 {
			return
		}
		for _, v := range b.variants(s.Value.Operands[0], maxMoves) {
			if ok = variant == NoOutput || variant == v; !ok {
				variant = several
			} else {
				variant = v
			}
		}
	})
	return variant, variant >= 0
}

// several marks an output of more than one variant, or of one that cannot be read.
const several = -2

// variants are the variants that an operand can be; several among them when it can be something unknown.
func (b *Body) variants(o mir.Operand, fuel int) []int {
	if !o.IsPlace() {
		return []int{readable(o.Text)}
	}
	if !o.Place.IsLocal() || fuel == 0 {
		return []int{several}
	}
	var out []int
	eachAssign(b.Func, func(s *mir.Stmt) {
		switch {
		case s.Place.Local != o.Place.Local:
		case s.Place.IsLocal() && s.Value.Kind == mir.Adt:
			out = append(out, readable(s.Value.Type))
		case s.Place.IsLocal() && s.Value.Kind == mir.Use:
			out = append(out, b.variants(s.Value.Operands[0], fuel-1)...)
		default:
			out = append(out, several)
		}
	})
	for i := range b.Func.Blocks {
		if t := &b.Func.Blocks[i].Term; t.Kind == mir.Call && t.Place.Local == o.Place.Local && !b.Func.Blocks[i].Cleanup {
			out = append(out, several)
		}
	}
	if out == nil {
		return []int{several}
	}
	return out
}

// readable is the number of a variant of core's own enums by its path, or several.
func readable(path string) int {
	if n := variantNumber(path); n >= 0 {
		return n
	}
	return several
}
