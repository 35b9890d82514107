package config

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"

	"pollux/internal/didyoumean"
	"pollux/internal/fault"
	"pollux/internal/knowledge"
)

// Source says where settings come from.
type Source struct {
	Root      string     // absolute workspace root; paths in its pollux.toml are relative to it
	Dir       string     // paths of flags and variables are relative to it; empty means the current directory
	Config    []string   // --config: a file instead of Root/pollux.toml, or KEY=VALUE as TOML on top of it
	Env       []string   // KEY=VALUE as os.Environ gives them
	Overrides []Override // from flags, or from another face; strongest
	Rules     []string   // ids of the rules that exist
	Text      *string    // stands for Root/pollux.toml: that of another state of the project
}

// file is the form of pollux.toml.
type file struct {
	Settings
	knowledge.Extension
	Weakening []Weakening `toml:"weakening"`
}

// Load joins all sources. Errors are faults of kind usage that name the file and line, the variable or the flag.
func Load(src Source) (Settings, error) {
	s := Default()
	if err := loadFiles(&s, src); err != nil {
		return s, err
	}
	resolve(&s, src.Root)
	if err := apply(&s, fromEnv(src.Env), Key.Env); err != nil {
		return s, err
	}
	if err := apply(&s, src.Overrides, func(k Key) string { return "--" + k.Name }); err != nil {
		return s, err
	}
	resolve(&s, src.Dir)
	if err := checkKnowledge(s.Knowledge); err != nil {
		return s, fault.Usagef("%v", err).Hint("what a row holds: docs/configuration.md")
	}
	return s, validate(&s, src.Rules)
}

// NoRows reports whether a project tells pollux nothing of its own. Reading and joining the tables takes longer than all
// the rest of the start, so that it is worth asking.
func NoRows(rows knowledge.Extension) bool {
	return len(rows.Guard)+len(rows.Call)+len(rows.Closure) == 0
}

// checkKnowledge finds mistakes in rows before anything is built.
func checkKnowledge(rows knowledge.Extension) error {
	if NoRows(rows) {
		return nil
	}
	_, err := knowledge.Default().Extend(rows)
	return err
}

// resolve makes the paths in s relative to dir.
func resolve(s *Settings, dir string) {
	for _, path := range []*string{&s.Baseline, &s.TargetDir} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(dir, *path)
		}
	}
}

func loadFiles(s *Settings, src Source) error {
	path, optional := filepath.Join(src.Root, FileName), true
	var inline []string
	for _, c := range src.Config {
		if strings.Contains(c, "=") {
			inline = append(inline, c)
		} else {
			path, optional = c, false
		}
	}
	text, err := os.ReadFile(path)
	if optional && src.Text != nil {
		text, err = []byte(*src.Text), nil
	}
	if err != nil && !(optional && errors.Is(err, fs.ErrNotExist)) {
		return fault.Usagef("cannot read the configuration").Because(err)
	}
	if err := decode(s, text, path); err != nil {
		return err
	}
	for _, text := range inline {
		if err := decode(s, []byte(text), "--config"); err != nil {
			return err
		}
	}
	return nil
}

// decode lays the settings of one TOML text over s. Lists replace lists; rule levels and knowledge add up.
func decode(s *Settings, text []byte, name string) error {
	f := file{Settings: *s}
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return decodeFault(err, name)
	}
	if err := f.Levels.validate(); err != nil {
		return fault.Usagef("%s: %v", name, err)
	}
	*s = f.Settings
	s.Knowledge.Guard = append(s.Knowledge.Guard, f.Guard...)
	s.Knowledge.Call = append(s.Knowledge.Call, f.Call...)
	s.Knowledge.Closure = append(s.Knowledge.Closure, f.Closure...)
	for _, row := range f.Weakening {
		if err := row.validate(); err != nil {
			return fault.Usagef("%s: %v", name, err)
		}
		s.Weakenings = append(s.Weakenings, row)
	}
	return nil
}

// decodeFault names the line, and for an unknown key the key that was probably meant.
func decodeFault(err error, name string) error {
	var missing *toml.StrictMissingError
	if errors.As(err, &missing) && len(missing.Errors) > 0 {
		first := missing.Errors[0]
		row, column := first.Position()
		key := first.Key()
		last := key[len(key)-1]
		return fault.Usagef("%s:%d:%d: unknown key `%s`", name, row, column, strings.Join(key, ".")).
			Hint(didyoumean.Hint(last, siblings(key))).
			Hint("all keys: docs/configuration.md")
	}
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		row, column := syntax.Position()
		text := strings.TrimPrefix(syntax.Error(), "toml: ")
		return fault.Usagef("%s:%d:%d: %s", name, row, column, text)
	}
	return fault.Usagef("%s: %v", name, err)
}

// siblings lists the keys that may stand where key stands.
func siblings(key toml.Key) []string {
	t := reflect.TypeFor[file]()
	for _, part := range key[:len(key)-1] {
		f, ok := fieldOf(t, part)
		if !ok {
			return nil
		}
		for t = f.Type; t.Kind() == reflect.Slice; {
			t = t.Elem()
		}
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("toml"); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("toml") == key {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func fromEnv(env []string) []Override {
	names := map[string]string{}
	for _, k := range overridable() {
		names[k.Env()] = k.Name
	}
	var found []Override
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		if key, ok := names[name]; ok && value != "" {
			found = append(found, Override{key, value})
		}
	}
	slices.SortFunc(found, func(a, b Override) int { return strings.Compare(a.Key, b.Key) })
	return found
}

// overridable is every key that can be set from outside of the file.
func overridable() []Key {
	keys := Keys()
	for _, level := range levelWords {
		keys = append(keys, Key{Name: level})
	}
	return keys
}

// apply lays overrides over s; name says how a person would name a key of this layer.
func apply(s *Settings, overrides []Override, name func(Key) string) error {
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	bind(fs, s)
	for _, o := range overrides {
		if err := fs.Set(o.Key, o.Value); err != nil {
			return fault.Usagef("%s: invalid value %q", name(Key{Name: o.Key}), o.Value).Because(cause(err))
		}
	}
	return nil
}

func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

func validate(s *Settings, rules []string) error {
	named := slices.Concat(s.Rules, slices.Sorted(maps.Keys(s.Levels)))
	for _, id := range named {
		if !slices.Contains(rules, id) {
			return fault.Usagef("unknown rule `%s`", id).
				Hint(didyoumean.Hint(id, rules)).Hint("all rules: pollux rules")
		}
	}
	if s.Jobs < 0 {
		return fault.Usagef("jobs is %d, want 0 or more", s.Jobs)
	}
	if words := []string{"auto", "always", "never"}; !slices.Contains(words, s.Color) {
		return fault.Usagef("color is %q", s.Color).Hint(didyoumean.Hint(s.Color, words))
	}
	return nil
}
