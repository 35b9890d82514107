//! What was said, appended to a file. A file that grew too large is moved aside.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub struct History {
    path: PathBuf,
    limit_bytes: u64,
}

impl History {
    pub fn new(path: PathBuf, limit_bytes: u64) -> Self {
        History { path, limit_bytes }
    }

    /// Keeps one line. The relay goes on without history when the disk is full.
    pub fn record(&self, room: &str, from: &str, text: &str) {
        let line = format!("{room}\t{from}\t{text}\n");
        if let Err(e) = self.append(&line) {
            eprintln!("history: {e}");
        }
    }

    fn append(&self, line: &str) -> io::Result<()> {
        if size_of(&self.path) + line.len() as u64 > self.limit_bytes {
            fs::rename(&self.path, self.path.with_extension("old"))?;
        }
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        file.write_all(line.as_bytes())
    }
}

fn size_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}
