use tokio::sync::RwLock;

pub struct Config {
    limits: RwLock<Vec<u32>>,
}

fn largest(limits: &[u32]) -> u32 {
    limits.iter().copied().max().unwrap_or(1)
}

impl Config {
    pub async fn reload(&self, limits: Vec<u32>) {
        *self.limits.write().await = limits;
    }

    pub async fn share_of(&self, n: usize) -> u32 {
        let limits = self.limits.read().await;
        limits[n] * 100 / largest(&limits)
    }
}
