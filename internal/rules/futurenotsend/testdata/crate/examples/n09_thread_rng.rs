use rand::Rng;

async fn send(n: u32) {
    println!("{n}");
    tokio::task::yield_now().await;
}

async fn dice() {
    for _ in 0..3 {
        let n = rand::rng().random_range(1..7);
        send(n).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(dice());
}
