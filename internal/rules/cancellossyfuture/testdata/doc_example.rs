use std::{io, time::Duration};
use tokio::io::{AsyncReadExt, DuplexStream};

pub async fn frames(mut stream: DuplexStream) -> io::Result<()> {
    let mut tick = tokio::time::interval(Duration::from_millis(3));
    let mut frame = [0u8; 4];
    loop {
        tokio::select! {
            read = stream.read_exact(&mut frame) => println!("{} {frame:?}", read?), //~ cancel-lossy-future: `read_exact` is dropped
            _ = tick.tick() => println!("still here"),
        }
    }
}
