use std::io::Write;

async fn tick() {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let out = std::io::stdout();
        for n in 0..3 {
            writeln!(out.lock(), "{n}").unwrap();
            tick().await;
        }
    });
}
