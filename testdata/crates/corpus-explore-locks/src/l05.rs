//! L05: garbage collection and compaction take two locks in opposite order.

/// The files of one timeline.
#[derive(Default)]
pub struct Layers {
    pub count: u32,
    pub removed: u32,
}

pub mod buggy {
    use super::Layers;
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Timeline {
        gc_lock: Mutex<()>,
        compaction_lock: Mutex<()>,
        layers: Mutex<Layers>,
    }

    impl Timeline {
        pub async fn ingest(&self, n: u32) {
            self.layers.lock().await.count += n;
        }

        pub async fn compact(&self) {
            let _compaction = self.compaction_lock.lock().await;
            self.compact_ancestors().await;
            let mut layers = self.layers.lock().await;
            layers.count = layers.count.div_ceil(2);
        }

        /// Layers that garbage collection looks at must not change under it.
        async fn compact_ancestors(&self) {
            let _gc = self.gc_lock.lock().await;
            self.layers.lock().await.removed += 1;
        }

        pub async fn gc(&self) -> u32 {
            let _gc = self.gc_lock.lock().await;
            let _compaction = self.compaction_lock.lock().await; //~ lock-order-inversion
            let mut layers = self.layers.lock().await;
            layers.removed += layers.count / 4;
            layers.removed
        }
    }
}

pub mod fixed {
    use super::Layers;
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Timeline {
        gc_lock: Mutex<()>,
        compaction_lock: Mutex<()>,
        layers: Mutex<Layers>,
    }

    impl Timeline {
        pub async fn ingest(&self, n: u32) {
            self.layers.lock().await.count += n;
        }

        pub async fn compact(&self) {
            let _gc = self.gc_lock.lock().await;
            let _compaction = self.compaction_lock.lock().await;
            let mut layers = self.layers.lock().await;
            layers.removed += 1;
            layers.count = layers.count.div_ceil(2);
        }

        pub async fn gc(&self) -> u32 {
            let _gc = self.gc_lock.lock().await;
            let _compaction = self.compaction_lock.lock().await;
            let mut layers = self.layers.lock().await;
            layers.removed += layers.count / 4;
            layers.removed
        }
    }
}
