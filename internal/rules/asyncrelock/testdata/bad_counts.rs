// More permits than there are, and entries of a map that is locked in parts.
use dashmap::DashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;

const SLOTS: usize = 4;

pub async fn more_than_are_left() {
    let slots = Semaphore::new(SLOTS);
    let most = slots.acquire_many(3).await.unwrap();
    let two = slots.acquire_many(2).await.unwrap(); //~ async-relock(error): this task waits for more permits of `slots` than are left
    println!("{} {}", most.num_permits(), two.num_permits());
}

pub struct Gate {
    one: Arc<Semaphore>,
}

impl Gate {
    pub fn new() -> Self {
        Gate { one: Arc::new(Semaphore::new(1)) }
    }

    async fn leave(&self) {
        let _permit = self.one.acquire().await.unwrap();
    }

    pub async fn enter(&self) {
        let _permit = self.one.clone().acquire_owned().await.unwrap();
        self.leave().await; //~ async-relock(error): this task waits for more permits of `self.one` than are left
    }
}

#[derive(Default)]
pub struct Scores {
    of: DashMap<u32, u64>,
}

impl Scores {
    pub fn give(&self, from: u32, to: u32) {
        if let Some(mut source) = self.of.get_mut(&from) {
            *self.of.entry(to).or_default() += *source; //~ async-relock(warning): this thread asks `self.of` for an entry while it has one
            *source = 0;
        }
    }

    pub fn prune(&self) {
        for score in self.of.iter() {
            if *score.value() == 0 {
                self.of.remove(score.key()); //~ async-relock(warning): this thread asks `self.of`
            }
        }
    }
}
