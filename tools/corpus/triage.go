package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// judgement is what a person who read the source says of one finding: a row of triage.toml.
type judgement struct {
	ID      string `toml:"id"`
	Crate   string `toml:"crate"`
	Rule    string `toml:"rule"`
	Place   string `toml:"place"` // file:line:column in the pinned source
	Verdict string `toml:"verdict"`
	Why     string `toml:"why"`
}

// The verdicts of a judgement.
const (
	isTrue    = "true"      // the hazard is there as the message says
	isFalse   = "false"     // what the message says cannot happen
	debatable = "debatable" // it can happen, but the authors may well want it so
)

// kindJudgement judges all findings of severity info whose message begins alike, such as those about printing: there are
// hundreds, and reading each would tell nothing new. A warning or an error always needs a judgement of its own.
type kindJudgement struct {
	Rule    string `toml:"rule"`
	Message string `toml:"message"` // how the message begins
	Verdict string `toml:"verdict"`
	Why     string `toml:"why"`
}

// judgements is triage.toml.
type judgements struct {
	Findings []judgement     `toml:"finding"`
	Kinds    []kindJudgement `toml:"kind"`
}

// judged is a finding with its judgement; the zero judgement means "not triaged".
type judged struct {
	crate string
	finding.Finding
	judgement judgement
	byKind    bool // the judgement is that of a kind
}

// triage is findings joined with judgements.
type triage struct {
	judged []judged
	open   []judged    // without judgement
	gone   []judgement // whose finding is no longer reported although its crate gave an answer
}

func loadJudgements(path string) (judgements, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return judgements{}, nil
	}
	if err != nil {
		return judgements{}, fmt.Errorf("read judgements: %w", err)
	}
	return parseJudgements(text)
}

func parseJudgements(text []byte) (judgements, error) {
	var js judgements
	if err := decodeStrict(text, &js); err != nil {
		return js, fmt.Errorf("triage.toml: %w", err)
	}
	for _, j := range js.Findings {
		if j.Crate == "" || j.Rule == "" || j.Place == "" {
			return js, fmt.Errorf("triage.toml: finding %q: crate, rule and place must be given", j.ID)
		}
		if err := validJudgement(j.Verdict, j.Why); err != nil {
			return js, fmt.Errorf("triage.toml: %s %s %s: %w", j.Crate, j.Rule, j.Place, err)
		}
	}
	for _, k := range js.Kinds {
		if k.Rule == "" || k.Message == "" {
			return js, errors.New("triage.toml: a kind needs a rule and the beginning of a message")
		}
		if err := validJudgement(k.Verdict, k.Why); err != nil {
			return js, fmt.Errorf("triage.toml: kind %s %q: %w", k.Rule, k.Message, err)
		}
	}
	return js, nil
}

func validJudgement(verdict, why string) error {
	switch {
	case !slices.Contains([]string{isTrue, isFalse, debatable}, verdict):
		return fmt.Errorf("verdict %q is none of true, false, debatable", verdict)
	case strings.TrimSpace(why) == "":
		return errors.New("why must be given")
	}
	return nil
}

// join gives each finding its judgement: by fingerprint, or else by place, because the sources are pinned.
func join(r results, js judgements) triage {
	var t triage
	used := make([]bool, len(js.Findings))
	for _, c := range r.Crates {
		for _, f := range c.Findings {
			row := judged{crate: c.Name, Finding: f}
			if i := findJudgement(js.Findings, c.Name, f); i >= 0 {
				used[i] = true
				row.judgement = js.Findings[i]
			} else if k, ok := js.kind(f); ok {
				row.judgement, row.byKind = judgement{Verdict: k.Verdict, Why: k.Why}, true
			} else {
				t.open = append(t.open, row)
				continue
			}
			t.judged = append(t.judged, row)
		}
	}
	for i, j := range js.Findings {
		if c, ok := r.crate(j.Crate); ok && c.Problem == "" && !used[i] {
			t.gone = append(t.gone, j)
		}
	}
	return t
}

func findJudgement(js []judgement, crate string, f finding.Finding) int {
	i := slices.IndexFunc(js, func(j judgement) bool { return j.Crate == crate && j.Rule == f.Rule && j.ID == f.ID })
	if i < 0 {
		i = slices.IndexFunc(js, func(j judgement) bool { return j.Crate == crate && j.Rule == f.Rule && j.Place == place(f) })
	}
	return i
}

