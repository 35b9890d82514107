use rand::Rng;

async fn send(n: u32) {
    println!("{n}");
    tokio::task::yield_now().await;
}

async fn dice() {
    let mut rng = rand::rng();
    for _ in 0..3 {
        send(rng.random_range(1..7)).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(dice());
}
