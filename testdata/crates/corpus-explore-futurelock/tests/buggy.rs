//! The tests on the code as it was. Each passes under plain tokio.

mod rows;

mod subject {
    pub use corpus_explore_futurelock::{
        f01::buggy as f01, f02::buggy as f02, f05::buggy as f05, f07::buggy as f07, f09::buggy as f09,
        f11::buggy as f11, f13::buggy as f13,
    };
}
