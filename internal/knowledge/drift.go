package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/mod/semver"
)

// Drift is something of a library's interface that code written for another version gets wrong: what is written, the versions
// in which it is wrong, and what it is there.
//
// What is written is given by exactly one of Path, Method, Impl, Attribute, Message and Feature.
type Drift struct {
	ID    string `toml:"id"` // rows whose ids are equal up to a dot are one statement in several parts
	Crate string `toml:"crate"`
	Since string `toml:"since"` // first locked version that it holds for; empty: all
	Until string `toml:"until"` // first locked version that it does not hold for; empty: none
	Was   string `toml:"was"`   // the version that the code belongs to: "tokio 0.2"

	Path      []string `toml:"path"`      // paths, by the name of the crate's library; a final `*` stands for any name
	Method    []string `toml:"method"`    // Type::method, by the path of the type, for errors about a method or associated function
	Impl      []string `toml:"impl"`      // Trait::item, for errors about an item of an impl
	Attribute []string `toml:"attribute"` // an attribute macro, for errors whose place is inside of it
	Feature   []string `toml:"feature"`   // names that a manifest switches on
	Written   string   `toml:"written"`   // with Message alone: what is written, may use groups of the expression
	Message   string   `toml:"message"`   // regular expression over rustc's message, label and notes, parted by ` @ `; beside others an additional condition

	Gated bool `toml:"-"` // made up for an item behind a feature that is off

	Swap    string `toml:"swap"`    // a variant around the item that goes inside of its new form: with Ok, `Ok(Old(x))` is `New(Ok(x))`
	Mutable bool   `toml:"mutable"` // the value it is called on has to be mutable now
	Owned   bool   `toml:"owned"`   // the value it is called on is taken, so it must not be used later

	Gone   bool     `toml:"gone"`   // Crate names the library whose locked version decides, and Path begins with a library that is not there
	Within []string `toml:"within"` // as an argument of a type: "Type: what it is there"; elsewhere nothing is known without reading the code
	Chain  string   `toml:"chain"`  // the row holds where this method is called later in the same chain
	Args   int      `toml:"args"`   // the row holds for calls with so many arguments, counted from 1; 0: any

	Now    string `toml:"now"`    // what it is: a path for Path, a name for Method, items for Feature
	Call   string `toml:"call"`   // what a whole call becomes: {recv}, {args}, {path}
	Edit   string `toml:"edit"`   // what the place of the error becomes, or one of the words for edits
	Import string `toml:"import"` // a path that has to be imported beside
	Fix    string `toml:"fix"`    // in words, where Now does not say it all
	Also   string `toml:"also"`   // regular expression over messages of other errors of the file that are consequences
	Source string `toml:"source"`
}

// The words that Edit may have in place of a text.
const (
	EditRemoveCall   = "remove-call"     // drop `.method(..)` from a chain
	EditRemoveItem   = "remove-item"     // drop an item of an impl
	EditResult       = "result-argument" // two type arguments become one Result
	EditSharedSelf   = "shared-self"     // `&mut self` becomes `&self`
	EditRustc        = "rustc"           // what rustc itself suggests there
	EditWrap         = "wrap"            // wrap the value where it is bound: Now is the function
	EditRemoveOption = "remove-option"   // drop an option of an attribute
	EditNone         = "none"            // nothing that can be done without understanding the code
)

// ByOther reports whether the row is found by more than the words of the message.
func (d *Drift) ByOther() bool {
	return len(d.Path) > 0 || len(d.Method) > 0 || len(d.Impl) > 0 || len(d.Attribute) > 0 || len(d.Feature) > 0
}

// Inside is what the row's item is as an argument of a type, empty when the row does not say.
func (d *Drift) Inside(typ string) string {
	for _, w := range d.Within {
		if outer, text, _ := strings.Cut(w, ": "); outer == typ {
			return text
		}
	}
	return ""
}

// Group is the statement that the row is part of.
func (d *Drift) Group() string {
	group, _, _ := strings.Cut(d.ID, ".")
	return group
}

