//@ era tokio 0.1
use bytes::BytesMut;
use tokio::codec::{BytesCodec, Decoder};

fn main() {
    let mut codec = BytesCodec::new();
    let mut buf = BytesMut::from(&b"abc"[..]);
    println!("{:?}", codec.decode(&mut buf).unwrap());
}
