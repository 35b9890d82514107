//! Calls that compile with the locked versions and go wrong when they run, and their corrected twins. Called with a name it runs one.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from("hello"))))
}

fn old_path() -> Router {
    Router::new().route("/users/:id", get(|| async { "user" })) //~ run-time-drift
}

fn old_wildcard() -> Router {
    Router::new().route("/", get(|| async { "root" })).route("/files/*rest", get(|| async { "file" })) //~ run-time-drift
}

fn old_nest() -> Router {
    Router::new().nest("/:tenant", Router::new().route("/x", get(|| async { "x" }))) //~ run-time-drift
}

fn new_path() -> Router {
    Router::new().route("/users/{id}", get(|| async { "user" })).route("/files/{*rest}", get(|| async { "file" }))
}

fn meant_literally() -> Router {
    Router::new().without_v07_checks().route("/:id", get(|| async { "literal" }))
}

/// A connection whose client sends some bytes, waits a little, and closes it.
async fn connection(bytes: &'static [u8]) -> TokioIo<tokio::net::TcpStream> {
    use tokio::io::AsyncWriteExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { //~ detached-task
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream.write_all(bytes).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
        std::io::Result::Ok(())
    });
    TokioIo::new(listener.accept().await.unwrap().0)
}

/// The start of an HTTP/2 connection: the preface, and empty settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

async fn timeout_without_timer() {
    let mut builder = http1::Builder::new();
    builder.header_read_timeout(Duration::from_secs(1)); //~ run-time-drift
    builder.serve_connection(connection(b"").await, service_fn(hello)).await.ok();
}

async fn timeout_without_timer_in_a_chain() {
    http1::Builder::new() //~ run-time-drift
        .keep_alive(true)
        .header_read_timeout(Duration::from_secs(1))
        .serve_connection(connection(b"").await, service_fn(hello))
        .await
        .ok();
}

async fn timeout_with_timer() {
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(1))
        .serve_connection(connection(b"").await, service_fn(hello))
        .await
        .ok();
}

async fn no_timeout() {
    http1::Builder::new()
        .header_read_timeout(None)
        .serve_connection(connection(b"").await, service_fn(hello))
        .await
        .ok();
}

async fn keep_alive_without_timer() {
    http2::Builder::new(TokioExecutor::new()) //~ run-time-drift
        .keep_alive_interval(Duration::from_millis(1))
        .serve_connection(connection(PREFACE).await, service_fn(hello))
        .await
        .ok();
}

async fn keep_alive_with_timer() {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.timer(TokioTimer::new());
    builder.keep_alive_interval(Duration::from_millis(1));
    builder.serve_connection(connection(PREFACE).await, service_fn(hello)).await.ok();
}

async fn blocking_socket() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    tokio::net::TcpListener::from_std(socket).unwrap(); //~ run-time-drift
}

async fn prepared_socket() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    tokio::net::TcpListener::from_std(socket).unwrap();
}

#[tokio::main]
async fn main() {
    match std::env::args().nth(1).unwrap_or_default().as_str() {
        "old_path" => drop(old_path()),
        "old_wildcard" => drop(old_wildcard()),
        "old_nest" => drop(old_nest()),
        "new_path" => drop(new_path()),
        "meant_literally" => drop(meant_literally()),
        "timeout_without_timer" => timeout_without_timer().await,
        "timeout_without_timer_in_a_chain" => timeout_without_timer_in_a_chain().await,
        "timeout_with_timer" => timeout_with_timer().await,
        "no_timeout" => no_timeout().await,
        "keep_alive_without_timer" => keep_alive_without_timer().await,
        "keep_alive_with_timer" => keep_alive_with_timer().await,
        "blocking_socket" => blocking_socket().await,
        "prepared_socket" => prepared_socket().await,
        other => panic!("no {other:?}"),
    }
}
