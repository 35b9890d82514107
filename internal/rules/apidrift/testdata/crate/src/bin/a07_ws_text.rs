//@ era axum 0.7
//@ rows V116
use axum::extract::ws::{Message, WebSocket};

async fn greet(mut socket: WebSocket) {
    let words = String::from("hello");
    let _ = socket.send(Message::Text(words)).await;
}

fn main() {
    let _ = greet;
}
