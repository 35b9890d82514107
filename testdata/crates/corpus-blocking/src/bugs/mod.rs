//! One module per bug, named as in the README. `buggy` is as it was in substance, `fixed` as it became.

pub mod b01;
pub mod b03;
pub mod b04;
pub mod b06;
pub mod b09;
pub mod b11;
pub mod b13;
pub mod x01;
pub mod x06;
pub mod x08;
pub mod x10;
