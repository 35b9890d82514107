use tokio::sync::mpsc;

pub async fn serve(mut orders: mpsc::Receiver<String>, mut notes: mpsc::Receiver<String>) {
    loop {
        tokio::select! {
            Some(order) = orders.recv() => println!("{order}"),
            Some(note) = notes.recv() => println!("({note})"),
            else => break,
        }
    }
}
