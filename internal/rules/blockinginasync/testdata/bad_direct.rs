//@ edition: 2024
//@ only: std
//! The blocking call stands in the async body.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::process::Command;
use std::sync::{Barrier, Condvar, Mutex, mpsc};
use std::time::Duration;

pub async fn sleep() {
    std::thread::sleep(Duration::from_millis(20)); //~ blocking-in-async: `std::thread::sleep` sleeps the thread, and defeats any timeout around it
}

pub async fn sleep_in_a_loop(turns: usize) {
    for _ in 0..turns {
        std::future::ready(()).await;
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    }
}

pub async fn read_file() -> std::io::Result<String> {
    std::fs::read_to_string("settings.toml") //~ blocking-in-async
}

pub async fn write_file(bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create("state.bin")?; //~ blocking-in-async
    file.write_all(bytes)?; //~ blocking-in-async
    file.sync_all() //~ blocking-in-async
}

pub async fn read_from_a_socket(address: &str) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect(address)?; //~ blocking-in-async
    let mut buffer = [0; 64];
    stream.read(&mut buffer) //~ blocking-in-async
}

pub async fn accept(listener: TcpListener) -> std::io::Result<TcpStream> {
    let (stream, _) = listener.accept()?; //~ blocking-in-async
    Ok(stream)
}

pub async fn resolve(host: &str) -> std::io::Result<usize> {
    let addresses = (host, 443).to_socket_addrs()?; //~ blocking-in-async
    Ok(addresses.count())
}

pub async fn run_command() -> std::io::Result<bool> {
    let status = Command::new("true").status()?; //~ blocking-in-async
    Ok(status.success())
}

pub async fn receive(rx: mpsc::Receiver<u32>) -> u32 {
    rx.recv().unwrap_or_default() //~ blocking-in-async: `std::sync::mpsc::Receiver::recv`
}

#[rustfmt::skip]
pub async fn receive_all(rx: mpsc::Receiver<u32>) -> u32 {
    let mut sum = 0;
    for n in rx { //~ blocking-in-async
        sum += n;
    }
    sum
}

pub async fn send_on_a_bounded_channel(tx: mpsc::SyncSender<u32>) {
    let _ = tx.send(1); //~ blocking-in-async
}

pub async fn join_a_thread() -> u32 {
    let worker = std::thread::spawn(|| 1);
    worker.join().unwrap_or_default() //~ blocking-in-async
}

pub async fn barrier(barrier: &Barrier) {
    barrier.wait(); //~ blocking-in-async
}

pub async fn scope(numbers: &[u32]) -> u32 {
    std::thread::scope(|s| s.spawn(|| numbers.iter().sum()).join().unwrap_or_default()) //~ blocking-in-async
}

pub async fn under_a_short_lock(m: &std::sync::Mutex<u32>) {
    *m.lock().unwrap() += 1;
    std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    std::future::ready(()).await;
}

pub async fn only_on_one_path(quick: bool) {
    if quick {
        std::future::ready(()).await;
    } else {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    }
}

pub async fn async_closure() {
    let work = async |n: u64| {
        std::thread::sleep(Duration::from_millis(n)); //~ blocking-in-async
    };
    work(1).await;
}

pub async fn condvar_then_let_go(ready: &Mutex<bool>, changed: &Condvar) {
    let mut g = ready.lock().unwrap();
    while !*g {
        g = changed.wait(g).unwrap(); //~ blocking-in-async
    }
    drop(g);
    std::future::ready(()).await;
}
