//! Locks and permits that a task waits for although it has them, or in two orders.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex};
use std::time::Duration;
use tokio::sync::{Mutex, RwLock, Semaphore};

/// A method under the lock calls another that takes it.
pub mod a_method_under_the_lock {
    use super::*;

    pub struct Session {
        state: Mutex<HashMap<String, u32>>,
    }

    impl Session {
        async fn count(&self) -> usize {
            self.state.lock().await.len()
        }

        pub async fn buggy(&self, name: &str) -> usize {
            let mut state = self.state.lock().await;
            *state.entry(name.into()).or_default() += 1;
            self.count().await //~ async-relock
        }

        pub async fn fixed(&self, name: &str) -> usize {
            let mut state = self.state.lock().await;
            *state.entry(name.into()).or_default() += 1;
            drop(state);
            self.count().await
        }
    }
}

/// Get, or insert, with the read guard in the head of the match.
pub mod get_or_insert {
    use super::*;

    pub struct Cache {
        rows: RwLock<HashMap<u32, String>>,
    }

    impl Cache {
        pub fn new() -> Self {
            Cache { rows: Default::default() }
        }

        pub async fn buggy(&self, id: u32) -> String {
            match self.rows.read().await.get(&id) {
                Some(row) => row.clone(),
                None => {
                    let row = id.to_string();
                    self.rows.write().await.insert(id, row.clone()); //~ async-relock
                    row
                }
            }
        }

        pub async fn fixed(&self, id: u32) -> String {
            if let Some(row) = self.rows.read().await.get(&id) {
                return row.clone();
            }
            let row = id.to_string();
            self.rows.write().await.insert(id, row.clone());
            row
        }
    }
}

/// Two methods take two locks in two orders.
pub mod two_orders {
    use super::*;

    pub struct Shop {
        stock: Mutex<HashMap<u32, u32>>,
        orders: Mutex<Vec<u32>>,
    }

    impl Shop {
        pub fn new(n: u32) -> Self {
            Shop { stock: Mutex::new([(1, n)].into()), orders: Default::default() }
        }

        pub async fn buy(&self, item: u32) -> bool {
            let mut stock = self.stock.lock().await;
            let Some(left) = stock.get_mut(&item).filter(|left| **left > 0) else { return false };
            *left -= 1;
            self.orders.lock().await.push(item);
            true
        }

        pub async fn cancel_all(&self) {
            let mut orders = self.orders.lock().await;
            for item in orders.drain(..) {
                *self.stock.lock().await.entry(item).or_default() += 1; //~ lock-order-inversion
            }
        }
    }

    pub struct Fixed {
        stock: Mutex<HashMap<u32, u32>>,
        orders: Mutex<Vec<u32>>,
    }

    impl Fixed {
        pub fn new(n: u32) -> Self {
            Fixed { stock: Mutex::new([(1, n)].into()), orders: Default::default() }
        }

        pub async fn buy(&self, item: u32) -> bool {
            let mut stock = self.stock.lock().await;
            let Some(left) = stock.get_mut(&item).filter(|left| **left > 0) else { return false };
            *left -= 1;
            self.orders.lock().await.push(item);
            true
        }

        pub async fn cancel_all(&self) {
            let mut stock = self.stock.lock().await;
            let mut orders = self.orders.lock().await;
            for item in orders.drain(..) {
                *stock.entry(item).or_default() += 1;
            }
        }
    }
}

/// A recursive walk takes one permit a level.
pub mod a_permit_for_each_level {
    use super::*;

    pub struct Walker {
        places: Semaphore,
    }

    impl Walker {
        pub fn new(n: usize) -> Self {
            Walker { places: Semaphore::new(n) }
        }

        async fn leaf(&self) -> u32 {
            let _place = self.places.acquire().await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
            1
        }

        pub async fn buggy(&self) -> u32 {
            let _place = self.places.acquire().await.unwrap();
            self.leaf().await //~ async-relock
        }

        pub async fn fixed(&self) -> u32 {
            let place = self.places.acquire().await.unwrap();
            let n = 1;
            drop(place);
            n + self.leaf().await
        }
    }
}

