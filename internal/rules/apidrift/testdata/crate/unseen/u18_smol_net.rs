//@ era smol 0.1
use smol::Async;
use std::net::{TcpListener, TcpStream};

async fn accept(listener: Async<TcpListener>) -> std::io::Result<Async<TcpStream>> {
    let (stream, _) = listener.accept().await?;
    Ok(stream)
}

fn main() {
    let n = smol::run(async {
        let worker = smol::Task::spawn(async { 20 + 1 });
        worker.await * 2
    });
    println!("{n} {}", std::mem::size_of_val(&accept));
}
