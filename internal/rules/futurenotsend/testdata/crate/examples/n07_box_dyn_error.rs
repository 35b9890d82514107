use std::error::Error;

fn parse(text: &str) -> Result<u32, Box<dyn Error>> {
    Ok(text.parse()?)
}

async fn report(text: &str) {
    println!("{text}");
    tokio::task::yield_now().await;
}

async fn run() {
    if let Err(text) = parse("7").map_err(|e| e.to_string()) {
        report(&text).await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(run());
}
