//! A table of network interfaces. When one is lost it is bound again, which needs the runtime; the
//! table's lock is held meanwhile.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

#[derive(Clone, Debug, Default)]
pub struct Interface {
    pub address: String,
    pub generation: u32,
}

async fn bind(address: &str) -> Result<u32, String> {
    tokio::task::yield_now().await;
    if address.is_empty() { Err("no address".into()) } else { Ok(1) }
}

#[derive(Default)]
pub struct Interfaces {
    table: RwLock<HashMap<String, Interface>>,
    lost: Mutex<Vec<String>>,
}

impl Interfaces {
    pub fn insert(&self, name: &str, interface: Interface) {
        self.table.write().unwrap().insert(name.to_owned(), interface);
    }

    pub fn report_lost(&self, name: &str) {
        self.lost.lock().unwrap().push(name.to_owned());
    }
}

pub mod buggy {
    use super::{Interfaces, bind};

    impl Interfaces {
        pub async fn rebind(&self, name: &str) -> Result<u32, String> {
            let mut table = self.table.write().map_err(|e| e.to_string())?;
            let interface = table.get_mut(name).ok_or("unknown interface")?;
            interface.generation += bind(&interface.address).await?; //~ sync-guard-across-await
            Ok(interface.generation)
        }

        pub async fn rebind_lost(&self) -> usize {
            let mut done = 0;
            while let Some(name) = self.lost.lock().unwrap().pop() {
                let bound = self.rebind_quietly(&name).await; //~ sync-guard-across-await
                done += usize::from(bound);
            }
            done
        }

        async fn rebind_quietly(&self, name: &str) -> bool {
            bind(name).await.is_ok()
        }
    }
}

pub mod fixed {
    use super::{Interfaces, bind};

    impl Interfaces {
        fn address_of(&self, name: &str) -> Result<String, String> {
            let table = self.table.read().map_err(|e| e.to_string())?;
            let interface = table.get(name).ok_or("unknown interface")?;
            Ok(interface.address.clone())
        }

        pub async fn rebind_unlocked(&self, name: &str) -> Result<u32, String> {
            let address = self.address_of(name)?;
            let step = bind(&address).await?;
            let mut table = self.table.write().map_err(|e| e.to_string())?;
            let interface = table.get_mut(name).ok_or("interface went away")?;
            interface.generation += step;
            Ok(interface.generation)
        }

        fn next_lost(&self) -> Option<String> {
            self.lost.lock().unwrap().pop()
        }

        pub async fn rebind_lost_unlocked(&self) -> usize {
            let mut done = 0;
            while let Some(name) = self.next_lost() {
                if self.rebind_unlocked(&name).await.is_ok() {
                    done += 1;
                }
            }
            done
        }
    }
}
