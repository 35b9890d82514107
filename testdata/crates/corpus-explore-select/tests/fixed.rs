//! The tests on the code as it was mended.

mod rows;

mod subject {
    pub use corpus_explore_select::{q06::fixed as q06, q08::fixed as q08, q12::fixed as q12};
}
