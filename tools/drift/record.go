package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/engine"
)

// record writes what rustc says about each program to DIR/NAME.json, without rustc's own rendering and with files below the copy made
// relative.
func record(dir, root string, capture *cargo.Capture) error {
	by := map[string][]cargo.Diagnostic{}
	for _, d := range capture.Diagnostics {
		if name, ok := strings.CutPrefix(d.Target, "bin "); ok && d.Level == "error" {
			by[name] = append(by[name], portable(d))
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		if err := e.Encode(by[name]); err != nil {
			return err
		}
		text := registry(strings.ReplaceAll(b.String(), root+"/", ""))
		if err := os.WriteFile(filepath.Join(dir, name+".json"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func portable(d cargo.Diagnostic) cargo.Diagnostic {
	d.Rendered = ""
	d.Children = slices.Clone(d.Children)
	for i, c := range d.Children {
		d.Children[i] = portable(c)
	}
	return d
}

// registry names the directory of downloaded sources by a variable.
func registry(text string) string {
	for {
		before, after, ok := strings.Cut(text, "/registry/src/")
		if !ok {
			return text
		}
		from := strings.LastIndexAny(before, "\" ") + 1
		_, rest, _ := strings.Cut(after, "/")
		text = before[:from] + "$REGISTRY/" + rest
	}
}

// replay explains what was recorded, without a build.
func replay(ctx context.Context, dir, crate, only string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	root, err := filepath.Abs(crate)
	if err != nil {
		return err
	}
	capture := &cargo.Capture{Root: root}
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		home = filepath.Join(os.Getenv("HOME"), ".cargo")
	}
	sources, err := filepath.Glob(filepath.Join(home, "registry", "src", "*"))
	if err != nil || len(sources) == 0 {
		return fmt.Errorf("no downloaded sources: %v", err)
	}
	for _, file := range files {
		if !strings.Contains(filepath.Base(file), only) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var list []cargo.Diagnostic
		if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "$REGISTRY", sources[0])), &list); err != nil {
			return err
		}
		capture.Diagnostics = append(capture.Diagnostics, list...)
	}
	found, err := engine.ExplainDrift(ctx, cargo.Request{Dir: crate}, capture)
	if err != nil {
		return err
	}
	done := map[int]bool{}
	for _, f := range found {
		fmt.Printf("%s:%d: %s [%s]\n    fix: %s\n", f.File, f.Line, f.Message, f.Label, f.Fix)
		for _, e := range f.Edits {
			fmt.Printf("    edit %d:%d-%d:%d %q\n", e.Line, e.Column, e.EndLine, e.EndColumn, e.Text)
		}
		for _, i := range f.Errors {
			done[i] = true
		}
	}
	for i, d := range capture.Diagnostics {
		if !done[i] {
			fmt.Printf("LEFT %s %s: %s\n", d.Target, d.Code, d.Message)
		}
	}
	return nil
}
