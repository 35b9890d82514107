//@ edition: 2024
//@ only: std
//! Calls that do not wait: memory in the place of files, tries in the place of waits, names of our own.

use std::io::{BufRead, BufReader, BufWriter, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, RwLock, mpsc as sync_mpsc};
use std::time::Instant;

pub async fn reads_from_memory(bytes: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    let mut slice = bytes;
    slice.read_to_string(&mut text)?;
    let mut cursor = Cursor::new(bytes.to_vec());
    let mut first = [0; 2];
    cursor.read_exact(&mut first)?;
    Ok(text)
}

pub async fn reads_lines_from_memory(bytes: &[u8]) -> usize {
    let reader = BufReader::new(bytes);
    reader.lines().map_while(Result::ok).filter(|line| !line.is_empty()).count()
}

pub async fn writes_to_memory(n: u32) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    writeln!(out, "{n}")?;
    let mut buffered = BufWriter::new(&mut out);
    buffered.write_all(b"end")?;
    buffered.flush()?;
    drop(buffered);
    Ok(out)
}

pub async fn copies_in_memory(bytes: &[u8]) -> std::io::Result<u64> {
    let mut from = bytes;
    let mut to = Vec::new();
    std::io::copy(&mut from, &mut to)
}

pub async fn formats(n: u32) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let _ = write!(text, "{n}");
    println!("{text}");
    text
}

pub async fn short_section(counter: &Mutex<u32>) -> u32 {
    let n = {
        let mut g = counter.lock().unwrap();
        *g += 1;
        *g
    };
    std::future::ready(()).await;
    n
}

pub async fn short_read_section(names: &RwLock<Vec<String>>) -> usize {
    let n = names.read().unwrap().len();
    std::future::ready(()).await;
    n
}

pub async fn tries_the_lock(counter: &Mutex<u32>) -> Option<u32> {
    let n = counter.try_lock().ok().map(|g| *g);
    std::future::ready(()).await;
    n
}

/// Names of the reader's own, alike to blocking ones.
pub struct Lamp {
    on: bool,
}

impl Lamp {
    pub fn sleep(&mut self) {
        self.on = false;
    }

    pub fn recv(&self) -> bool {
        self.on
    }

    pub fn wait(&self, other: &Lamp) -> bool {
        self.on && other.on
    }
}

pub async fn own_names(lamp: &mut Lamp) -> bool {
    lamp.sleep();
    std::future::ready(()).await;
    lamp.recv() && lamp.wait(&Lamp { on: true })
}

pub async fn joins_strings_and_paths(parts: &[String], base: &Path) -> PathBuf {
    let name = parts.join("-");
    let started = Instant::now();
    std::future::ready(()).await;
    base.join(format!("{name}-{}", started.elapsed().as_secs()))
}

pub async fn builds_a_command_only(program: &str) -> String {
    let mut command = std::process::Command::new(program);
    command.arg("--version");
    format!("{command:?}")
}

pub async fn looks_without_waiting(rx: &Mutex<sync_mpsc::Receiver<u32>>) -> Option<u32> {
    loop {
        let next = rx.lock().ok()?.try_recv();
        match next {
            Ok(n) => return Some(n),
            Err(sync_mpsc::TryRecvError::Disconnected) => return None,
            Err(sync_mpsc::TryRecvError::Empty) => std::future::ready(()).await,
        }
    }
}
