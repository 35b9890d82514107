package surface

import (
	"slices"
	"strings"
	"testing"

	"pollux/internal/rust"
)

// library reads a library of files by their path below src.
func library(name string, enabled []string, files map[string]string, externs ...*Crate) *Crate {
	return Read(Library{Name: name, Root: "src/lib.rs", Enabled: enabled, Read: func(path string) *rust.Source {
		text, ok := files[path]
		if !ok {
			return nil
		}
		return rust.NewSource(path, text)
	}, Extern: func(name string) *Crate {
		for _, e := range externs {
			if e.lib.Name == name {
				return e
			}
		}
		return nil
	}})
}

// check compares the public paths of a name with the features that are missing for each: "a::B", "a::C needs x y".
func check(t *testing.T, c *Crate, name string, want ...string) {
	t.Helper()
	var got []string
	for _, e := range c.Find(name) {
		text := e.Path
		if len(e.Missing) > 0 {
			text += " needs " + strings.Join(e.Missing, " ")
		}
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", name, got, want)
	}
}

func TestAnItemIsFoundAtEveryPublicPath(t *testing.T) {
	c := library("lib", nil, map[string]string{
		"src/lib.rs":         "mod inner; pub mod time; pub use inner::{Held, Secret as Open}; pub use self::time::sleep;",
		"src/inner.rs":       "pub struct Held; pub struct Secret; struct Hidden; pub(crate) struct Half; mod deep { pub struct Far; } pub use deep::*;",
		"src/time/mod.rs":    "pub mod error; pub fn sleep() {} pub use error::Elapsed as Late;",
		"src/time/error.rs":  "pub struct Elapsed(()); impl Elapsed { pub fn new() -> Self { Elapsed(()) } fn secret() {} }",
		"src/time/unused.rs": "pub struct Unused;",
	})
	check(t, c, "Held", "lib::Held")
	check(t, c, "Open", "lib::Open")
	check(t, c, "Secret")
	check(t, c, "Hidden")
	check(t, c, "Half")
	check(t, c, "Far")
	check(t, c, "Unused")
	check(t, c, "sleep", "lib::sleep", "lib::time::sleep")
	check(t, c, "Elapsed", "lib::time::error::Elapsed")
	late, _ := c.Path("lib::time::Late")
	elapsed, ok := c.Path("lib::time::error::Elapsed")
	if !ok || !late.Same(elapsed) || !elapsed.HasMember("new") || elapsed.HasMember("secret") {
		t.Errorf("%+v %+v", late, elapsed)
	}
}

func TestFeaturesAreReadFromAttributesAndFromMacrosAroundItems(t *testing.T) {
	files := map[string]string{
		"src/lib.rs": `#[macro_use] mod macros;
cfg_net! { pub mod net; }
#[cfg(feature = "a")] pub struct A;
#[cfg(any(feature = "a", feature = "b"))] pub struct Any;
#[cfg(all(feature = "a", not(feature = "b"), unix))] pub struct All;
#[cfg(not(feature = "b"))] pub struct Not;`,
		"src/macros.rs": `macro_rules! cfg_net { ($($item:item)*) => { $( #[cfg(feature = "net")] $item )* } }`,
		"src/net.rs":    "pub struct Stream;",
	}
	c := library("lib", []string{"b"}, files)
	check(t, c, "Stream", "lib::net::Stream needs net")
	check(t, c, "A", "lib::A needs a")
	check(t, c, "Any", "lib::Any")
	check(t, c, "All", "lib::All needs !b a")
	check(t, c, "Not", "lib::Not needs !b")
	check(t, library("lib", []string{"net", "a"}, files), "Stream", "lib::net::Stream")
}

func TestReExportsOfOtherLibrariesAreFollowed(t *testing.T) {
	core := library("core_lib", nil, map[string]string{"src/lib.rs": "pub mod body { pub struct Body; impl Body { pub fn new() {} } }"})
	c := library("face", nil, map[string]string{"src/lib.rs": "pub use core_lib::body; pub mod extract { pub use core_lib::body::Body as B; } pub use unknown::Thing;"}, core)
	check(t, c, "Body", "face::body::Body")
	check(t, c, "B", "face::extract::B")
	check(t, c, "Thing")
	if e, _ := c.Path("face::extract::B"); !e.HasMember("new") {
		t.Error("the members of a re-exported type are not known")
	}
}

func TestModulesThatReExportEachOtherEnd(t *testing.T) {
	c := library("lib", nil, map[string]string{"src/lib.rs": "pub mod a { pub use super::b::*; pub use crate::a; } pub mod b { pub use super::a::*; pub struct X; }"})
	if len(c.Find("X")) == 0 {
		t.Error("X is not found")
	}
}
