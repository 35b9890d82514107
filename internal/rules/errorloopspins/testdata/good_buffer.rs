//@ edition: 2024
//! What the read left in the buffer decides: at the end of the input it is empty.

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

pub async fn headers<R: AsyncBufRead + Unpin>(stream: &mut R) -> std::io::Result<Vec<String>> {
    let mut out = Vec::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        let header = header.trim_end();
        if header.is_empty() {
            return Ok(out);
        }
        out.push(header.to_owned());
    }
}
