//@ era tokio-util 0.2
//@ rows V070
use bytes::{BufMut, BytesMut};
use tokio_util::codec::Encoder;

struct Lines;

impl Encoder for Lines {
    type Item = String;
    type Error = std::io::Error;

    fn encode(&mut self, line: String, out: &mut BytesMut) -> Result<(), Self::Error> {
        out.put_slice(line.as_bytes());
        out.put_u8(b'\n');
        Ok(())
    }
}

fn main() {
    let mut out = BytesMut::new();
    Lines.encode("a".into(), &mut out).unwrap();
}
