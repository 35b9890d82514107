//! L32: one function reads a lock and calls another that reads it again, as with std's lock it often may.

pub mod buggy {
    use tokio::sync::RwLock;

    pub struct Config {
        limits: RwLock<Vec<u32>>,
    }

    impl Config {
        pub fn new(limits: Vec<u32>) -> Self {
            Config { limits: RwLock::new(limits) }
        }

        pub async fn reload(&self, limits: Vec<u32>) {
            *self.limits.write().await = limits;
        }

        pub async fn largest(&self) -> u32 {
            self.limits.read().await.iter().copied().max().unwrap_or(0)
        }

        pub async fn share_of(&self, n: u32) -> u32 {
            let limits = self.limits.read().await;
            let known = limits.iter().any(|limit| *limit == n);
            if known { n * 100 / self.largest().await } else { 0 } //~ async-relock
        }
    }
}

pub mod fixed {
    use tokio::sync::RwLock;

    pub struct Config {
        limits: RwLock<Vec<u32>>,
    }

    impl Config {
        pub fn new(limits: Vec<u32>) -> Self {
            Config { limits: RwLock::new(limits) }
        }

        pub async fn reload(&self, limits: Vec<u32>) {
            *self.limits.write().await = limits;
        }

        pub async fn share_of(&self, n: u32) -> u32 {
            let limits = self.limits.read().await;
            let known = limits.iter().any(|limit| *limit == n);
            let largest = limits.iter().copied().max().unwrap_or(0);
            if known { n * 100 / largest } else { 0 }
        }
    }
}
