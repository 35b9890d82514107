use crate::subject::k03::Console;
use corpus_explore_cancel::k03::Message;
use tokio::sync::mpsc;

#[tokio::test]
async fn keys_are_pressed_while_the_console_prints() {
    let (socket, from_vm) = mpsc::channel(8);
    let (keys, mut pressed) = mpsc::channel(8);
    tokio::spawn(async move {
        for n in 1..4 {
            socket.send(Message::Offset(n * 100)).await.unwrap();
            socket.send(Message::Bytes(vec![n as u8])).await.unwrap();
        }
    });
    tokio::spawn(async move {
        for key in ['l', 's', '\n'] {
            let _ = keys.send(key).await;
        }
    });
    let printed = tokio::spawn(async move {
        let (mut console, mut printed) = (Console::new(from_vm), Vec::new());
        loop {
            tokio::select! {
                Some(_key) = pressed.recv() => {}
                bytes = console.recv() => match bytes {
                    Some((offset, _)) => printed.push(offset),
                    None => return printed,
                },
            }
        }
    });
    assert_eq!(printed.await.unwrap(), [100, 200, 300]);
}
