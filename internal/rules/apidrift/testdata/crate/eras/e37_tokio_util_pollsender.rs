//@ era tokio-util 0.6
use futures::future::poll_fn;
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

#[tokio::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel::<u8>(1);
    let mut sink = PollSender::new(tx);
    sink.start_send(3).unwrap();
    poll_fn(|cx| sink.poll_send_done(cx)).await.unwrap();
    println!("{:?}", rx.recv().await);
}
