//@ edition: 2024
//@ only: std
//! Closures that are quick, that run elsewhere, or that are only made here.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn retry<T>(times: usize, mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..times {
        if let Some(value) = attempt() {
            return Some(value);
        }
    }
    None
}

fn quick() -> Option<u32> {
    Some(1)
}

pub async fn closure_argument_that_is_quick(text: &str) -> Option<usize> {
    retry(3, || text.find('x'))
}

pub async fn function_argument_that_is_quick() -> Option<u32> {
    retry(3, quick)
}

pub async fn closure_for_a_thread(path: PathBuf) {
    std::thread::spawn(move || {
        let _ = std::fs::remove_file(path);
    });
}

pub async fn guard_in_a_sync_closure(names: &Mutex<Vec<String>>) -> usize {
    let add = |name: &str| {
        let mut names = names.lock().unwrap();
        names.push(name.to_owned());
        names.len()
    };
    add("a");
    std::future::ready(()).await;
    add("b")
}

fn count_down(n: u32) -> u32 {
    if n == 0 { 0 } else { count_down(n - 1) }
}

pub async fn recursion_without_blocking(n: u32) -> u32 {
    count_down(n)
}

fn read_record<R: std::io::Read>(mut from: R) -> std::io::Result<[u8; 4]> {
    let mut record = [0; 4];
    from.read_exact(&mut record)?;
    Ok(record)
}

pub async fn generic_reader_of_memory(bytes: &[u8]) -> std::io::Result<[u8; 4]> {
    read_record(bytes)
}

pub async fn closure_only_made_here(jobs: &Arc<Mutex<Vec<Box<dyn FnOnce() + Send>>>>) {
    let job = Box::new(|| std::thread::sleep(Duration::from_millis(1)));
    jobs.lock().unwrap().push(job);
    std::future::ready(()).await;
}
