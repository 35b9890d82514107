package config

import (
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/pflag"
)

// EnvPrefix begins the name of every variable that holds a setting.
const EnvPrefix = "POLLUX_"

// Key describes one setting.
type Key struct {
	Name    string // in the file, and as --name
	Short   string // one-letter flag, may be empty
	Group   string // report, packages, features, targets, build
	Value   string // name of the value in help; empty for switches
	Type    string // boolean, integer, string, list of strings
	Default string // as one would write it in the file
	Help    string
}

// Env is the name of the variable that sets k.
func (k Key) Env() string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(k.Name, "-", "_"))
}

// Keys lists the settings in the order in which they are documented.
func Keys() []Key {
	defaults := Default()
	var keys []Key
	forEachField(&defaults, func(f reflect.StructField, v reflect.Value) {
		keys = append(keys, Key{
			Name:    f.Tag.Get("toml"),
			Short:   f.Tag.Get("short"),
			Group:   f.Tag.Get("group"),
			Value:   f.Tag.Get("value"),
			Type:    typeWord(v),
			Default: literal(v),
			Help:    f.Tag.Get("help"),
		})
	})
	return keys
}

// Override sets one key from outside of the file: Value is what stands behind the flag's equals sign.
type Override struct{ Key, Value string }

// Flags defines a flag for every key, and --allow, --warn, --deny, on fs. What the command line sets is appended to
// *into in the order of the command line; a value of the wrong form is an error of fs.Parse.
func Flags(fs *pflag.FlagSet, into *[]Override) {
	scratch := Default()
	defined := pflag.NewFlagSet("", pflag.ContinueOnError)
	defined.SortFlags = false
	bind(defined, &scratch)
	values := map[string]string{string(Allow): "ID", string(Warn): "ID", string(Deny): "ID"}
	for _, key := range Keys() {
		values[key.Name] = key.Value
	}
	defined.VisitAll(func(f *pflag.Flag) {
		f.Value = &recorder{Value: f.Value, key: f.Name, into: into, word: values[f.Name]}
		f.DefValue = strings.Trim(f.DefValue, "[]") // help shows no empty lists
		fs.AddFlag(f)
	})
}

// recorder notes every value that a flag is given, after the flag's own type has accepted it.
type recorder struct {
	pflag.Value
	key  string
	word string // what help calls the value; empty for switches
	into *[]Override
}

// Type is the word that help shows for the value. For a switch it must stay bool, which help shows as nothing.
func (r *recorder) Type() string { return cmp.Or(r.word, r.Value.Type()) }

func (r *recorder) Set(value string) error {
	if err := r.Value.Set(value); err != nil {
		return err
	}
	*r.into = append(*r.into, Override{r.key, value})
	return nil
}

// bind defines a flag for every key of s. A list flag replaces what s holds when it is first set, and adds afterwards.
func bind(fs *pflag.FlagSet, s *Settings) {
	forEachField(s, func(f reflect.StructField, v reflect.Value) {
		name, short := f.Tag.Get("toml"), f.Tag.Get("short")
		usage := f.Tag.Get("help")
		switch p := v.Addr().Interface().(type) {
		case *bool:
			fs.BoolVarP(p, name, short, *p, usage)
		case *int:
			fs.IntVarP(p, name, short, *p, usage)
		case *string:
			fs.StringVarP(p, name, short, *p, usage)
		case *[]string:
			fs.StringSliceVarP(p, name, short, *p, usage)
		case encoding.TextUnmarshaler:
			fs.TextVarP(p, name, short, v.Interface().(encoding.TextMarshaler), usage)
		default:
			panic(fmt.Sprintf("setting %s has type %s, which no flag can hold", name, v.Type()))
		}
	})
	for _, level := range []Level{Allow, Warn, Deny} {
		fs.Var(&levelFlag{level, s.Levels}, string(level), levelHelp[level])
	}
}

var levelHelp = map[Level]string{
	Allow: "report nothing of this rule",
	Warn:  "report this rule at severity warning",
	Deny:  "report this rule at severity error",
}

// levelFlag is --allow, --warn or --deny: each use gives one or more rules that level.
type levelFlag struct {
	level  Level
	levels Levels
}

func (f *levelFlag) Set(rules string) error {
	for rule := range strings.SplitSeq(rules, ",") {
		f.levels.Set(strings.TrimSpace(rule), f.level)
	}
	return nil
}

func (f *levelFlag) String() string { return "" }
func (f *levelFlag) Type() string   { return "id" }

// forEachField visits the fields of s that are settings of one value.
func forEachField(s *Settings, visit func(reflect.StructField, reflect.Value)) {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Tag.Get("help") != "" {
			visit(f, v.Field(i))
		}
	}
}

func typeWord(v reflect.Value) string {
	switch v.Interface().(type) {
	case bool:
		return "boolean"
	case int:
		return "integer"
	case []string:
		return "list of strings"
	}
	return "string"
}

// literal is v as TOML.
func literal(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case []string:
		return "[]"
	case string:
		return fmt.Sprintf("%q", x)
	case fmt.Stringer:
		return fmt.Sprintf("%q", x.String())
	}
	return fmt.Sprint(v.Interface())
}
