//! The record that pollux reads: lines of fields with tabs between, on a file of its own. The test's own output is not used.

use super::run;
use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, Once, OnceLock};

static FILE: OnceLock<Option<Mutex<File>>> = OnceLock::new();

pub(super) fn line(text: &str) {
    let file = FILE.get_or_init(|| {
        let path = std::env::var("POLLUX_EXPLORE_LOG").ok()?;
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path).ok()?;
        Some(Mutex::new(file))
    });
    if let Some(file) = file {
        let mut file = file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let _ = file.write_all(format!("{text}\n").as_bytes());
    }
}

/// Field text: no tab, no line end.
pub(super) fn field(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

/// Panics beyond this number are consequences.
const PANICS: u32 = 4;

static LISTEN: Once = Once::new();

/// Puts a hook before the test's own that writes panics down.
pub(super) fn listen() {
    LISTEN.call_once(|| {
        let next = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let (task, tell, many) = run::with(|run| {
                run.panics += 1;
                (i64::from(run.current), run.plan.record, run.panics > PANICS)
            })
            .unwrap_or((-1, false, false));
            if !many {
                let place = info.location().map_or_else(String::new, |l| format!("{}:{}:{}", l.file(), l.line(), l.column()));
                let payload = info.payload();
                let text = payload.downcast_ref::<&str>().map(|s| s.to_string()).or_else(|| payload.downcast_ref::<String>().cloned());
                let text: String = text.unwrap_or_default().chars().take(2000).collect();
                line(&format!("panic\t{task}\t{place}\t{}", field(&text)));
                if tell {
                    for frame in super::waits::frames() {
                        line(&format!("frame\t{frame}"));
                    }
                }
            }
            if super::plan::plan().map_or(true, |plan| plan.mode == super::plan::Mode::One) {
                next(info);
            }
        }));
    });
}