// EditWord parts an edit such as "import:tokio::io::AsyncReadExt" into its word and its text; the word is empty for others.
func (d *Drift) EditWord() (word, text string) {
	for _, w := range []string{EditImport, EditTrait, EditPrevious, EditArgument, EditMacro, EditPathTo, EditRemoveAttribute, EditItemToArgument} {
		if text, ok := strings.CutPrefix(d.Edit, w+":"); ok {
			return w, text
		}
	}
	return "", d.Edit
}

// The words of edits that come with a text.
const (
	EditImport          = "import"           // add an import
	EditTrait           = "trait"            // rename the method to Now and import the trait
	EditPrevious        = "previous"         // rename the method that is called before `.await`
	EditArgument        = "argument"         // replace the argument that the error is about
	EditMacro           = "macro"            // replace a macro call
	EditPathTo          = "path"             // replace `Type::method` by a path
	EditRemoveAttribute = "remove-attribute" // take an attribute off the impl
	EditItemToArgument  = "item-to-argument" // an associated type of an impl becomes an argument of its trait
)

// Holds reports whether the row speaks about a version of its crate.
func (d *Drift) Holds(version string) bool {
	v := "v" + version
	return (d.Since == "" || semver.Compare(v, "v"+d.Since) >= 0) && (d.Until == "" || semver.Compare(v, "v"+d.Until) < 0)
}

// Drifts are the rows about a crate at a version, in the order of the files.
func Drifts(crate, version string) []*Drift {
	var out []*Drift
	for _, d := range driftTable()[crate] {
		if d.Holds(version) {
			out = append(out, d)
		}
	}
	return out
}

// driftTable is read when it is first asked for: most runs never do.
var driftTable = sync.OnceValue(func() map[string][]*Drift {
	t, err := loadDrifts()
	if err != nil {
		panic(err) // the embedded files are part of the program; a test reads them all
	}
	return t
})

func loadDrifts() (map[string][]*Drift, error) {
	paths, err := fs.Glob(data, "data/"+driftFiles+"*.toml")
	if err != nil {
		return nil, fmt.Errorf("list data files: %w", err)
	}
	out := map[string][]*Drift{}
	seen := map[string]bool{}
	for _, path := range paths {
		rows, err := readDrifts(path)
		if err != nil {
			return nil, err
		}
		for _, d := range rows {
			if err := d.check(); err != nil {
				return nil, fmt.Errorf("%s: row %q: %w", path, d.ID, err)
			}
			if seen[d.ID] {
				return nil, fmt.Errorf("%s: row %s: the id is used twice", path, d.ID)
			}
			seen[d.ID] = true
			out[d.Crate] = append(out[d.Crate], d)
		}
	}
	return out, nil
}

// driftFiles is how the names of the files with these rows begin.
const driftFiles = "drift_"

func readDrifts(path string) ([]*Drift, error) {
	text, err := data.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var f struct {
		Drift []*Drift `toml:"drift"`
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&f); err != nil {
		if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
			return nil, fmt.Errorf("parse %s: %s", path, strict.String())
		}
		return nil, fmt.Errorf("parse %s: %w", path, err)
	}
	return f.Drift, nil
}

// check says what is wrong with a row.
func (d *Drift) check() error {
	kinds := 0
	for _, list := range [][]string{d.Path, d.Method, d.Impl, d.Attribute, d.Feature} {
		if len(list) > 0 {
			kinds++
		}
	}
	switch {
	case d.ID == "" || d.Crate == "" || d.Was == "" || d.Source == "":
		return fmt.Errorf("a drift row needs id, crate, was and source")
	case kinds > 1 || kinds == 0 && d.Message == "":
		return fmt.Errorf("a drift row is about exactly one of path, method, impl, attribute, feature, message")
	case d.Now == "" && d.Fix == "":
		return fmt.Errorf("a drift row says what the code becomes: now or fix")
	}
	for _, v := range []string{d.Since, d.Until} {
		if v != "" && !semver.IsValid("v"+v) {
			return fmt.Errorf("%q is no version", v)
		}
	}
	for _, re := range []string{d.Message, d.Also} {
		if _, err := regexp.Compile(re); err != nil {
			return fmt.Errorf("%q: %w", re, err)
		}
	}
	return nil
}
