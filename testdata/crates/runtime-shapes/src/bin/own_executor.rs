//! Runtimes that helpers build, and an executor of the program's own.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, Runtime};

struct App {
    runtime: Runtime,
}

impl App {
    fn new() -> Self {
        App { runtime: Builder::new_multi_thread().enable_time().build().unwrap() }
    }

    fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

async fn connects() {
    tokio::net::TcpStream::connect("a:1").await.ok(); //~ missing-driver
}

/// Polls on the thread it is called on.
fn drive<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}

async fn waits() {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await; //~ wrong-executor
}

fn main() {
    let app = App::new();
    app.run(runtime_shapes::nap(1));
    runtime().block_on(connects());
    drive(waits());
}
