//! A record of who did what, kept by a task of its own.

use tokio::sync::mpsc;

#[derive(Clone)]
pub struct Audit {
    lines: mpsc::Sender<String>,
}

impl Audit {
    /// Starts the task; it ends when the last handle is gone.
    pub fn start() -> Self {
        let (lines, mut received) = mpsc::channel::<String>(16);
        tokio::spawn(async move {
            while let Some(line) = received.recv().await {
                eprintln!("audit: {line}");
            }
        });
        Audit { lines }
    }

    /// Waits for room in the record.
    pub async fn record(&self, who: &str, what: &str) {
        let _ = self.lines.send(format!("{who} {what}")).await;
    }
}
