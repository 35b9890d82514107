//! The blocking call stands in the async body itself.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::process::Command;
use std::sync::{Barrier, mpsc};
use std::time::Duration;

pub async fn sleep() {
    std::thread::sleep(Duration::from_millis(20)); //~ blocking-in-async
}

pub async fn sleep_in_a_loop(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
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

pub async fn read_lines_of_a_socket(stream: TcpStream) -> std::io::Result<String> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    reader.read_line(&mut line)?; //~ blocking-in-async
    Ok(line)
}

pub async fn accept(listener: TcpListener) -> std::io::Result<TcpStream> {
    let (stream, _) = listener.accept()?; //~ blocking-in-async
    Ok(stream)
}

pub async fn datagram(socket: &UdpSocket, buffer: &mut [u8]) -> std::io::Result<usize> {
    socket.recv(buffer) //~ blocking-in-async
}

pub async fn resolve(host: &str) -> std::io::Result<usize> {
    let addresses = (host, 443).to_socket_addrs()?; //~ blocking-in-async
    Ok(addresses.count())
}

pub async fn run_command() -> std::io::Result<bool> {
    let status = Command::new("true").status()?; //~ blocking-in-async
    Ok(status.success())
}

pub async fn wait_for_a_child() -> std::io::Result<bool> {
    let mut child = Command::new("true").spawn()?;
    let status = child.wait()?; //~ blocking-in-async
    Ok(status.success())
}

pub async fn receive(rx: mpsc::Receiver<u32>) -> u32 {
    rx.recv().unwrap_or_default() //~ blocking-in-async
}

pub async fn receive_with_a_limit(rx: mpsc::Receiver<u32>) -> u32 {
    rx.recv_timeout(Duration::from_secs(1)).unwrap_or_default() //~ blocking-in-async
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

pub async fn park() {
    std::thread::park(); //~ blocking-in-async
}

pub async fn scope(numbers: &[u32]) -> u32 {
    std::thread::scope(|s| s.spawn(|| numbers.iter().sum()).join().unwrap_or_default()) //~ blocking-in-async
}

pub async fn read_a_line_from_the_user() -> String {
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line); //~ blocking-in-async
    line
}

pub async fn under_a_short_lock(m: &std::sync::Mutex<u32>) {
    *m.lock().unwrap() += 1;
    std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    tokio::task::yield_now().await;
}

pub async fn only_on_one_path(quick: bool) {
    if quick {
        tokio::task::yield_now().await;
    } else {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    }
}

pub async fn in_a_branch_of_join() {
    let first = async {
        std::thread::sleep(Duration::from_millis(1)); //~ blocking-in-async
    };
    tokio::join!(first, tokio::task::yield_now());
}

pub async fn in_a_select_handler(rx: &mut tokio::sync::mpsc::Receiver<String>) {
    tokio::select! {
        Some(text) = rx.recv() => {
            let _ = std::fs::write("last", text); //~ blocking-in-async
        }
        _ = tokio::time::sleep(Duration::from_secs(1)) => {}
        else => {}
    }
}

pub async fn async_closure() {
    let work = async |n: u64| {
        std::thread::sleep(Duration::from_millis(n)); //~ blocking-in-async
    };
    work(1).await;
}
