use std::error::Error;

fn parse(text: &str) -> Result<u32, Box<dyn Error>> {
    Ok(text.parse()?)
}

async fn report(text: &str) {
    println!("{text}");
    tokio::task::yield_now().await;
}

async fn run() {
    if let Err(error) = parse("7") {
        report("bad number").await;
        eprintln!("{error}");
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(run());
}
