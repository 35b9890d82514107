//! L01: the guard in the head of a `for` loop lives to the end of the loop, and its body reads again. A writer that queues in
//! between makes the inner read wait for ever.

use std::collections::BTreeMap;

/// The accounts of one messenger.
#[derive(Default)]
pub struct Accounts {
    names: BTreeMap<u32, String>,
}

impl Accounts {
    pub fn add(&mut self, name: &str) -> u32 {
        let id = self.names.len() as u32 + 1;
        self.names.insert(id, name.to_owned());
        id
    }

    pub fn get_all(&self) -> Vec<u32> {
        self.names.keys().copied().collect()
    }

    pub fn get_account(&self, id: u32) -> Option<String> {
        self.names.get(&id).cloned()
    }
}

pub mod buggy {
    use super::Accounts;
    use tokio::sync::RwLock;

    #[derive(Default)]
    pub struct CommandApi {
        accounts: RwLock<Accounts>,
    }

    impl CommandApi {
        pub async fn add_account(&self, name: &str) -> u32 {
            self.accounts.write().await.add(name)
        }

        pub async fn get_all_accounts(&self) -> Vec<String> {
            let mut infos = Vec::new();
            for id in self.accounts.read().await.get_all() {
                if let Some(name) = self.accounts.read().await.get_account(id) { //~ async-relock
                    infos.push(format!("{id}: {name}"));
                }
            }
            infos
        }
    }
}

pub mod fixed {
    use super::Accounts;
    use tokio::sync::RwLock;

    #[derive(Default)]
    pub struct CommandApi {
        accounts: RwLock<Accounts>,
    }

    impl CommandApi {
        pub async fn add_account(&self, name: &str) -> u32 {
            self.accounts.write().await.add(name)
        }

        pub async fn get_all_accounts(&self) -> Vec<String> {
            let accounts = self.accounts.read().await;
            let mut infos = Vec::new();
            for id in accounts.get_all() {
                if let Some(name) = accounts.get_account(id) {
                    infos.push(format!("{id}: {name}"));
                }
            }
            infos
        }
    }
}
