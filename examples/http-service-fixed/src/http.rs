//! As much of HTTP/1 as the service needs: a request line, headers, no bodies in requests, one request
//! a connection.

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// From `authorization: bearer TOKEN`.
    pub token: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub body: String,
}

impl Response {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Response { status, body: body.into() }
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

/// Reads the head of one request.
pub async fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Err(malformed("request line"));
    };
    let mut request = Request { method: method.into(), path: path.into(), token: None };
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        let header = header.trim_end();
        if header.is_empty() {
            return Ok(request);
        }
        let (name, value) = header.split_once(':').ok_or_else(|| malformed("header"))?;
        if name.eq_ignore_ascii_case("authorization") {
            request.token = value.trim().strip_prefix("bearer ").map(str::to_owned);
        }
    }
}

pub async fn write_response(stream: &mut TcpStream, response: &Response) -> io::Result<()> {
    let Response { status, body } = response;
    let length = body.len();
    let head = format!("HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

/// A client for one request.
pub async fn request(address: SocketAddr, method: &str, path: &str, token: Option<&str>) -> io::Result<Response> {
    let mut stream = TcpStream::connect(address).await?;
    let authorization = token.map(|t| format!("authorization: bearer {t}\r\n")).unwrap_or_default();
    stream.write_all(format!("{method} {path} HTTP/1.1\r\n{authorization}\r\n").as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| malformed("response"))?;
    let status = head.split_whitespace().nth(1).and_then(|s| s.parse().ok());
    Ok(Response::new(status.ok_or_else(|| malformed("status"))?, body))
}
