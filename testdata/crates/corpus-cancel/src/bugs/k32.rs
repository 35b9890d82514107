//! embassy 188828775e: a shared bus pulls the chip-select line low, awaits the transfers, and lets it go high behind them. Dropped in the
//! middle, the line stays low and the chip takes part in the traffic of the others.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

pub trait OutputPin {
    fn set_low(&mut self);
    fn set_high(&mut self);
}

#[derive(Default)]
pub struct Line {
    pub low: bool,
}

impl OutputPin for Line {
    fn set_low(&mut self) {
        self.low = true;
    }
    fn set_high(&mut self) {
        self.low = false;
    }
}

pub struct Device {
    pub bus: DuplexStream,
    pub select: Line,
}

pub mod buggy {
    use super::*;

    pub async fn transfer(device: &mut Device, out: &[u8], back: &mut [u8]) -> io::Result<()> {
        device.select.set_low();
        let sent = device.bus.write_all(out).await; //~ cancel-torn-state
        let got = device.bus.read_exact(back).await; //~+ cancel-torn-state
        device.select.set_high();
        sent.and(got.map(drop))
    }

    pub async fn limited(device: &mut Device, out: &[u8], back: &mut [u8]) -> bool {
        timeout(Duration::from_secs(1), transfer(device, out, back)).await.is_ok_and(|done| done.is_ok())
    }
}

pub mod fixed {
    use super::*;

    /// Lets the line go high, whatever becomes of the transfer.
    struct Selected<'a>(&'a mut Line);

    impl Drop for Selected<'_> {
        fn drop(&mut self) {
            self.0.set_high();
        }
    }

    pub async fn transfer(device: &mut Device, out: &[u8], back: &mut [u8]) -> io::Result<()> {
        device.select.set_low();
        let _selected = Selected(&mut device.select);
        device.bus.write_all(out).await?;
        device.bus.read_exact(back).await.map(drop)
    }

    pub async fn limited(device: &mut Device, out: &[u8], back: &mut [u8]) -> bool {
        timeout(Duration::from_secs(1), transfer(device, out, back)).await.is_ok_and(|done| done.is_ok())
    }
}