func (js judgements) kind(f finding.Finding) (kindJudgement, bool) {
	if f.Severity != finding.Info {
		return kindJudgement{}, false
	}
	i := slices.IndexFunc(js.Kinds, func(k kindJudgement) bool {
		return k.Rule == f.Rule && strings.HasPrefix(f.Message, k.Message)
	})
	if i < 0 {
		return kindJudgement{}, false
	}
	return js.Kinds[i], true
}

// score counts judgements of one rule.
type score struct {
	rule                            string
	true, false, debatable, untried int
}

// precision is the share of true ones among those that are true or false, or "-" when there is none.
func (s score) precision() string {
	if s.true+s.false == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(s.true)/float64(s.true+s.false))
}

// scores counts by rule, sorted by its id, for findings of at least the given severity.
func (t triage) scores(least finding.Severity) []score {
	byRule := map[string]*score{}
	for _, j := range slices.Concat(t.judged, t.open) {
		if j.Severity < least {
			continue
		}
		if byRule[j.Rule] == nil {
			byRule[j.Rule] = &score{rule: j.Rule}
		}
		byRule[j.Rule].add(j.judgement.Verdict)
	}
	var all []score
	for _, s := range byRule {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b score) int { return strings.Compare(a.rule, b.rule) })
	return all
}

func (s *score) add(verdict string) {
	switch verdict {
	case isTrue:
		s.true++
	case isFalse:
		s.false++
	case debatable:
		s.debatable++
	default:
		s.untried++
	}
}

func sumScores(all []score) score {
	sum := score{rule: "sum"}
	for _, s := range all {
		sum.true += s.true
		sum.false += s.false
		sum.debatable += s.debatable
		sum.untried += s.untried
	}
	return sum
}

// triageAll writes the page and lists what needs a judgement.
func (t *tool) triageAll() error {
	r, err := loadResults(t.resultsPath())
	if err != nil {
		return err
	}
	js, err := loadJudgements(filepath.Join(t.dir, "triage.toml"))
	if err != nil {
		return err
	}
	r.keepOnly(t.manifest)
	tr := join(r, js)
	for _, j := range tr.gone {
		fmt.Fprintf(t.out, "no longer reported: %s %s %s (judged %s)\n", j.Crate, j.Place, j.Rule, j.Verdict)
	}
	for _, j := range tr.open {
		fmt.Fprintln(t.out, "not triaged:", describe(j.crate, j.Finding))
		if t.show {
			t.showSource(j)
		}
	}
	sum := sumScores(tr.scores(finding.Info))
	fmt.Fprintf(t.out, "%d true, %d false, %d debatable, %d not triaged\n", sum.true, sum.false, sum.debatable, sum.untried)
	if err := t.writePage(r); err != nil {
		return err
	}
	if len(tr.open) > 0 {
		return errDiffer
	}
	return nil
}

// showSource prints what a person needs to judge: the source around the place and around each reason, and a row to fill in.
func (t *tool) showSource(j judged) {
	i := slices.IndexFunc(t.manifest.Crates, func(e entry) bool { return e.name() == j.crate })
	if i < 0 {
		return
	}
	root := t.source(t.manifest.Crates[i])
	fmt.Fprintf(t.out, "  in %s\n%s", j.Function, excerpt(root, j.Span, 6))
	for _, b := range j.Because {
		fmt.Fprintf(t.out, "  because %s:%d %s\n%s", b.File, b.Line, b.Message, excerpt(root, b.Span, 3))
	}
	fmt.Fprintf(t.out, "  fix: %s\n[[finding]]\nid = %q\ncrate = %q\nrule = %q\nplace = %q\nverdict = \"\"\nwhy = \"\"\n\n",
		j.Fix, j.ID, j.crate, j.Rule, place(j.Finding))
}

// excerpt is the lines around a place, numbered; empty when the file is not part of the unpacked crate.
func excerpt(root string, s finding.Span, around int) string {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(s.File)))
	if err != nil {
		return ""
	}
	lines := strings.Split(string(text), "\n")
	var b strings.Builder
	for n := max(1, s.Line-around); n <= min(len(lines), max(s.Line, s.EndLine)+around); n++ {
		mark := " "
		if n == s.Line {
			mark = ">"
		}
		fmt.Fprintf(&b, "  %s %5d %s\n", mark, n, lines[n-1])
	}
	return b.String()
}
