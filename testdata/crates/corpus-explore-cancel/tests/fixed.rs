//! The tests on the code as it was mended.

mod rows;

mod subject {
    pub use corpus_explore_cancel::{
        k01::fixed as k01, k03::fixed as k03, k04::fixed as k04, k06::fixed as k06, k09::fixed as k09,
        k11::fixed as k11, k13::fixed as k13, k14::fixed as k14, k16::fixed as k16, k18::fixed as k18,
        k21::fixed as k21, k23::fixed as k23, k25::fixed as k25, k27::fixed as k27, k32::fixed as k32,
        k34::fixed as k34,
    };
}
