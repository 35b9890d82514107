//@ edition: 2024
//@ only: std
//! Through closures and functions that a callee runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

fn retry<T>(times: usize, mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..times {
        if let Some(value) = attempt() {
            return Some(value);
        }
    }
    None
}

fn slow() -> Option<u32> {
    std::thread::sleep(Duration::from_millis(1));
    Some(1)
}

fn quick() -> Option<u32> {
    Some(1)
}

pub async fn closure_argument(path: &Path) -> Option<String> {
    retry(3, || std::fs::read_to_string(path).ok()) //~ blocking-in-async
}

pub async fn function_argument() -> Option<u32> {
    retry(3, slow) //~ blocking-in-async: `std::thread::sleep`
}

/// The helper itself waits between attempts, whatever the closure does.
fn retry_with_pause<T>(times: usize, mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..times {
        if let Some(value) = attempt() {
            return Some(value);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

pub async fn helper_that_waits() -> Option<u32> {
    retry_with_pause(3, quick) //~ blocking-in-async
}

fn outer(n: usize, attempt: impl Fn() -> Option<u32>) -> Option<u32> {
    retry(n, || attempt().map(|v| v + 1))
}

pub async fn closure_through_two_helpers() -> Option<u32> {
    outer(2, slow) //~ blocking-in-async
}

pub async fn local_closure() -> Option<u32> {
    let attempt = || slow();
    attempt() //~ blocking-in-async
}

pub async fn option_map(path: Option<PathBuf>) -> Option<bool> {
    path.map(|p| std::fs::remove_file(p).is_ok()) //~ blocking-in-async
}

pub async fn result_or_else(text: Result<String, PathBuf>) -> std::io::Result<String> {
    text.or_else(|p| std::fs::read_to_string(p)) //~ blocking-in-async
}

pub async fn function_path_as_closure(text: Option<PathBuf>) -> Option<std::io::Result<Vec<u8>>> {
    text.map(std::fs::read) //~ blocking-in-async
}

pub async fn iterator_map(paths: &[PathBuf]) -> usize {
    paths.iter().filter_map(|p| std::fs::read(p).ok()).count() //~ blocking-in-async
}

pub async fn iterator_for_each(millis: &[u64]) {
    millis.iter().for_each(|ms| std::thread::sleep(Duration::from_millis(*ms))) //~ blocking-in-async
}

pub async fn entry_or_insert_with(map: &mut std::collections::HashMap<u32, Vec<u8>>) -> usize {
    map.entry(1).or_insert_with(|| std::fs::read("one").unwrap_or_default()).len() //~ blocking-in-async
}
