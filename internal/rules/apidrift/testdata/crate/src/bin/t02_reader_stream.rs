//@ era tokio 0.2
//@ rows V050
use futures::StreamExt;
use tokio::io::reader_stream;

#[tokio::main]
async fn main() {
    let file: &[u8] = b"some bytes";
    let mut chunks = reader_stream(file);
    while let Some(chunk) = chunks.next().await {
        println!("{}", chunk.unwrap().len());
    }
}
