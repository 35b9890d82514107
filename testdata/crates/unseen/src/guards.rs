//! Guards that block their thread, alive at an await.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Idle,
    Active,
}

pub struct Config {
    pub mode: Mode,
    pub url: String,
}

async fn send(_text: &str) -> std::io::Result<()> {
    tokio::task::yield_now().await;
    Ok(())
}

async fn fetch(id: u64) -> String {
    tokio::task::yield_now().await;
    id.to_string()
}

/// A read guard in the head of a `match` on a `Copy` field.
pub mod match_on_a_copied_field {
    use super::*;

    pub struct Engine {
        config: Arc<RwLock<Config>>,
    }

    impl Engine {
        pub async fn buggy(&self) -> std::io::Result<()> {
            match self.config.read().unwrap().mode {
                Mode::Idle => Ok(()),
                Mode::Active => send("tick").await, //~ sync-guard-across-await
            }
        }

        pub async fn fixed(&self) -> std::io::Result<()> {
            let mode = self.config.read().unwrap().mode;
            match mode {
                Mode::Idle => Ok(()),
                Mode::Active => send("tick").await,
            }
        }
    }
}

/// What `if let` clones out of a map is owned, and the guard lives on in the body.
pub mod cloned_out_in_an_if_let {
    use super::*;

    pub struct Names {
        ids: Mutex<HashMap<String, u64>>,
    }

    impl Names {
        pub async fn buggy(&self, name: &str) -> Option<String> {
            if let Some(id) = self.ids.lock().unwrap().get(name).cloned() {
                return Some(fetch(id).await); //~ sync-guard-across-await
            }
            None
        }

        pub async fn fixed(&self, name: &str) -> Option<String> {
            let id = self.ids.lock().unwrap().get(name).cloned();
            match id {
                Some(id) => Some(fetch(id).await),
                None => None,
            }
        }
    }
}

/// A guard that a helper wraps into a view of its own.
pub mod a_guard_inside_of_a_view {
    use super::*;
    use parking_lot::MutexGuard;

    pub struct Ledger {
        rows: parking_lot::Mutex<Vec<u64>>,
    }

    pub struct View<'a> {
        rows: MutexGuard<'a, Vec<u64>>,
        label: &'static str,
    }

    impl View<'_> {
        fn total(&self) -> u64 {
            self.rows.iter().sum()
        }
    }

    impl Ledger {
        fn view(&self) -> View<'_> {
            View { rows: self.rows.lock(), label: "rows" }
        }

        pub async fn buggy(&self) -> std::io::Result<u64> {
            let view = self.view();
            let total = view.total();
            send(view.label).await?; //~ sync-guard-across-await
            Ok(total)
        }

        pub async fn fixed(&self) -> std::io::Result<u64> {
            let (total, label) = {
                let view = self.view();
                (view.total(), view.label)
            };
            send(label).await?;
            Ok(total)
        }
    }
}

/// A `RefCell` that two futures of one thread share.
pub mod a_borrow_of_a_cell {
    use std::cell::RefCell;
    use std::rc::Rc;
    use tokio::io::{AsyncWrite, AsyncWriteExt};

    pub async fn buggy<W: AsyncWrite + Unpin>(out: Rc<RefCell<W>>, bytes: &[u8]) -> std::io::Result<()> {
        out.borrow_mut().write_all(bytes).await //~ sync-guard-across-await
    }

    pub async fn fixed<W: AsyncWrite + Unpin>(out: Rc<tokio::sync::Mutex<W>>, bytes: &[u8]) -> std::io::Result<()> {
        out.lock().await.write_all(bytes).await
    }
}

/// An entry of a sharded map that is filled by an await.
pub mod an_entry_of_a_sharded_map {
    use super::*;
    use dashmap::DashMap;

    pub async fn buggy(map: &DashMap<u64, Vec<String>>, id: u64) {
        let mut entry = map.entry(id).or_default();
        entry.push(fetch(id).await); //~ sync-guard-across-await
    }

    pub async fn fixed(map: &DashMap<u64, Vec<String>>, id: u64) {
        let text = fetch(id).await;
        map.entry(id).or_default().push(text);
    }
}

/// The lock of standard output, taken once for several lines.
pub mod the_lock_of_stdout {
    use super::*;
    use std::io::Write;

    pub async fn buggy(ids: &[u64]) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        for id in ids {
            let text = fetch(*id).await; //~ sync-guard-across-await
            writeln!(out, "{text}")?;
        }
        Ok(())
    }

    pub async fn fixed(ids: &[u64]) -> std::io::Result<()> {
        for id in ids {
            let text = fetch(*id).await;
            writeln!(std::io::stdout(), "{text}")?;
        }
        Ok(())
    }
}

/// A guard that is dropped on one branch only.
pub mod dropped_on_one_branch {
    use super::*;

    pub struct Limits {
        used: Mutex<u64>,
        most: u64,
    }

    impl Limits {
        pub async fn buggy(&self, n: u64) -> bool {
            let mut used = self.used.lock().unwrap();
            if *used + n > self.most {
                drop(used);
                return false;
            }
            *used += n;
            send("granted").await.is_ok() //~ sync-guard-across-await
        }

        pub async fn fixed(&self, n: u64) -> bool {
            let mut used = self.used.lock().unwrap();
            if *used + n > self.most {
                return false;
            }
            *used += n;
            drop(used);
            send("granted").await.is_ok()
        }
    }
}

/// Two futures joined while a guard stands above them.
pub mod joined_under_a_guard {
    use super::*;

    pub async fn buggy(log: &Mutex<Vec<String>>) {
        let mut log = log.lock().unwrap();
        let (a, b) = tokio::join!(fetch(1), fetch(2)); //~ sync-guard-across-await
        log.extend([a, b]);
    }

    pub async fn fixed(log: &Mutex<Vec<String>>) {
        let (a, b) = tokio::join!(fetch(1), fetch(2));
        log.lock().unwrap().extend([a, b]);
    }
}

/// An entered span around a request.
pub mod an_entered_span {
    use super::*;
    use tracing::Instrument;

    pub async fn buggy(id: u64) -> String {
        let span = tracing::info_span!("request", id);
        let _entered = span.enter();
        fetch(id).await //~ sync-guard-across-await
    }

    pub async fn fixed(id: u64) -> String {
        let span = tracing::info_span!("request", id);
        fetch(id).instrument(span).await
    }
}

/// The guard is the argument of a function that awaits.
pub mod a_guard_as_argument {
    use super::*;
    use std::sync::MutexGuard;

    async fn store(mut rows: MutexGuard<'_, Vec<String>>, id: u64) {
        let text = fetch(id).await; //~ sync-guard-across-await
        rows.push(text);
    }

    pub async fn buggy(rows: &Mutex<Vec<String>>) {
        store(rows.lock().unwrap(), 7).await;
    }

    async fn store_later(rows: &Mutex<Vec<String>>, id: u64) {
        let text = fetch(id).await;
        rows.lock().unwrap().push(text);
    }

    pub async fn fixed(rows: &Mutex<Vec<String>>) {
        store_later(rows, 7).await;
    }
}
