//! The tests on the code as it was. Each passes under plain tokio.

mod rows;

mod subject {
    pub use corpus_explore_cancel::{
        k01::buggy as k01, k03::buggy as k03, k04::buggy as k04, k06::buggy as k06, k09::buggy as k09,
        k11::buggy as k11, k13::buggy as k13, k14::buggy as k14, k16::buggy as k16, k18::buggy as k18,
        k21::buggy as k21, k23::buggy as k23, k25::buggy as k25, k27::buggy as k27, k32::buggy as k32,
        k34::buggy as k34,
    };
}
