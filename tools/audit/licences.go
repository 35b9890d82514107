package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// permitted are the licences, by SPDX identifier, under which a module may be built into a program that is MIT or Apache-2.0.
var permitted = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"}

// misread are identifiers that the detector gives for texts which a person read: the reason is what they say.
var misread = map[string]string{
	"BSD-Source-Code": "the LICENSE of the Go project's modules is BSD-3-Clause, word for word",
	"CC-BY-4.0":       "the Model Context Protocol's SDK is Apache-2.0 and MIT; its documentation alone is CC-BY-4.0",
}

// bill is what is read of a CycloneDX bill of materials.
type bill struct {
	Components []struct {
		Name, Version string
		Licenses      []licence
		Evidence      struct{ Licenses []licence }
	}
}

type licence struct{ License struct{ ID string } }

// licences reads the licence of each module that is built into the program.
func licences(ctx context.Context, a *audit) error {
	dir, err := os.MkdirTemp("", "audit")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "bill.json")
	if err := a.fetched(ctx, cyclonedx, "app", "-json", "-licenses", "-main", "cmd/pollux", "-output", file, "."); err != nil {
		if errors.Is(err, errNotRun) {
			return err
		}
		return fmt.Errorf("%w: no bill of materials (it needs a clone with its history): %s", errNotRun, firstLine(a.said.Bytes()))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return judge(text)
}

// judge names the modules of a bill whose licence is unknown or not permitted. A bill without modules is no answer.
func judge(text []byte) error {
	var b bill
	if err := json.Unmarshal(text, &b); err != nil {
		return fmt.Errorf("read the bill of materials: %w", err)
	}
	if len(b.Components) == 0 {
		return fmt.Errorf("%w: the bill of materials names no module", errNotRun)
	}
	var bad []string
	for _, c := range b.Components {
		ids := append(c.Licenses, c.Evidence.Licenses...)
		if !slices.ContainsFunc(ids, func(l licence) bool { return allowed(l.License.ID) }) {
			bad = append(bad, fmt.Sprintf("%s %s: %v", c.Name, c.Version, ids))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("not permitted or unknown:\n  %s", strings.Join(bad, "\n  "))
	}
	return nil
}

func allowed(id string) bool { return slices.Contains(permitted, id) || misread[id] != "" }
