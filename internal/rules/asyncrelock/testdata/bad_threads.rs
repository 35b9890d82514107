//@ only: std
use std::sync::{Mutex, RwLock};

pub struct Cache {
    rows: Mutex<Vec<u32>>,
    names: RwLock<Vec<String>>,
}

impl Cache {
    fn len(&self) -> usize {
        self.rows.lock().unwrap().len()
    }

    pub async fn push(&self, row: u32) {
        let mut rows = self.rows.lock().unwrap();
        rows.push(row + self.len() as u32); //~ async-relock: this thread waits for `self.rows`, which it has already
    }

    pub fn rename(&self, name: &str) {
        self.names.write().unwrap().push(name.to_owned());
    }

    pub fn pairs(&self) -> usize {
        let names = self.names.read().unwrap();
        names.iter().filter(|n| self.names.read().unwrap().contains(n)).count() //~ async-relock
    }

    pub fn both(&self) -> usize {
        let names = self.names.read().unwrap();
        names.len() + self.names.read().unwrap().len() //~ async-relock
    }
}

pub struct Lease<'a> {
    cache: &'a Cache,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.cache.rows.lock().unwrap().pop();
    }
}

pub fn dropped_in_the_scope_of_a_guard(cache: &Cache) {
    let rows = cache.rows.lock().unwrap();
    {
        let _lease = Lease { cache };
        let _count = rows.len();
    } //~ async-relock
}
