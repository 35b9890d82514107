//@ edition: 2021
//@ flags: -Cpanic=abort
//! A crate without std, where nothing unwinds.
#![no_std]

extern crate alloc;

use alloc::{boxed::Box, string::String, vec::Vec};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

pub struct Ticks(pub u32);

impl Future for Ticks {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        if self.0 == 0 {
            return Poll::Ready(0);
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

pub async fn wait(name: String) -> usize {
    let list: Vec<u8> = Vec::new();
    Ticks(3).await;
    list.len() + name.len()
}

pub fn boxed(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(Ticks(n))
}

pub fn divide(a: u32, b: u32) -> u32 {
    a / b
}

pub unsafe fn volatile(p: *mut u32) {
    core::ptr::write_volatile(p, core::ptr::read_volatile(p) | 1);
}
