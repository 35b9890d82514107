use tokio::runtime::Handle;

async fn nested(handle: Handle) {
    let _context = handle.enter();
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(nested(Handle::current()));
}
