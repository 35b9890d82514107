//@ era tokio 0.1
use futures::{Future, Stream};
use tokio::net::TcpListener;

fn main() {
    let addr = "127.0.0.1:6142".parse::<std::net::SocketAddr>().unwrap();
    let listener = TcpListener::bind(&addr).unwrap();
    let server = listener
        .incoming()
        .for_each(|sock| {
            println!("peer {:?}", sock.peer_addr());
            Ok(())
        })
        .map_err(|e| eprintln!("accept failed: {}", e));
    tokio::run(server);
}
