//@ edition: 2024
//! Where an await stands, for a reader of the source: the marks are the lines of the places.

use std::time::Duration;

async fn pause() {}

pub async fn written_out() {
    pause().await; //~ place: 13
}

pub async fn two_on_a_line() {
    (pause().await, pause().await); //~ place: 14 //~ place: 29
}

#[rustfmt::skip]
pub async fn over_several_lines() {
    pause()
        .await; //~ place: 10
}

/// The text of the macro is in another crate.
pub async fn select_of_tokio() {
    tokio::select! { //~ place: 5
        _ = pause() => {}
        _ = tokio::time::sleep(Duration::from_millis(1)) => {}
    }
}

pub async fn join_in_an_expression() -> usize {
    let both = tokio::join!(pause(), pause()); //~ place: 16
    size_of_val(&both)
}

pub async fn await_in_the_handler() {
    tokio::select! { //~ place: 5
        _ = pause() => {
            pause().await; //~ place: 21
        }
    }
}

pub async fn select_inside_a_block() {
    let inner = async {
        futures::join!(pause(), pause()); //~ place: 9
    };
    inner.await; //~ place: 11
}

macro_rules! wait_for {
    ($future:expr) => {
        $future.await
    };
}

macro_rules! pause_twice {
    () => {
        pause().await;
        pause().await;
    };
}

/// The text of the macro is in this crate: what matters is who calls it.
pub async fn own_macro() {
    wait_for!(pause()); //~ place: 5
}

pub async fn own_macro_twice() {
    wait_for!(pause()); //~ place: 5
    let _n = 1;
    wait_for!(pause()); //~ place: 5
}

pub async fn own_macro_with_two_awaits() {
    pause_twice!(); //~ place: 5
}

/// Known miss: the first call behind the block is taken to be the one inside of it.
pub async fn macro_in_a_macro() {
    let inner = async { wait_for!(pause()) }; //~ place: 25
    wait_for!(inner); //~? place: 5
}
