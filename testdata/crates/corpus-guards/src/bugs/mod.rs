//! One module per bug, named as in the README. `buggy` is as it was in substance, `fixed` as it became.

pub mod g01;
pub mod g05;
pub mod g07;
pub mod g08;
pub mod g10;
pub mod g12;
pub mod g15;
