//! W12: a request for several places in a closed channel is dropped. What it hands back does not wake the receiver, which waits
//! for the channel to be idle.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

/// The places of a channel and who wants some.
pub struct Places {
    all: usize,
    free: usize,
    closed: bool,
    waiting: VecDeque<(u64, usize, Waker)>,
    next: u64,
    receiver: Option<Waker>,
}

pub type Channel = Arc<Mutex<Places>>;

pub fn channel(places: usize) -> Channel {
    Arc::new(Mutex::new(Places {
        all: places,
        free: places,
        closed: false,
        waiting: VecDeque::new(),
        next: 0,
        receiver: None,
    }))
}

impl Places {
    /// Takes what is free for the first in line, and tells whether that one has all it wants.
    fn grant(&mut self) {
        while let Some((_, wanted, waker)) = self.waiting.front_mut() {
            let n = self.free.min(*wanted);
            (self.free, *wanted) = (self.free - n, *wanted - n);
            if *wanted > 0 {
                return;
            }
            waker.wake_by_ref();
            return;
        }
    }

    fn release(&mut self, n: usize) {
        self.free += n;
        self.grant();
    }

    pub fn wake_receiver(&mut self) {
        if self.closed && self.free == self.all {
            if let Some(receiver) = self.receiver.take() {
                receiver.wake();
            }
        }
    }
}

/// Places that were taken: given back, the receiver hears of it.
pub struct Permit {
    channel: Channel,
    places: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut places = self.channel.lock().unwrap();
        places.release(self.places);
        places.wake_receiver();
    }
}

/// Closes the channel and waits until all places are free.
pub async fn close(channel: &Channel) {
    channel.lock().unwrap().closed = true;
    std::future::poll_fn(|cx| {
        let mut places = channel.lock().unwrap();
        if places.free == places.all {
            return Poll::Ready(());
        }
        places.receiver = Some(cx.waker().clone());
        Poll::Pending
    })
    .await
}

pub mod buggy {
    use super::*;
    use std::future::poll_fn;

    struct Queued<'a> {
        channel: &'a Channel,
        ticket: Option<u64>,
        wanted: usize,
    }

    impl Drop for Queued<'_> {
        fn drop(&mut self) {
            let Some(ticket) = self.ticket else { return };
            let mut places = self.channel.lock().unwrap();
            if let Some(at) = places.waiting.iter().position(|(t, _, _)| *t == ticket) {
                let (_, missing, _) = places.waiting.remove(at).expect("it is there");
                places.release(self.wanted - missing);
            }
        }
    }

    pub async fn reserve(channel: &Channel, wanted: usize) -> Permit {
        let mut queued = Queued { channel, ticket: None, wanted };
        poll_fn(|cx| {
            let mut places = channel.lock().unwrap();
            let ticket = match queued.ticket {
                Some(ticket) => ticket,
                None => {
                    places.next += 1;
                    let ticket = places.next;
                    places.waiting.push_back((ticket, wanted, cx.waker().clone()));
                    places.grant();
                    *queued.ticket.insert(ticket)
                }
            };
            let at = places.waiting.iter().position(|(t, _, _)| *t == ticket).expect("it waits");
            if places.waiting[at].1 > 0 {
                return Poll::Pending;
            }
            places.waiting.remove(at);
            places.grant();
            Poll::Ready(())
        })
        .await;
        queued.ticket = None;
        Permit { channel: channel.clone(), places: wanted }
    }
}

pub mod fixed {
    use super::*;
    use std::future::poll_fn;

    struct Queued<'a> {
        channel: &'a Channel,
        ticket: Option<u64>,
        wanted: usize,
    }

    impl Drop for Queued<'_> {
        fn drop(&mut self) {
            let Some(ticket) = self.ticket else { return };
            let mut places = self.channel.lock().unwrap();
            if let Some(at) = places.waiting.iter().position(|(t, _, _)| *t == ticket) {
                let (_, missing, _) = places.waiting.remove(at).expect("it is there");
                places.release(self.wanted - missing);
                places.wake_receiver();
            }
        }
    }

    pub async fn reserve(channel: &Channel, wanted: usize) -> Permit {
        let mut queued = Queued { channel, ticket: None, wanted };
        poll_fn(|cx| {
            let mut places = channel.lock().unwrap();
            let ticket = match queued.ticket {
                Some(ticket) => ticket,
                None => {
                    places.next += 1;
                    let ticket = places.next;
                    places.waiting.push_back((ticket, wanted, cx.waker().clone()));
                    places.grant();
                    *queued.ticket.insert(ticket)
                }
            };
            let at = places.waiting.iter().position(|(t, _, _)| *t == ticket).expect("it waits");
            if places.waiting[at].1 > 0 {
                return Poll::Pending;
            }
            places.waiting.remove(at);
            places.grant();
            Poll::Ready(())
        })
        .await;
        queued.ticket = None;
        Permit { channel: channel.clone(), places: wanted }
    }
}
