//! K32: a device is selected, transfers are awaited, and the device is deselected at the end. A drop in between leaves it
//! selected.

use std::cell::RefCell;
use std::rc::Rc;

/// The wires of a bus: which device is selected.
#[derive(Clone, Default)]
pub struct Wires(Rc<RefCell<Option<u8>>>);

impl Wires {
    pub fn select(&self, device: u8) {
        let before = self.0.borrow_mut().replace(device);
        assert!(before.is_none() || before == Some(device), "devices {before:?} and {device} drive the bus at once");
    }

    pub fn deselect(&self) {
        *self.0.borrow_mut() = None;
    }
}

async fn transfer(words: u32) -> u32 {
    let mut sum = 0;
    for word in 0..words {
        tokio::time::sleep(std::time::Duration::from_micros(10)).await;
        sum += word;
    }
    sum
}

pub mod buggy {
    use super::{Wires, transfer};
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Bus {
        wires: Mutex<Wires>,
    }

    impl Bus {
        pub async fn transaction(&self, device: u8, words: u32) -> u32 {
            let wires = self.wires.lock().await;
            wires.select(device);
            let sum = transfer(words).await;
            wires.deselect();
            sum
        }
    }
}

pub mod fixed {
    use super::{Wires, transfer};
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Bus {
        wires: Mutex<Wires>,
    }

    struct OnDrop<'a>(&'a Wires);

    impl Drop for OnDrop<'_> {
        fn drop(&mut self) {
            self.0.deselect();
        }
    }

    impl Bus {
        pub async fn transaction(&self, device: u8, words: u32) -> u32 {
            let wires = self.wires.lock().await;
            wires.select(device);
            let _selected = OnDrop(&wires);
            transfer(words).await
        }
    }
}
