//! L10: setting up cross signing holds the identity and asks for the account; a sync holds the account and asks for the
//! identity.

/// The keys of this device.
#[derive(Default)]
pub struct Account {
    pub uploaded: u32,
    pub one_time_keys: u32,
}

/// The keys of this user.
#[derive(Clone, Default)]
pub struct Identity {
    pub signatures: u32,
}

pub mod buggy {
    use super::{Account, Identity};
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Machine {
        account: Mutex<Account>,
        identity: Mutex<Identity>,
    }

    impl Machine {
        pub async fn bootstrap_cross_signing(&self) -> u32 {
            let mut identity = self.identity.lock().await;
            let account = self.account.lock().await;
            identity.signatures += 1 + account.uploaded;
            identity.signatures
        }

        pub async fn receive_sync(&self, keys: u32) {
            let mut account = self.account.lock().await;
            account.one_time_keys = keys;
            if self.identity.lock().await.signatures > 0 { //~ lock-order-inversion
                account.uploaded += 1;
            }
        }
    }
}

pub mod fixed {
    use super::{Account, Identity};
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Machine {
        account: Mutex<Account>,
        identity: Mutex<Identity>,
    }

    impl Machine {
        pub async fn bootstrap_cross_signing(&self) -> u32 {
            let mut identity = self.identity.lock().await.clone();
            identity.signatures += 1 + self.account.lock().await.uploaded;
            let signatures = identity.signatures;
            *self.identity.lock().await = identity;
            signatures
        }

        pub async fn receive_sync(&self, keys: u32) {
            let mut account = self.account.lock().await;
            account.one_time_keys = keys;
            if self.identity.lock().await.signatures > 0 {
                account.uploaded += 1;
            }
        }
    }
}
