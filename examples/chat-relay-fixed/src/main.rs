//! Starts a relay on a free port, lets two clients talk, prints what each of them saw, and ends.

use std::io;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

fn main() -> io::Result<()> {
    let log = std::env::temp_dir().join(format!("chat-relay-{}.log", std::process::id()));
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let transcript = LocalSet::new().block_on(&runtime, chat_relay_fixed::demo::run(log.clone()))?;
    for line in &transcript {
        println!("{line}");
    }
    let kept = std::fs::read_to_string(&log)?;
    println!("history: {} lines", kept.lines().count());
    std::fs::remove_file(&log)
}
