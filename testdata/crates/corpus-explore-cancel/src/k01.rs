//! K01: a frame is read with a length and `read_exact` in one arm of a `select!`. When the other arm wins in the middle of a
//! frame, what was read is gone, and the rest is taken for a length.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Reads one message: a byte that says how long it is, and that many bytes.
pub async fn read_message(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let length = match reader.read_u8().await {
        Ok(length) => length,
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e),
    };
    let mut message = vec![0; length.into()];
    reader.read_exact(&mut message).await?;
    Ok(Some(message))
}

pub mod buggy {
    use super::read_message;
    use std::io;
    use tokio::io::{AsyncWriteExt, DuplexStream};
    use tokio::sync::mpsc;

    /// Talks to one peer: hands out what it says, and writes what we have to say.
    pub async fn connection_loop(
        stream: DuplexStream,
        mut to_send: mpsc::Receiver<Vec<u8>>,
        heard: mpsc::Sender<Vec<u8>>,
    ) -> io::Result<()> {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut open = true;
        loop {
            tokio::select! {
                message = to_send.recv(), if open => match message {
                    Some(message) => {
                        writer.write_u8(message.len() as u8).await?;
                        writer.write_all(&message).await?;
                    }
                    None => open = false,
                },
                message = read_message(&mut reader) => match message? { //~ cancel-lossy-future
                    Some(message) => { let _ = heard.send(message).await; }
                    None => return Ok(()),
                },
            }
        }
    }
}

pub mod fixed {
    use super::read_message;
    use std::io;
    use tokio::io::{AsyncWriteExt, DuplexStream};
    use tokio::sync::mpsc;

    /// Talks to one peer: hands out what it says, and writes what we have to say.
    pub async fn connection_loop(
        stream: DuplexStream,
        mut to_send: mpsc::Receiver<Vec<u8>>,
        heard: mpsc::Sender<Vec<u8>>,
    ) -> io::Result<()> {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let sending = async {
            while let Some(message) = to_send.recv().await {
                writer.write_u8(message.len() as u8).await?;
                writer.write_all(&message).await?;
            }
            Ok(())
        };
        let reading = async {
            while let Some(message) = read_message(&mut reader).await? {
                let _ = heard.send(message).await;
            }
            Ok(())
        };
        tokio::try_join!(sending, reading).map(|_| ())
    }
}
