// As many permits as there are, and entries that are let go first or only read.
use dashmap::DashMap;
use tokio::sync::Semaphore;

const SLOTS: usize = 4;

pub async fn as_many_as_there_are() {
    let slots = Semaphore::new(SLOTS);
    let most = slots.acquire_many(3).await.unwrap();
    let one = slots.acquire().await.unwrap();
    println!("{} {}", most.num_permits(), one.num_permits());
}

#[derive(Default)]
pub struct Scores {
    of: DashMap<u32, u64>,
    names: DashMap<u32, String>,
}

impl Scores {
    pub fn give(&self, from: u32, to: u32) {
        let taken = self.of.get_mut(&from).map(|mut source| std::mem::take(&mut *source));
        if let Some(taken) = taken {
            *self.of.entry(to).or_default() += taken;
        }
    }

    pub fn both(&self, a: u32, b: u32) -> u64 {
        let one = self.of.get(&a).map_or(0, |x| *x);
        let other = self.of.get(&b);
        one + other.map_or(0, |x| *x)
    }

    pub fn read_twice(&self, a: u32, b: u32) -> bool {
        let one = self.of.get(&a);
        let other = self.of.get(&b);
        one.is_some() && other.is_some()
    }

    pub fn another_map(&self, id: u32) {
        if let Some(score) = self.of.get(&id) {
            self.names.insert(id, score.to_string());
        }
    }
}
