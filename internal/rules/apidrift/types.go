package apidrift

import (
	"strings"

	"pollux/internal/mir"
)

// typePath is the path of a type as rustc prints it, without generic arguments, and seen through references and the pointers of
// the standard library that calls go through.
func typePath(typ string) string {
	for {
		typ = strings.TrimSpace(typ)
		switch {
		case strings.HasPrefix(typ, "&"):
			typ = strings.TrimPrefix(strings.TrimPrefix(typ, "&"), "mut ")
			if strings.HasPrefix(typ, "'") {
				_, typ, _ = strings.Cut(typ, " ")
				typ = strings.TrimPrefix(typ, "mut ")
			}
			continue
		case strings.HasPrefix(typ, "dyn ") || strings.HasPrefix(typ, "impl ") || strings.HasPrefix(typ, "(dyn "):
			_, typ, _ = strings.Cut(strings.Trim(typ, "()"), " ")
			typ, _, _ = strings.Cut(typ, " + ")
			continue
		case pointer(mir.LastSegment(head(typ))):
			if args := mir.Args(typ); len(args) > 0 {
				typ = args[0]
				continue
			}
		}
		return head(typ)
	}
}

func pointer(name string) bool {
	switch name {
	case "Arc", "Rc", "Box", "Pin":
		return true
	}
	return false
}

// head is what stands before the generic arguments.
func head(typ string) string {
	h, _, _ := strings.Cut(typ, "<")
	return h
}
