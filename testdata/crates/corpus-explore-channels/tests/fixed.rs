//! The tests on the code as it was mended.

mod rows;

mod subject {
    pub use corpus_explore_channels::{
        h03::fixed as h03, h05::fixed as h05, h10::fixed as h10, h12::fixed as h12, h14::fixed as h14,
        h16::fixed as h16,
    };
}
