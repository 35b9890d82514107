//! The tests on the code as it was mended.

mod rows;

mod subject {
    pub use corpus_explore_locks::{
        l01::fixed as l01, l03::fixed as l03, l05::fixed as l05, l06::fixed as l06, l10::fixed as l10,
        l12::fixed as l12, l21::fixed as l21, l27::fixed as l27, l30::fixed as l30, l32::fixed as l32,
    };
}
