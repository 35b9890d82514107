use std::ptr::NonNull;

struct Handle {
    raw: NonNull<u8>,
}

async fn close(handle: Handle) {
    tokio::task::yield_now().await;
    println!("{:?}", handle.raw);
}

#[tokio::main]
async fn main() {
    tokio::spawn(close(Handle { raw: NonNull::dangling() }));
}