/// One expression locks twice.
pub mod twice_in_one_expression {
    use super::*;

    pub struct Queues {
        left: Arc<Mutex<Vec<u32>>>,
    }

    impl Queues {
        pub async fn buggy(&self) -> bool {
            self.left.lock().await.len() > 3 && { 
                let again = self.left.lock().await.len() + self.left.lock().await.capacity(); //~ async-relock
                again > 0
            }
        }

        pub async fn fixed(&self) -> usize {
            let left = self.left.lock().await;
            left.len() + left.capacity()
        }
    }
}

/// A lock in the else branch: right in this edition.
pub mod an_else_branch_of_2024 {
    use super::*;

    pub struct Registry {
        rows: Mutex<HashMap<u32, u32>>,
    }

    impl Registry {
        pub async fn right(&self, id: u32) -> u32 {
            if let Some(x) = self.rows.lock().await.get(&id) {
                *x
            } else {
                self.rows.lock().await.insert(id, 1);
                1
            }
        }
    }
}

/// A lock that is held over a loop, and asked for by what the loop calls, two functions down.
pub mod two_functions_down {
    use super::*;

    pub struct Hub {
        peers: Arc<RwLock<Vec<u64>>>,
        seen: Mutex<u64>,
    }

    impl Hub {
        pub fn new(peers: Vec<u64>) -> Self {
            Hub { peers: Arc::new(RwLock::new(peers)), seen: Default::default() }
        }

        pub async fn join(&self, peer: u64) {
            self.peers.write().await.push(peer);
        }

        async fn forget(&self, peer: u64) {
            self.peers.write().await.retain(|p| *p != peer);
        }

        async fn send(&self, peer: u64) {
            *self.seen.lock().await += 1;
            if peer == 0 {
                self.forget(peer).await;
            }
        }

        pub async fn buggy(&self) {
            let peers = self.peers.read().await;
            for peer in peers.iter() {
                self.send(*peer).await; //~ async-relock
            }
        }

        pub async fn fixed(&self) {
            let peers = self.peers.read().await.clone();
            for peer in peers {
                self.send(peer).await;
            }
        }
    }
}

/// A spawned task takes the lock that its parent holds: that alone is no mistake.
pub mod a_child_waits_for_its_parent {
    use super::*;

    pub async fn right(state: Arc<Mutex<u32>>) {
        let mut guard = state.lock().await;
        let other = state.clone();
        tokio::spawn(async move {
            *other.lock().await += 1;
        });
        *guard += 1;
        tokio::task::yield_now().await;
    }
}

/// Two of one type, in the order of their ids.
pub mod two_accounts {
    use super::*;

    pub struct Account {
        id: u32,
        balance: Mutex<i64>,
    }

    impl Account {
        pub fn new(id: u32) -> Self {
            Account { id, balance: Mutex::new(10) }
        }
    }

    pub async fn buggy(from: &Account, to: &Account, n: i64) {
        let mut a = from.balance.lock().await;
        let mut b = to.balance.lock().await; //~? lock-order-inversion
        *a -= n;
        *b += n;
    }

    pub async fn fixed(from: &Account, to: &Account, n: i64) {
        let (first, second) = if from.id < to.id { (from, to) } else { (to, from) };
        let mut a = first.balance.lock().await;
        let mut b = second.balance.lock().await;
        if first.id == from.id {
            *a -= n;
            *b += n;
        } else {
            *a += n;
            *b -= n;
        }
    }
}

/// A lock of std, locked by the destructor of what is cleared under it.
pub mod a_destructor_that_locks {
    use super::*;

    pub struct Lease {
        table: Arc<StdMutex<Vec<Lease>>>,
        id: u32,
    }

    impl Drop for Lease {
        fn drop(&mut self) {
            self.table.lock().unwrap().retain(|l| l.id != self.id);
        }
    }

    pub async fn fixed(table: Arc<StdMutex<Vec<Lease>>>) {
        let all = std::mem::take(&mut *table.lock().unwrap());
        drop(all);
        tokio::task::yield_now().await;
    }
}
