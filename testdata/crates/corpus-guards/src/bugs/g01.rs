//! Confirming a short authentication string: the state of the exchange is behind a lock, and the
//! verified device is stored by an async call.

use std::sync::{Arc, Mutex};

#[derive(Clone, Debug, PartialEq)]
pub enum Exchange {
    KeysExchanged { code: u32 },
    Confirmed { code: u32 },
    MacReceived { code: u32 },
    Done { code: u32 },
}

impl Exchange {
    /// The next state and whether there is a message to send.
    fn confirm(self) -> (Exchange, Option<String>) {
        match self {
            Exchange::KeysExchanged { code } => (Exchange::Confirmed { code }, Some(format!("mac {code}"))),
            Exchange::MacReceived { code } => (Exchange::Done { code }, Some(format!("done {code}"))),
            other => (other, None),
        }
    }

    fn is_done(&self) -> bool {
        matches!(self, Exchange::Done { .. })
    }
}

#[derive(Default)]
pub struct CryptoStore {
    verified: tokio::sync::Mutex<Vec<String>>,
}

impl CryptoStore {
    async fn save_device(&self, device: &str) -> Result<(), String> {
        self.verified.lock().await.push(device.to_owned());
        Ok(())
    }
}

pub struct Sas {
    inner: Arc<Mutex<Exchange>>,
    store: Arc<CryptoStore>,
    device: String,
}

impl Sas {
    pub fn new(code: u32, store: Arc<CryptoStore>, device: String) -> Self {
        Sas { inner: Arc::new(Mutex::new(Exchange::KeysExchanged { code })), store, device }
    }

    async fn mark_device_as_verified(&self) -> Result<bool, String> {
        self.store.save_device(&self.device).await?;
        Ok(true)
    }
}

pub mod buggy {
    use super::Sas;

    impl Sas {
        pub async fn confirm_once(&self) -> Result<Option<String>, String> {
            let mut guard = self.inner.lock().unwrap();
            let (state, content) = guard.clone().confirm();
            *guard = state;
            if guard.is_done() {
                self.mark_device_as_verified().await?; //~ sync-guard-across-await
            }
            Ok(content)
        }
    }
}

pub mod fixed {
    use super::Sas;

    impl Sas {
        pub async fn confirm(&self) -> Result<Option<String>, String> {
            let (content, done) = {
                let mut guard = self.inner.lock().unwrap();
                let (state, content) = guard.clone().confirm();
                *guard = state;
                (content, guard.is_done())
            };
            if done {
                self.mark_device_as_verified().await?;
            }
            Ok(content)
        }
    }
}
