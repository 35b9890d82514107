package static

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/rules/blockinginasync"
	"pollux/internal/rules/droppedfuture"
	"pollux/internal/rules/nestedblockon"
	"pollux/internal/rules/syncguardacrossawait"
)

func TestLead(t *testing.T) {
	dir := os.Getenv("LEAD_DIR")
	if dir == "" {
		t.Skip()
	}
	m := os.Getenv("LEAD_MIR")
	ms, _ := filepath.Glob(m)
	cap := &cargo.Capture{Root: dir}
	for _, x := range ms {
		cap.Units = append(cap.Units, cargo.Unit{Member: true, MIR: x, Dir: dir, PackageDir: dir, Crate: strings.Split(filepath.Base(x), "-")[0], Package: "p"})
	}
	start := time.Now()
	out, err := Run(context.Background(), cap, Options{Tables: knowledge.Default(), Rules: []*analysis.Rule{syncguardacrossawait.Rule, blockinginasync.Rule, nestedblockon.Rule, droppedfuture.Rule}})
	fmt.Println(time.Since(start), err, out.Units, out.Statements, out.Opaque, len(out.Findings))
	finding.Sort(out.Findings)
	for _, f := range out.Findings {
		fmt.Printf("%s[%s] %s\n   --> %s:%d:%d  in %s\n", f.Severity, f.Rule, f.Message, f.File, f.Line, f.Column, f.Function)
		for _, b := range f.Because {
			fmt.Printf("   because %s:%d:%d %s\n", b.File, b.Line, b.Column, b.Message)
		}
	}
	for _, u := range out.Unknowns {
		fmt.Println("unknown", u)
	}
}
