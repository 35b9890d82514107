package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/cache"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// seal makes a part one that another machine can put together with the others. Parts that were made with other options, of which more
// are those that only one verb has, do not go together.
func (v *verification) seal(g *gathered, more []any) error {
	h := sha256.New()
	req := v.plain.cargoRequest()
	req.Dir, req.ManifestPath, req.TargetDir, req.CacheDir, req.Jobs, req.Color, req.Progress = "", "", "", "", 0, false, nil
	what := []any{Version, g.Verb, more, g.Check.Toolchain, req, v.opt.Schedules, v.opt.Rungs, v.opt.Suspected, v.opt.Part.Of, g.Rules, g.FailOn, v.plain.Settings.Levels, v.plain.Settings.Knowledge}
	if err := json.NewEncoder(h).Encode(what); err != nil {
		return fmt.Errorf("name the inputs: %w", err)
	}
	if err := hashTree(h, v.plain.Root); err != nil {
		return err
	}
	g.Inputs = hex.EncodeToString(h.Sum(nil))[:32]
	g.Witnesses = map[string]string{}
	for _, s := range g.Stages {
		for _, shown := range s.Shown {
			if text, ok := v.plain.text(shown.Witness); ok && shown.Witness != "" {
				g.Witnesses[shown.Witness] = text
			}
		}
	}
	return nil
}

// Merge puts the parts of one verification or exploration together, each the JSON of a run with a part of the tests. A part that is missing makes the
// whole incomplete. Parts of different sources, options or programs are a fault of usage. Witnesses go to the directory into, unless
// it is empty.
func Merge(parts []*Result, into string) (*Result, error) {
	all := make([]*gathered, 0, len(parts))
	for _, p := range parts {
		if p.Partition == nil || p.Partition.Gathered == nil || p.Partition.Gathered.Schema != gatheredSchema || p.Version != Version {
			return nil, fault.Usagef("this is no part of a verification or exploration by pollux %s", Version).Hint("pollux verify --partition K/N --format json writes one")
		}
		all = append(all, p.Partition.Gathered)
	}
	slices.SortStableFunc(all, func(a, b *gathered) int { return a.Part.K - b.Part.K })
	for i, g := range all {
		switch {
		case g.Part.Of != all[0].Part.Of || g.Inputs != all[0].Inputs:
			return nil, fault.Usagef("the parts %s and %s are not of one run", all[0].Part, g.Part).
				Hint("sources, lock file, toolchain and options must be the same for all parts")
		case i > 0 && g.Part == all[i-1].Part:
			return nil, fault.Usagef("the part %s is there twice", g.Part)
		}
	}
	whole := join(all)
	if into != "" {
		if err := whole.restore(all, into); err != nil {
			return nil, err
		}
	}
	return whole.assemble(), nil
}

// join is what one machine would have gathered that ran all parts.
func join(all []*gathered) *gathered {
	whole := *all[0]
	whole.Part, whole.Stages, whole.Outer, whole.Witnesses = Part{}, nil, nil, nil
	whole.Suspicions = nil
	present := map[int]bool{}
	for _, g := range all {
		present[g.Part.K] = true
		whole.Stages = append(whole.Stages, g.Stages...)
		whole.Suspicions = append(whole.Suspicions, g.Suspicions...)
	}
	for k := 1; k <= all[0].Part.Of; k++ {
		if !present[k] {
			reason := fmt.Sprintf("part %s is missing", Part{k, all[0].Part.Of})
			whole.Stages = append(whole.Stages, stage{Name: "all", Built: true, Reason: reason,
				Unknowns: []finding.Unknown{{What: "the tests of this part", Reason: reason, Hint: "run it, and merge again"}}})
		}
	}
	if first := all[0]; first.Part.K == 1 {
		whole.Outer = first.Outer
	} else {
		for _, o := range first.Outer {
			o.Rung = Rung{Name: o.Rung.Name, Status: "unknown", Reason: "part 1, which runs it, is missing"}
			whole.Outer = append(whole.Outer, o)
		}
	}
	return &whole
}

// restore writes the witnesses of the parts, and has the findings name them there.
func (g *gathered) restore(parts []*gathered, into string) error {
	moved := map[string]string{}
	for _, p := range parts {
		for path, text := range p.Witnesses {
			to := filepath.Join(into, filepath.Base(filepath.FromSlash(path)))
			if err := cache.WriteFile(to, []byte(text)); err != nil {
				return fmt.Errorf("write the witness: %w", err)
			}
			moved[path] = filepath.ToSlash(to)
		}
	}
	for i := range g.Stages {
		shown := slices.Clone(g.Stages[i].Shown)
		for n := range shown {
			f := &shown[n].Finding
			if to, ok := moved[f.Witness]; ok {
				f.Reproduce = strings.ReplaceAll(f.Reproduce, f.Witness, to)
				f.Witness = to
			}
		}
		g.Stages[i].Shown = shown
	}
	return nil
}

// ReadResult reads the JSON of an earlier run. What is none is a fault of usage.
func ReadResult(path string) (*Result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Usagef("cannot read the part").Because(err)
	}
	var res Result
	if err := json.Unmarshal(text, &res); err != nil || res.Schema != SchemaVersion {
		return nil, fault.Usagef("%s is no result of pollux", path).Hint("pollux verify --partition K/N --format json writes one")
	}
	return &res, nil
}
