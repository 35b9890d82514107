package parse

import (
	"strings"

	"pollux/internal/mir"
)

// header reads the first line of an item. fn is nil when it is not a body at all.
func header(s string) (fn *mir.Func, hasBody bool) {
	s, hasBody = strings.CutSuffix(s, " {")
	if rest, ok := strings.CutPrefix(s, "fn "); ok {
		return fnHeader(rest), hasBody
	}
	kind := mir.Const
	rest, ok := strings.CutPrefix(s, "const ")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "static "); ok {
			kind = mir.Static
			rest = strings.TrimPrefix(rest, "mut ")
		} else if !isAnonConst(s) {
			return nil, hasBody
		} else {
			rest = s
		}
	}
	path, typ := splitConst(rest)
	if path == "" {
		return nil, hasBody
	}
	hasBody = hasBody && strings.HasSuffix(typ, " =")
	return &mir.Func{Kind: kind, Path: path, Locals: []mir.Var{{Type: strings.TrimSuffix(typ, " =")}}}, hasBody
}

// splitConst splits `PATH: TYPE = ..`. A path can hold `<impl at FILE:L:C: L:C>`, so the colon is looked for outside brackets.
func splitConst(s string) (path, typ string) {
	for off := 0; ; {
		i := mir.TypeEnd(s[off:], ":")
		if off+i >= len(s) {
			return "", ""
		}
		at := off + i
		if strings.HasPrefix(s[at:], ": ") {
			return s[:at], s[at+2:]
		}
		off = at + 1
		if strings.HasPrefix(s[off:], ":") {
			off++
		}
	}
}

// fnHeader reads `PATH(_1: T, ..) -> R`.
func fnHeader(s string) *mir.Func {
	open := mir.TypeEnd(s, "(")
	if open == 0 || open == len(s) {
		return nil
	}
	fn := &mir.Func{Kind: mir.Fn, Path: s[:open]}
	end := open + 1 + mir.TypeEnd(s[open+1:], ")")
	if end >= len(s) {
		return nil
	}
	fn.Locals = append(fn.Locals, mir.Var{Type: strings.TrimPrefix(s[end+1:], " -> ")})
	for params := s[open+1 : end]; params != ""; fn.Params++ {
		i := mir.TypeEnd(params, ",")
		_, typ, _ := strings.Cut(params[:i], ": ")
		fn.Locals = append(fn.Locals, mir.Var{Type: typ})
		params = strings.TrimPrefix(params[min(i+1, len(params)):], " ")
	}
	return fn
}
