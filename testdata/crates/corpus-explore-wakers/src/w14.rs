//! W14: an interval is asked once per poll whether it has ticked. When it has, nobody is registered for the next tick.

use std::collections::VecDeque;
use std::task::{Context, Poll};
use tokio::time::{Duration, Interval};

/// The service of a peer list: handles commands, and cleans up on every tick.
pub struct Service {
    commands: tokio::sync::mpsc::Receiver<u32>,
    tick: Interval,
    handled: VecDeque<u32>,
    pub cleaned: u32,
}

impl Service {
    pub fn new(commands: tokio::sync::mpsc::Receiver<u32>) -> Self {
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        Service { commands, tick, handled: VecDeque::new(), cleaned: 0 }
    }

    /// Ready when there were three clean-ups.
    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<u32> {
        while let Poll::Ready(Some(command)) = self.commands.poll_recv(cx) {
            self.handled.push_back(command);
        }
        if self.cleaned >= 3 {
            return Poll::Ready(self.cleaned);
        }
        Poll::Pending
    }
}

pub mod buggy {
    use super::{Poll, Service};
    use std::future::poll_fn;

    pub async fn run(mut service: Service) -> u32 {
        poll_fn(|cx| {
            if service.tick.poll_tick(cx).is_ready() {
                service.cleaned += 1;
            }
            match service.poll_work(cx) {
                Poll::Ready(cleaned) => Poll::Ready(cleaned),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

pub mod fixed {
    use super::{Poll, Service};
    use std::future::poll_fn;

    pub async fn run(mut service: Service) -> u32 {
        poll_fn(|cx| {
            while service.tick.poll_tick(cx).is_ready() {
                service.cleaned += 1;
            }
            match service.poll_work(cx) {
                Poll::Ready(cleaned) => Poll::Ready(cleaned),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}
