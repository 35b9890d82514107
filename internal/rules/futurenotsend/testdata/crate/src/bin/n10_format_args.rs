use std::fmt::Arguments;

async fn log(text: Arguments<'_>) {
    println!("{text}");
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let n = 7;
        log(format_args!("n = {n}")).await;
    });
}
