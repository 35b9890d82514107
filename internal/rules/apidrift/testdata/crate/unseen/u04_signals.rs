//@ era tokio 0.2
use tokio::signal::unix::{signal, SignalKind};
use tokio::stream::StreamExt;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut hup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = hup.next() => println!("reload"),
        _ = tokio::task::yield_now() => println!("nothing"),
    }
    Ok(())
}
