package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/static"
)

// label is what the documentation of one function says.
type label struct {
	path      string // "tokio::sync::mpsc::bounded::Sender::send"
	says      string // safe, qualified or unsafe
	file      string // relative to src
	kind      string // async fn, fn, struct, or page
	mechanism string // functions of one mechanism rest on the same leaf
	note      string
}

func readLabels(path string) ([]label, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []label
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) < 5 || f[0] == "path" || strings.HasPrefix(line, "#") {
			continue
		}
		file, _, _ := strings.Cut(f[2], ":")
		l := label{path: f[0], says: f[1], file: file, note: f[3], kind: f[4]}
		if len(f) > 5 {
			l.mechanism = f[5]
		}
		if l.kind != "page" {
			out = append(out, l)
		}
	}
	return out, nil
}

// judged is a label with what was inferred.
type judged struct {
	label
	row finding.Cancel // Verdict is "no body" when the function was not found
}

// agrees reports whether the two say the same about losing something: a qualified label, like a safe one, says that no data is lost.
func (j *judged) agrees() bool {
	switch j.row.Verdict {
	case "lossy", "state", "detached":
		return j.says == "unsafe"
	case "unknown", noBody:
		return false
	}
	return j.says != "unsafe"
}

const noBody = "no body"

// score is the outcome for one crate, or for several.
type score struct {
	name   string
	labels []judged
	why    bool
}

func (s *score) add(o *score) {
	s.labels = append(s.labels, o.labels...)
}

func (b *bench) crate(ctx context.Context, c crate) (*score, error) {
	labels, err := readLabels(filepath.Join(b.root, toolDir, "labels", c.Name+".tsv"))
	if err != nil {
		return nil, err
	}
	dir, err := b.fetch(ctx, c)
	if err != nil {
		return nil, err
	}
	capture, err := b.capture(ctx, c, dir)
	if err != nil {
		return nil, err
	}
	defer capture.Close()
	tables := knowledge.Default()
	if !b.tables {
		if tables, err = tables.WithoutCancel(); err != nil {
			return nil, err
		}
	}
	out, err := static.CancelSafety(ctx, capture, static.Options{Tables: tables, Fresh: true})
	if err != nil {
		return nil, err
	}
	for _, u := range out.Unknowns {
		fmt.Fprintf(b.out, "%s: not checked: %s: %s\n", c.Name, u.What, u.Reason)
	}
	s := &score{name: c.Name + " " + c.Version, why: b.why}
	for _, l := range labels {
		s.labels = append(s.labels, judged{label: l, row: find(out.Futures, l)})
	}
	return s, nil
}

// find is the row of a labelled function: the same name, in the same file, of the same type, trait or module.
func find(rows []finding.Cancel, l label) finding.Cancel {
	segments := strings.Split(l.path, "::")[1:]
	name := segments[len(segments)-1]
	best, score := finding.Cancel{Verdict: noBody}, 0
	for _, r := range rows {
		got := strings.Split(r.Function, "::")
		if !strings.HasSuffix(r.File, "src/"+l.file) || got[len(got)-1] != name || (r.Kind == "future") != (l.kind == "struct") {
			continue
		}
		if n := common(got, segments); n > score {
			best, score = r, n
		}
	}
	return best
}

// common counts the segments that two paths share at their ends, gaps allowed.
func common(a, b []string) int {
	n := 0
	for _, s := range a {
		if slices.Contains(b, s) {
			n++
		}
	}
	return n
}

func (s *score) print(b *strings.Builder) {
	agree, wrong, unknown, qualified := 0, 0, 0, 0
	table := map[string]int{}
	mechanisms := map[string]bool{}
	for i := range s.labels {
		j := &s.labels[i]
		table[j.says+" "+j.row.Verdict]++
		if j.mechanism != "" {
			mechanisms[j.mechanism] = mechanisms[j.mechanism] || !j.agrees()
		}
		switch {
		case j.row.Verdict == "unknown" || j.row.Verdict == noBody:
			unknown++
		case j.says == "unsafe" && !j.agrees():
			wrong++
		}
		if j.agrees() {
			agree++
		}
		if j.says == "qualified" {
			qualified++
		}
	}
	n := len(s.labels)
	fmt.Fprintf(b, "\n%s: %d labels (%d of them qualified), %d agree (%.1f %%), %d unsafe called otherwise, %d undecided (%.1f %%)\n", s.name, n, qualified, agree,
		percent(agree, n), wrong, unknown, percent(unknown, n))
	good := 0
	for _, failed := range mechanisms {
		if !failed {
			good++
		}
	}
	if len(mechanisms) > 0 {
		fmt.Fprintf(b, "  by mechanism: %d of %d without a disagreement (%.1f %%)\n", good, len(mechanisms), percent(good, len(mechanisms)))
	}
	verdicts := []string{"safe", "fairness", "caller", "inherits", "detached", "state", "lossy", "unknown", noBody}
	fmt.Fprintf(b, "  %-10s", "documented")
	for _, v := range verdicts {
		fmt.Fprintf(b, " %8s", v)
	}
	b.WriteByte('\n')
	for _, says := range []string{"safe", "qualified", "unsafe"} {
		fmt.Fprintf(b, "  %-10s", says)
		for _, v := range verdicts {
			fmt.Fprintf(b, " %8d", table[says+" "+v])
		}
		b.WriteByte('\n')
	}
	for i := range s.labels {
		if j := &s.labels[i]; !j.agrees() || s.why {
			fmt.Fprintf(b, "  %s, documented %s: %s: %s\n", j.path, j.says, j.row.Verdict, j.row.Reason)
			if s.why {
				for _, w := range j.row.Why {
					fmt.Fprintf(b, "      %s:%d %s\n", w.File, w.Line, w.Message)
				}
			}
		}
	}
}

func percent(part, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(part) / float64(of)
}
