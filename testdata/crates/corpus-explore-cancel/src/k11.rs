//! K11: the next item of a log is taken from the buffer before the vectors that belong to it are read. Dropped under a
//! `select!`, the item is gone.

use tokio::sync::mpsc;

/// A row, and the vector that is stored apart from it.
pub type Item = (u32, u32);

pub mod buggy {
    use super::{Item, mpsc};

    pub struct LogReader {
        pub rows: mpsc::Receiver<u32>,
        pub vectors: mpsc::Receiver<u32>,
    }

    impl LogReader {
        pub fn new(rows: mpsc::Receiver<u32>, vectors: mpsc::Receiver<u32>) -> Self {
            LogReader { rows, vectors }
        }

        pub async fn next_item(&mut self) -> Option<Item> {
            let row = self.rows.recv().await?;
            let vector = self.vectors.recv().await?;
            Some((row, vector))
        }
    }
}

pub mod fixed {
    use super::{Item, mpsc};

    pub struct LogReader {
        pub rows: mpsc::Receiver<u32>,
        pub vectors: mpsc::Receiver<u32>,
        row: Option<u32>,
    }

    impl LogReader {
        pub fn new(rows: mpsc::Receiver<u32>, vectors: mpsc::Receiver<u32>) -> Self {
            LogReader { rows, vectors, row: None }
        }

        /// Cancel safe: what was read stays in the reader.
        pub async fn next_item(&mut self) -> Option<Item> {
            let row = match self.row {
                Some(row) => row,
                None => *self.row.insert(self.rows.recv().await?),
            };
            let vector = self.vectors.recv().await?;
            self.row = None;
            Some((row, vector))
        }
    }
}
