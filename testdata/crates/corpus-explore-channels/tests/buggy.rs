//! The tests on the code as it was. Each passes under plain tokio.

mod rows;

mod subject {
    pub use corpus_explore_channels::{
        h03::buggy as h03, h05::buggy as h05, h10::buggy as h10, h12::buggy as h12, h14::buggy as h14,
        h16::buggy as h16,
    };
}
