package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"pollux/tools/published"
)

// manifest is corpus.toml.
type manifest struct {
	Crates []entry `toml:"crate"`
}

// The kinds of code in the corpus.
const (
	library     = "library"
	application = "application"
	examples    = "examples"
)

// The ways to resolve dependencies.
const (
	lockFresh    = "fresh"    // newest compatible versions, which lets crates share built dependencies
	lockPackaged = "packaged" // the Cargo.lock that the crate was published with
)

// entry is one pinned crate.
type entry struct {
	Name    string   `toml:"name"`
	Version string   `toml:"version"`
	Kind    string   `toml:"kind"`
	Args    []string `toml:"args"`    // for cargo check and pollux check alike: targets and features
	Lock    string   `toml:"lock"`    // empty means fresh
	Variant string   `toml:"variant"` // tells apart two entries of one crate, such as its library and its examples
	Note    string   `toml:"note"`    // why the arguments or the lock are as they are
}

// name is how results, judgements and -only speak of the entry.
func (e entry) name() string {
	if e.Variant == "" {
		return e.Name
	}
	return e.Name + "/" + e.Variant
}

// crate is the pinned package.
func (e entry) crate() published.Crate {
	return published.Crate{Name: e.Name, Version: e.Version, KeepLock: e.Lock == lockPackaged}
}

func loadManifest(path string) (manifest, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return manifest{}, fmt.Errorf("read the list of crates: %w", err)
	}
	return parseManifest(text)
}

func parseManifest(text []byte) (manifest, error) {
	var m manifest
	if err := decodeStrict(text, &m); err != nil {
		return m, fmt.Errorf("corpus.toml: %w", err)
	}
	slices.SortStableFunc(m.Crates, func(a, b entry) int { return strings.Compare(a.name(), b.name()) })
	for i, e := range m.Crates {
		if err := e.valid(); err != nil {
			return m, fmt.Errorf("corpus.toml: crate %q: %w", e.name(), err)
		}
		if i > 0 && m.Crates[i-1].name() == e.name() {
			return m, fmt.Errorf("corpus.toml: crate %q is there twice", e.name())
		}
	}
	return m, nil
}

// decodeStrict reads TOML and refuses unknown keys, with the place of the first one.
func decodeStrict(text []byte, into any) error {
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into)
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		return fmt.Errorf("unknown key:\n%s", strict.String())
	}
	return err
}

func (e entry) valid() error {
	switch {
	case e.Name == "" || e.Version == "":
		return errors.New("name and version must be given")
	case !slices.Contains([]string{library, application, examples}, e.Kind):
		return fmt.Errorf("kind %q is none of library, application, examples", e.Kind)
	case !slices.Contains([]string{"", lockFresh, lockPackaged}, e.Lock):
		return fmt.Errorf("lock %q is none of fresh, packaged", e.Lock)
	}
	return nil
}

// choose keeps the named entries, or all when there are no names.
func (m manifest) choose(names []string) ([]entry, error) {
	if len(names) == 0 {
		return m.Crates, nil
	}
	var chosen []entry
	for _, name := range names {
		i := slices.IndexFunc(m.Crates, func(e entry) bool { return e.name() == name })
		if i < 0 {
			return nil, fmt.Errorf("%w: corpus.toml has no crate %q", errUsage, name)
		}
		chosen = append(chosen, m.Crates[i])
	}
	return chosen, nil
}

// kind is the kind of the named entry, "" when there is none.
func (m manifest) kind(name string) string {
	i := slices.IndexFunc(m.Crates, func(e entry) bool { return e.name() == name })
	if i < 0 {
		return ""
	}
	return m.Crates[i].Kind
}
