use std::io::Write;

async fn tick() {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let mut out = std::io::stdout().lock();
        for n in 0..3 {
            writeln!(out, "{n}").unwrap();
            tick().await;
        }
    });
}
