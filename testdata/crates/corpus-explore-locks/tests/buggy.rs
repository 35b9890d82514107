//! The tests on the code as it was. Each passes under plain tokio.

mod rows;

mod subject {
    pub use corpus_explore_locks::{
        l01::buggy as l01, l03::buggy as l03, l05::buggy as l05, l06::buggy as l06, l10::buggy as l10,
        l12::buggy as l12, l21::buggy as l21, l27::buggy as l27, l30::buggy as l30, l32::buggy as l32,
    };
}
