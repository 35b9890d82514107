//! Serves on a free port, sends a few requests to itself, prints the answers, and ends.

use http_service::app::App;
use http_service::http;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = Arc::new(App::new("service.conf".into()));
    let server = tokio::spawn(app.clone().serve(listener));
    for (method, path, token) in [
        ("GET", "/health", None),
        ("GET", "/config", None),
        ("GET", "/me", Some("t-1")),
        ("GET", "/me", None),
        ("GET", "/nowhere", None),
    ] {
        let response = http::request(address, method, path, token).await?;
        println!("{method} {path} -> {} {}", response.status, response.body);
    }
    server.abort();
    Ok(())
}
