async fn fill(bytes: &mut [u8]) {
    bytes.fill(1);
    tokio::task::yield_now().await;
}

async fn read() -> u8 {
    let mut bytes = [0u8; 16];
    let first = bytes.as_ptr();
    fill(&mut bytes).await;
    unsafe { *first }
}

#[tokio::main]
async fn main() {
    tokio::spawn(read());
}
