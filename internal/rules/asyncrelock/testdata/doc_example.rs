use tokio::sync::RwLock;

pub struct Config {
    limits: RwLock<Vec<u32>>,
}

impl Config {
    pub async fn reload(&self, limits: Vec<u32>) {
        *self.limits.write().await = limits;
    }

    async fn largest(&self) -> u32 {
        self.limits.read().await.iter().copied().max().unwrap_or(1)
    }

    pub async fn share_of(&self, n: usize) -> u32 {
        let limits = self.limits.read().await;
        limits[n] * 100 / self.largest().await //~ async-relock: this task reads `self.limits`, which it reads already
    }
}
