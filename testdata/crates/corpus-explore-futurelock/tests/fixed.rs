//! The tests on the code as it was mended.

mod rows;

mod subject {
    pub use corpus_explore_futurelock::{
        f01::fixed as f01, f02::fixed as f02, f05::fixed as f05, f07::fixed as f07, f09::fixed as f09,
        f11::fixed as f11, f13::fixed as f13,
    };
}
