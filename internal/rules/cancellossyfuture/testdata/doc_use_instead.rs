use std::{io, time::Duration};
use tokio::io::{AsyncReadExt, DuplexStream};

pub async fn frames(mut stream: DuplexStream) -> io::Result<()> {
    let mut tick = tokio::time::interval(Duration::from_millis(3));
    let (mut frame, mut have) = ([0u8; 4], 0);
    loop {
        tokio::select! {
            n = stream.read(&mut frame[have..]) => match n? {
                0 => return Ok(()),
                n => have += n,
            },
            _ = tick.tick() => println!("still here"),
        }
        if have == frame.len() {
            println!("{frame:?}");
            have = 0;
        }
    }
}
