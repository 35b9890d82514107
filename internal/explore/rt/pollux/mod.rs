//! What pollux puts into a copy of tokio: every choice that the runtime makes between equally legal ways on is made here,
//! from a seed or from a recorded list, and written down.
//!
//! It is inert unless the process was started by pollux (`POLLUX_EXPLORE` is set), and it needs nothing but std.
//! One thread is explored: the one that runs the test. On all others every question gets tokio's own answer.
//!
//! Invariants: the same decisions give the same run, as long as nothing outside of the thread takes part; choice 0 of every
//! question is what plain tokio would do. A verdict "nothing can ever run again" is given only when no thread, socket, timer
//! or blocking task of this process could still wake the runtime.
#![allow(dead_code, missing_docs, unreachable_pub, missing_debug_implementations)]

mod ask;
#[cfg(feature = "rt")]
mod canary;
mod cancel;
mod choice;
mod clock;
mod depart;
mod fallen;
mod focus;
mod hands;
mod holders;
mod idle;
mod log;
mod plan;
mod points;
mod run;
mod spin;
mod test;
mod trial;
mod waits;
mod wakers;
mod work;

pub(crate) use cancel::{cancels, dropping, ended, idle, woken};
pub(crate) use clock::{fires_early, firing, follows_real_time, looked, parking, timer_fired, timer_set};
pub(crate) use fallen::fell;
pub(crate) use hands::{comes_with, keeps_waker};
pub(crate) use holders::{granted_to_current, released, request_dropped, requested};
pub(crate) use idle::{advanced, block_in_place, external, external_fast, io_added, misses_io, probing, spares_io, stuck, unsupported, IO};
pub(crate) use run::{begin_round, budget, building, ends_round, interrupt, pick_branch, pick_task, shuffled, virtual_time};
pub(crate) use spin::{wakes, wakes_body, BLOCKING};
pub use test::test;
pub(crate) use waits::{not_root, poll_root, poll_task, spawned};
pub(crate) use wakers::{aborts, arrives, dissecting, gives, joins, notifies, waits_on};
