//! Impl headers and async bodies in all the shapes that matter for their spans.
use std::fmt;
use std::future::Future;
pub struct A<T>(T);
impl<T> A<T> { pub fn x(&self) {} }
impl<T> A<Vec<T>>
where
    T: Clone,
{ pub fn y(&self) {} }
impl<T> fmt::Debug
    for A<T>
where T: Clone
{ fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
pub unsafe trait U { fn u(&self) {} }
/// A comment.
#[allow(unused)]
unsafe impl<T> U for A<T> { fn u(&self) {} }
#[derive(Clone, Debug)]
pub struct B { x: u32 }
macro_rules! m { ($t:ty) => { impl Drop for $t { fn drop(&mut self) {} } } }
m!(B);
macro_rules! gate { ($($i:item)*) => { $($i)* } }
gate! {
    impl PartialEq for B { fn eq(&self, o: &B) -> bool { self.x == o.x } }
}
pub mod inner { pub struct C; impl C { pub fn z() {} } impl super::B { pub fn q(&self) {} } }
pub fn f() {
    struct L; impl L { fn k(&self) {} } L.k();
    impl Default for L { fn default() -> L { L } } let _ = L::default();
}
pub trait Tr { fn d(&self) {} }
impl dyn Tr { pub fn dd(&self) {} }
impl Tr for &'static str { fn d(&self) {} }
/* é */ impl Tr for [u8; { 2 + 2 }] { fn d(&self) {} }
impl Tr for for<'a> fn(&'a u8) -> &'a u8 { fn d(&self) {} }
impl<F: Fn(u8) -> u8, const N: usize> PartialEq<[F; N]> for A<[F; N]> { fn eq(&self, _: &[F; N]) -> bool { N > 1 } }
pub async fn plain(x: u32) -> u32 { x }
impl B {
    pub(crate) async fn method<T: Future<Output = Option<Vec<u8>>>>(&self, t: T) -> Option<Vec<u8>>
    where
        T: Send,
    { t.await }
}
