//! The tests on the code as it was. Each passes under plain tokio.

mod rows;

mod subject {
    pub use corpus_explore_select::{q06::buggy as q06, q08::buggy as q08, q12::buggy as q12};
}
