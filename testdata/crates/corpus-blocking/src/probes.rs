//! Correct code that looks like a hazard. Nothing in this file may be reported.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, BufWriter, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock, mpsc as sync_mpsc};
use std::time::{Duration, Instant};

/// A blocking helper, used on the pool only.
fn checksum(path: &Path) -> std::io::Result<u64> {
    let bytes = std::fs::read(path)?;
    Ok(bytes.iter().map(|b| u64::from(*b)).sum())
}

pub async fn bridge_to_the_pool(path: PathBuf) -> std::io::Result<u64> {
    tokio::task::spawn_blocking(move || checksum(&path)).await?
}

pub async fn bridge_in_place(path: &Path) -> std::io::Result<u64> {
    tokio::task::block_in_place(|| checksum(path))
}

pub async fn several_on_the_pool(paths: Vec<PathBuf>) -> u64 {
    let mut tasks = tokio::task::JoinSet::new();
    for path in paths {
        tasks.spawn_blocking(move || checksum(&path).unwrap_or_default());
    }
    tasks.join_all().await.into_iter().sum()
}

pub async fn through_the_handle(path: PathBuf) -> u64 {
    let handle = tokio::runtime::Handle::current();
    let sum = handle.spawn_blocking(move || checksum(&path));
    sum.await.ok().and_then(Result::ok).unwrap_or_default()
}

pub async fn plain_thread_with_a_reply(path: PathBuf) -> Option<u64> {
    let (tx, rx) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("checksum".into())
        .spawn(move || {
            std::thread::sleep(Duration::from_millis(1));
            let _ = tx.send(checksum(&path).ok());
        })
        .ok()?;
    rx.await.ok().flatten()
}

/// The body of a thread; the async side only sends to it.
fn drain(jobs: sync_mpsc::Receiver<u32>, done: Arc<AtomicBool>) {
    while let Ok(job) = jobs.recv() {
        std::thread::sleep(Duration::from_millis(u64::from(job)));
    }
    done.store(true, Ordering::Release);
}

pub async fn feeds_a_plain_thread(jobs: Vec<u32>) {
    let (tx, rx) = sync_mpsc::channel();
    let done = Arc::new(AtomicBool::new(false));
    let flag = done.clone();
    std::thread::spawn(move || drain(rx, flag));
    for job in jobs {
        let _ = tx.send(job);
        tokio::task::yield_now().await;
    }
    drop(tx);
    while !done.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

pub async fn looks_without_waiting(rx: &Mutex<sync_mpsc::Receiver<u32>>) -> Option<u32> {
    loop {
        let next = rx.lock().ok()?.try_recv();
        match next {
            Ok(n) => return Some(n),
            Err(sync_mpsc::TryRecvError::Disconnected) => return None,
            Err(sync_mpsc::TryRecvError::Empty) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

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
    tokio::task::yield_now().await;
    n
}

pub async fn short_read_section(names: &RwLock<Vec<String>>) -> usize {
    let n = names.read().unwrap().len();
    tokio::task::yield_now().await;
    n
}

pub async fn parking_lot_section(queue: &parking_lot::Mutex<VecDeque<u32>>) -> Option<u32> {
    let next = queue.lock().pop_front();
    tokio::task::yield_now().await;
    next
}

pub async fn tries_the_lock(counter: &Mutex<u32>) -> Option<u32> {
    let n = counter.try_lock().ok().map(|g| *g);
    tokio::task::yield_now().await;
    n
}

static LIMIT: OnceLock<u32> = OnceLock::new();
static TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| (0..16).collect());

pub async fn once() -> u32 {
    let limit = *LIMIT.get_or_init(|| 8);
    tokio::task::yield_now().await;
    limit + TABLE[1]
}

pub async fn guard_in_a_sync_closure(names: &Mutex<Vec<String>>) -> usize {
    let add = |name: &str| {
        let mut names = names.lock().unwrap();
        names.push(name.to_owned());
        names.len()
    };
    add("a");
    tokio::task::yield_now().await;
    add("b")
}

/// Blocks, and only `sync_main` calls it.
fn load_settings() -> String {
    std::fs::read_to_string("settings.toml").unwrap_or_default()
}

async fn serve(settings: String) -> usize {
    tokio::time::sleep(Duration::from_millis(1)).await;
    settings.len()
}

/// Does its file work before and after the runtime.
pub fn sync_main() -> std::io::Result<usize> {
    let settings = load_settings();
    let runtime = tokio::runtime::Runtime::new()?;
    let n = runtime.block_on(serve(settings));
    runtime.shutdown_timeout(Duration::from_millis(10));
    std::thread::sleep(Duration::from_millis(1));
    std::fs::write("report.txt", n.to_string())?;
    Ok(n)
}

/// Like a build script: sync from end to end.
pub fn generate(out: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(out)?;
    let mut file = std::fs::File::create(out.join("table.rs"))?;
    for n in TABLE.iter() {
        writeln!(file, "{n},")?;
    }
    let _ = std::process::Command::new("true").status()?;
    file.sync_all()
}

pub async fn async_file(path: &Path) -> std::io::Result<usize> {
    use tokio::io::AsyncReadExt;
    let mut file = tokio::fs::File::open(path).await?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await?;
    tokio::fs::write(path.with_extension("copy"), &bytes).await?;
    Ok(bytes.len())
}

pub async fn async_process() -> std::io::Result<bool> {
    let out = tokio::process::Command::new("true").output().await?;
    Ok(out.status.success())
}

pub async fn async_socket(address: &str) -> std::io::Result<usize> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(b"hello").await?;
    let mut buffer = [0; 16];
    stream.read(&mut buffer).await
}

pub async fn async_locks(counter: &tokio::sync::Mutex<u32>, rx: &mut tokio::sync::mpsc::Receiver<u32>) -> u32 {
    let mut g = counter.lock().await;
    *g += rx.recv().await.unwrap_or_default();
    *g
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
    tokio::task::yield_now().await;
    lamp.recv() && lamp.wait(&Lamp { on: true })
}

pub async fn joins_strings_and_paths(parts: &[String], base: &Path) -> PathBuf {
    let name = parts.join("-");
    let started = Instant::now();
    tokio::task::yield_now().await;
    base.join(format!("{name}-{}", started.elapsed().as_secs()))
}

pub async fn joins_a_task() -> u32 {
    let task = tokio::spawn(async { 1 });
    task.await.unwrap_or_default()
}

pub async fn builds_a_command_only(program: &str) -> String {
    let mut command = std::process::Command::new(program);
    command.arg("--version");
    format!("{command:?}")
}

/// A stream that is not a file: sends into a channel, never waits.
pub struct ChannelWriter(pub tokio::sync::mpsc::UnboundedSender<Vec<u8>>);

impl Write for ChannelWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.send(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub async fn writes_into_a_channel(writer: &mut ChannelWriter) -> std::io::Result<()> {
    writer.write_all(b"line\n")?;
    writer.flush()
}
