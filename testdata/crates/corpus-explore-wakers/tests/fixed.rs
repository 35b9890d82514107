//! The tests on the code as it was mended.

mod rows;

mod subject {
    pub use corpus_explore_wakers::{
        w01::fixed as w01, w03::fixed as w03, w05::fixed as w05, w07::fixed as w07, w09::fixed as w09,
        w12::fixed as w12, w14::fixed as w14, w16::fixed as w16, w20::fixed as w20, w22::fixed as w22,
        w26::fixed as w26, w30::fixed as w30, w42::fixed as w42, w44::fixed as w44,
    };
}
