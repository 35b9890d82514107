//@ era bytes 0.4
use bytes::{Buf, BufMut, BytesMut};

fn main() {
    let mut out = BytesMut::with_capacity(8);
    out.put_u32_be(7);
    let mut read = out.freeze();
    println!("{}", read.get_u32_be());
}
