package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/explore"
)

// replays runs every witness of the rows again with each toolchain, and compares hash and end of each run.
func (t *tool) replays(ctx context.Context) error {
	witnesses, err := t.witnesses()
	if err != nil {
		return err
	}
	for _, toolchain := range t.toolchains {
		r, err := t.replayed(ctx, toolchain, witnesses)
		if err != nil {
			return err
		}
		t.results.Replays = put(t.results.Replays, *r, replayResult.key)
		fmt.Fprintf(t.out, "%s %s: %d witnesses, %d of %d runs the same (%d in fresh processes), %.0f s\n", r.Label, r.Toolchain,
			r.Witnesses, r.Same, r.Runs, r.Fresh, r.Seconds)
		if err := t.save("replays.json"); err != nil {
			return err
		}
	}
	return nil
}

// witnesses reads what the searches of the rows kept, grouped by the workspace they belong to.
func (t *tool) witnesses() (map[string][]*explore.Witness, error) {
	paths, err := filepath.Glob(filepath.Join(t.work, "target", "explore", "witnesses", "*.txt"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no witnesses: run the verb rows first (%v)", err)
	}
	out := map[string][]*explore.Witness{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read a witness: %w", err)
		}
		w, err := explore.ParseWitness(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if t.current(w) {
			out[w.Root] = append(out[w.Root], w)
		}
	}
	return out, nil
}

// current reports whether the witness is of a mistake as the table has it now.
func (t *tool) current(w *explore.Witness) bool {
	if w.Crate != "buggy" {
		return false
	}
	return slices.ContainsFunc(t.table.Rows, func(r row) bool {
		return r.Test == w.Test && filepath.Base(w.Root) == r.Crate && t.wanted(r.Crate)
	})
}

// replayed repeats all witnesses with one toolchain.
func (t *tool) replayed(ctx context.Context, toolchain string, witnesses map[string][]*explore.Witness) (*replayResult, error) {
	r := &replayResult{Label: cmp.Or(t.label, "as it was"), Toolchain: toolchain, Different: []string{}, Rows: map[string][2]int{}, Load: load()}
	start := time.Now()
	for _, root := range sortedKeys(witnesses) {
		ws := witnesses[root]
		req := cargo.Request{Dir: root, Locked: true, Toolchain: toolchain, TargetDir: filepath.Join(t.work, "target-"+toolchain)}
		if err := t.repeat(ctx, req, ws, r); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(root), err)
		}
	}
	r.Seconds = tenths(time.Since(start))
	r.Load += " to " + load()
	return r, nil
}

func (t *tool) repeat(ctx context.Context, req cargo.Request, ws []*explore.Witness, r *replayResult) error {
	req.Test = []string{"buggy"}
	tests, err := explore.Open(ctx, req)
	if err != nil {
		return err
	}
	defer tests.Close()
	r.Toolchain = tests.Toolchain
	repeated, err := explore.Repeat(ctx, tests, ws, t.times, t.shared)
	if err != nil {
		return err
	}
	for i, rep := range repeated {
		w := ws[i]
		r.Witnesses++
		r.Runs, r.Same, r.Fresh = r.Runs+rep.Runs, r.Same+rep.Same, r.Fresh+rep.Fresh
		if rep.Same != rep.Runs {
			r.Different = append(r.Different, fmt.Sprintf("%s %s seed %d: %d of %d the same; one %s", w.Test, w.Rule, w.Seed, rep.Same, rep.Runs, rep.Different))
		}
		t.note(r, w, rep)
	}
	return nil
}

// note keeps the count of fresh replays with the row of the witness, if it is the first one of the row.
func (t *tool) note(r *replayResult, w *explore.Witness, rep explore.Repetition) {
	for _, row := range t.table.Rows {
		m, ok := t.results.row(row.ID)
		if row.Test == w.Test && ok && m.Rule == w.Rule && m.Seed == w.Seed {
			r.Rows[row.ID] = [2]int{rep.FreshSame, rep.Fresh}
		}
	}
}

// load is the load average of the last minute; empty where the system does not tell.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

var registryDir = regexp.MustCompile(`[^"\s]*/registry/src/[^/"\s]+`)

// neutral replaces the directories of this machine, so that two machines give the same text.
func neutral(text, work string) string {
	return registryDir.ReplaceAllLiteralString(strings.ReplaceAll(text, work, "$WORK"), "$REGISTRY")
}
