// Command cancelbench scores inferred cancel safety against what crates document about themselves.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
	"pollux/internal/rust"
	"pollux/internal/wrapper"
)

func main() {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	name, src, labels := flag.String("crate", "tokio", ""), flag.String("src", "", ""), flag.String("labels", "", "")
	only, all := flag.String("only", "", ""), flag.Bool("all", false, "")
	flag.Parse()
	text, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		panic(err)
	}
	crate := parse.Crate(*name, string(text))
	files := map[string]*rust.Source{}
	source := func(f string) *rust.Source {
		if s, ok := files[f]; ok {
			return s
		}
		path := f
		if !filepath.IsAbs(f) {
			path = filepath.Join(*src, f)
		}
		t, err := os.ReadFile(path)
		if err == nil {
			files[f] = rust.NewSource(f, string(t))
		}
		return files[f]
	}
	start := time.Now()
	c := facts.Analyze(facts.Unit{MIR: crate, Source: source}, knowledge.Default(), facts.NewLibrary())
	fmt.Println("analyze", time.Since(start))
	start = time.Now()
	c.CancelFn(c.Fns[0])
	fmt.Println("cancel", time.Since(start))
	if p := os.Getenv("DBG"); p != "" {
		c.Debug(p)
		return
	}
	if p := os.Getenv("SHAPE"); p != "" {
		c.ShapeOf(p, 0)
		return
	}
	rows, _ := os.ReadFile(*labels)
	conf := map[string]int{}
	for _, line := range strings.Split(string(rows), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) < 5 || f[4] == "page" {
			continue
		}
		v := find(c, f)
		if v == nil {
			fmt.Println("NOBODY", f[0])
			continue
		}
		conf[f[1]+" "+string(v.Verdict)]++
		ok := agree(f[1], string(v.Verdict))
		if *only != "" && strings.Contains(f[0], *only) {
			fmt.Println(f[1], v.Verdict, f[0])
			for _, l := range v.Losses {
				show(c, l)
			}
		} else if *only == "" && (!ok || *all) {
			fmt.Printf("%-9s %-8s %s: %s\n", f[1], v.Verdict, f[0], v.Reason)
		}
	}
	for k, n := range conf {
		fmt.Println(n, k)
	}
}

func show(c *facts.Crate, l facts.Loss) {
	fmt.Printf("    %s: %s [effect %v]", l.Verdict, l.What, pos(c, l.Effect))
	if l.Await != nil {
		fmt.Printf(" at await %v", pos(c, l.Await.Pos))
	}
	fmt.Println()
}

func pos(c *facts.Crate, p mir.Pos) string {
	s := c.MIR.Span(p)
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

func agree(label, v string) bool {
	bad := v == "lossy" || v == "state" || v == "detached"
	switch label {
	case "safe", "qualified":
		return !bad && v != "unknown"
	case "unsafe":
		return bad
	}
	return true
}

func find(c *facts.Crate, f []string) *facts.Cancel {
	segs := strings.Split(f[0], "::")[1:]
	last := segs[len(segs)-1]
	file := "src/" + f[2][:strings.IndexByte(f[2], ':')]
	if f[4] == "struct" {
		return c.CancelOf(strings.Join(segs, "::"))
	}
	for _, fn := range c.Fns {
		if fn.Name != last || fn.Coroutine() != nil {
			continue
		}
		owner := segs[len(segs)-2]
		if fn.Path != strings.Join(segs, "::") && fn.Trait != owner && mir.LastSegment(fn.Type) != owner {
			continue
		}
		if at := c.MIR.Span(fn.MIR().Pos); !strings.HasSuffix(at.File, file) {
			continue
		}
		return c.CancelFn(fn)
	}
	return nil
}
