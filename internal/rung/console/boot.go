package console

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pollux/internal/rung/patch"
)

//go:embed rt/boot/src
var bootFiles embed.FS

// bootCrate is the crate that is linked into the shadow build.
const bootCrate = "pollux_console_boot"

// subscriber is a release of console-subscriber that can be linked in.
type subscriber struct {
	version string // requirement
	tokio   string // that it asks for, for words
}

// subscribers from the newest on. Older ones are for projects whose lock file holds an older tokio.
var subscribers = []subscriber{{"0.5", "1.47.1"}, {"0.4", "1.34"}}

// manifest is that of the crate. The user's own tokio is named exactly: cargo would rather move it than take an older release of
// a package that is new.
func manifest(s subscriber, tokio string) string {
	if tokio == "" {
		tokio = "1"
	}
	return fmt.Sprintf(`[package]
name = "%s"
version = "0.0.0"
edition = "2021"
publish = false

[dependencies]
console-subscriber = "%s"
tracing-subscriber = { version = "0.3", default-features = false, features = ["registry"] }
tracing-core = "0.1"
tokio = { version = "%s", features = ["tracing"] }

[lints.rust]
warnings = "allow"

[workspace]
`, bootCrate, s.version, tokio)
}

// writeBoot writes the crate to dir. Files that are there and as they should be keep their times, so that cargo builds them once.
func writeBoot(dir string, s subscriber, tokio string) error {
	if err := keep(filepath.Join(dir, "Cargo.toml"), []byte(manifest(s, tokio))); err != nil {
		return err
	}
	return fs.WalkDir(bootFiles, "rt/boot/src", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := bootFiles.ReadFile(path)
		if err != nil {
			return err
		}
		return keep(filepath.Join(dir, "src", filepath.Base(path)), text)
	})
}

// keep writes a file unless it holds the text already.
func keep(path string, text []byte) error {
	if have, err := os.ReadFile(path); err == nil && string(have) == string(text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("write the shadow: %w", err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write the shadow: %w", err)
	}
	return nil
}

// coreChanges let a program install its own subscriber beside the console's: the second global default goes to whoever asked
// for it. They fit tracing-core 0.1.30 to 0.1.36.
var coreChanges = []patch.Change{
	{Why: "take a second subscriber", File: "src/dispatcher.rs",
		Pattern: `    \} else \{\n        Err\(SetGlobalDefaultError \{ _no_construct: \(\) \}\)\n    \}`,
		Text:    "    } else if pollux_second(dispatcher) {\n        Ok(())\n    } else {\n        Err(SetGlobalDefaultError { _no_construct: () })\n    }"},
	{Why: "take a second subscriber", File: "src/dispatcher.rs", Append: true, Text: `
static POLLUX_SECOND: core::sync::atomic::AtomicPtr<()> = core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());

fn pollux_second(dispatch: Dispatch) -> bool {
    let hook = POLLUX_SECOND.load(core::sync::atomic::Ordering::SeqCst);
    if hook.is_null() {
        return false;
    }
    // Safety: only pollux_take_second writes it, from a function of this type.
    let hook: fn(Dispatch) -> bool = unsafe { core::mem::transmute(hook) };
    hook(dispatch)
}

#[doc(hidden)]
pub fn pollux_take_second(hook: fn(Dispatch) -> bool) {
    POLLUX_SECOND.store(hook as *mut (), core::sync::atomic::Ordering::SeqCst);
}

impl Dispatch {
    #[doc(hidden)]
    pub unsafe fn pollux_downcast_raw(&self, id: core::any::TypeId) -> Option<*const ()> {
        self.subscriber().downcast_raw(id)
    }
}
`},
}
