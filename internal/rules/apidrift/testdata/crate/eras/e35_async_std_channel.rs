//@ era async-std 1
use async_std::sync::channel;
use async_std::task;

fn main() {
    task::block_on(async {
        let (s, r) = channel::<i32>(1);
        task::spawn(async move {
            s.send(7).await;
        });
        println!("{}", r.recv().await.unwrap());
    });
}
