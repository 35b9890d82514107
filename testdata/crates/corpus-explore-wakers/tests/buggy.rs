//! The tests on the code as it was. Each passes under plain tokio.

mod rows;

mod subject {
    pub use corpus_explore_wakers::{
        w01::buggy as w01, w03::buggy as w03, w05::buggy as w05, w07::buggy as w07, w09::buggy as w09,
        w12::buggy as w12, w14::buggy as w14, w16::buggy as w16, w20::buggy as w20, w22::buggy as w22,
        w26::buggy as w26, w30::buggy as w30, w42::buggy as w42, w44::buggy as w44,
    };
}
