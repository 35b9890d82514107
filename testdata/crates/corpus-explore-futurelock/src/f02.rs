//! F02: a send to a channel of one place waits as a borrowed future of a `select!`, while another arm's body sends to the same
//! channel.

/// One step of the work that is reported on.
async fn work() {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
}

pub mod buggy {
    use super::work;
    use tokio::sync::mpsc::{Receiver, Sender};

    /// Reports progress and answers commands, all to one channel.
    pub async fn agent(reports: Sender<String>, mut commands: Receiver<u32>) {
        let mut step = 0;
        while step < 3 {
            work().await;
            let report = reports.send(format!("step {step}"));
            tokio::pin!(report);
            loop {
                tokio::select! {
                    sent = &mut report => {
                        if sent.is_err() {
                            return;
                        }
                        step += 1;
                        break;
                    }
                    Some(command) = commands.recv() => {
                        let _ = reports.send(format!("answer to {command}")).await; //~ futurelock
                    }
                }
            }
        }
        while let Some(command) = commands.recv().await {
            let _ = reports.send(format!("answer to {command}")).await;
        }
    }
}

pub mod fixed {
    use super::work;
    use tokio::sync::mpsc::{Receiver, Sender};

    /// Reports progress and answers commands, all to one channel.
    pub async fn agent(reports: Sender<String>, mut commands: Receiver<u32>) {
        let mut step = 0;
        while step < 3 {
            work().await;
            tokio::select! {
                place = reports.reserve() => {
                    let Ok(place) = place else { return };
                    place.send(format!("step {step}"));
                    step += 1;
                }
                Some(command) = commands.recv() => {
                    let _ = reports.send(format!("answer to {command}")).await;
                }
            }
        }
        while let Some(command) = commands.recv().await {
            let _ = reports.send(format!("answer to {command}")).await;
        }
    }
}
