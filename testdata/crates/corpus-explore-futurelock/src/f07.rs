//! F07: a future for a lock is first in line, and the thread of its task blocks on a second one.

pub mod buggy {
    use std::sync::Arc;
    use tokio::sync::Mutex;

    pub async fn publish(session: Arc<Mutex<u32>>) -> u32 {
        let turn = async { *session.lock().await += 1 };
        tokio::pin!(turn);
        tokio::select! {
            biased;
            () = &mut turn => return 1,
            () = std::future::ready(()) => {}
        }
        let now =
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(async { *session.lock().await })); //~ futurelock
        turn.await;
        now + 1
    }
}

pub mod fixed {
    use std::sync::Arc;
    use tokio::sync::Mutex;

    pub async fn publish(session: Arc<Mutex<u32>>) -> u32 {
        *session.lock().await += 1;
        let now =
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(async { *session.lock().await }));
        now
    }
}
