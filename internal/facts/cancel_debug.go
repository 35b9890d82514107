package facts

import (
	"fmt"
	"strings"

	"pollux/internal/mir"
)

func (c *Crate) Debug(pat string) {
	c.summariseEffects()
	for _, fn := range c.Fns {
		if !strings.Contains(fn.Path+" "+fn.Type, pat) || fn.effects == noEffects {
			continue
		}
		fmt.Println(fn.Path, fn.Type, "TRAIT", fn.Trait, fn.Params, "partial", fn.effects.partial)
		for _, o := range fn.effects.outcomes {
			fmt.Println("  ->", o.variants, "fwd", o.forwards)
			for _, d := range o.deeds {
				fmt.Println("      ", d.kind, d.at, d.what, "value", d.value, "end", d.end, d.kept, d.verdict, c.MIR.Span(d.pos).File, c.MIR.Span(d.pos).Line)
			}
		}
		for _, l := range fn.effects.losses {
			fmt.Println("   LOSS", l.Verdict, l.What, c.MIR.Span(l.Effect).Line)
		}
	}
}

func (k deedKind) String() string {
	return []string{"takes", "publishes", "puts", "changes", "sets", "starts", "loses", "awaits", "shows", "consumes", "runs", "undecided", "holds"}[k]
}

func (m memory) String() string {
	return []string{"own", "param", "global", "thread"}[m.base] + fmt.Sprint(int(m.local)) + m.path
}

func (c *Crate) ShapeOf(typ string, depth int) {
	for _, f := range c.Shapes.parts(typ) {
		fmt.Println(strings.Repeat("  ", depth), f.step, f.typ, c.destructor(mir.Head(f.typ)) != nil)
		if depth < 4 {
			c.ShapeOf(f.typ, depth+1)
		}
	}
}
