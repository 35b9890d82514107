//! K09: the first caller installs a notification and asks the server. Cancelled meanwhile it neither clears the slot nor wakes
//! anybody, and all later callers wait for ever.

/// Asks the server for the group of a table.
pub async fn fetch(table: u32) -> u64 {
    let (reply, replied) = tokio::sync::oneshot::channel();
    tokio::spawn(async move { reply.send(u64::from(table) + 1000) });
    replied.await.expect("the server answers")
}

pub mod buggy {
    use super::fetch;
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    use tokio::sync::Notify;

    #[derive(Default)]
    pub struct Groups {
        known: Mutex<BTreeMap<u32, u64>>,
        asking: Mutex<Option<Arc<Notify>>>,
    }

    impl Groups {
        pub async fn get(&self, table: u32) -> u64 {
            loop {
                if let Some(group) = self.known.lock().unwrap().get(&table) {
                    return *group;
                }
                let asked = {
                    let mut asking = self.asking.lock().unwrap();
                    match &*asking {
                        Some(asked) => Some(asked.clone()),
                        None => {
                            *asking = Some(Arc::default());
                            None
                        }
                    }
                };
                match asked {
                    Some(asked) => asked.notified().await, //~ notify-lost-wakeup
                    None => {
                        let group = fetch(table).await;
                        self.known.lock().unwrap().insert(table, group);
                        if let Some(asked) = self.asking.lock().unwrap().take() {
                            asked.notify_waiters();
                        }
                        return group;
                    }
                }
            }
        }
    }
}

pub mod fixed {
    use super::fetch;
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use tokio::sync::oneshot;

    #[derive(Default)]
    pub struct Groups {
        known: Mutex<BTreeMap<u32, u64>>,
        asking: Mutex<Option<Vec<oneshot::Sender<u64>>>>,
    }

    /// Dropped with the leader: the waiters learn that they have to ask themselves.
    struct Leading<'a>(&'a Mutex<Option<Vec<oneshot::Sender<u64>>>>);

    impl Drop for Leading<'_> {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = None;
        }
    }

    impl Groups {
        pub async fn get(&self, table: u32) -> u64 {
            loop {
                if let Some(group) = self.known.lock().unwrap().get(&table) {
                    return *group;
                }
                let told = {
                    let mut asking = self.asking.lock().unwrap();
                    match &mut *asking {
                        Some(waiters) => {
                            let (tell, told) = oneshot::channel();
                            waiters.push(tell);
                            Some(told)
                        }
                        None => {
                            *asking = Some(Vec::new());
                            None
                        }
                    }
                };
                if let Some(told) = told {
                    if let Ok(group) = told.await {
                        return group;
                    }
                    continue;
                }
                let leading = Leading(&self.asking);
                let group = fetch(table).await;
                self.known.lock().unwrap().insert(table, group);
                for waiter in self.asking.lock().unwrap().take().into_iter().flatten() {
                    let _ = waiter.send(group);
                }
                drop(leading);
                return group;
            }
        }
    }
}
