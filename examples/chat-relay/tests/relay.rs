//! The whole relay over loopback sockets.

use tokio::runtime::Builder;
use tokio::task::LocalSet;

#[test]
fn members_of_a_room_hear_each_other() {
    let log = std::env::temp_dir().join(format!("relay-test-{}.log", std::process::id()));
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let seen = LocalSet::new().block_on(&runtime, chat_relay::demo::run(log.clone())).unwrap();
    let _ = std::fs::remove_file(log);
    let want = [
        "ada < welcome",
        "ada < topic: ",
        "ada < ada",
        "bob < welcome",
        "bob < join a room first",
        "bob < topic: ",
        "bob < sent to 1",
        "ada < bob: hello!",
        "ada < bob: left",
    ];
    assert_eq!(seen, want);
}
