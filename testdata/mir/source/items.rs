//@ edition: 2024
//! Every kind of item that has a body, and what stands between bodies.

use std::arch::asm;
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicUsize, Ordering};

pub const ANSWER: u32 = 6 * 7;
pub const TABLE: [&str; 3] = ["a", "b;", "{"];
pub const COMPUTED: usize = square(12);
pub static GREETING: &str = "hello";
pub static COUNTER: AtomicUsize = AtomicUsize::new(ANSWER as usize);
pub static mut LOOSE: [u8; 4] = [0; 4];
pub static FUNCTIONS: [fn(u32) -> u32; 2] = [plain, |n| n + 1];

thread_local! {
    pub static LOCAL: RefCell<Vec<u8>> = RefCell::new(vec![1]);
    static CHEAP: Cell<u32> = const { Cell::new(3) };
}

unsafe extern "C" {
    static environ: *const *const u8;
    fn getpid() -> i32;
    safe fn abs(n: i32) -> i32;
}

pub const fn square(n: usize) -> usize {
    n * n
}

pub fn plain(n: u32) -> u32 {
    n + ANSWER
}

pub fn statics() -> usize {
    COUNTER.fetch_add(1, Ordering::SeqCst) + GREETING.len() + unsafe { LOOSE[1] as usize }
}

pub fn write_static(n: u8) {
    unsafe { LOOSE[0] = n };
}

pub fn foreign() -> (bool, i32) {
    unsafe { (environ.is_null(), getpid() + abs(-1)) }
}

pub fn thread_locals() -> u32 {
    LOCAL.with_borrow_mut(|v| v.push(2));
    CHEAP.with(|c| c.get())
}

pub fn promoted() -> (&'static [u32], &'static Option<String>, &'static u8) {
    (&[1, 2, 3], &None, &{ 5 + 6 })
}

pub fn const_block<T>() -> usize {
    const { size_of::<T>() * 2 }
}

pub fn const_generic<const N: usize, const C: char, const B: bool>() -> ([u8; N], char, bool) {
    ([0; N], C, B)
}

pub fn uses_const_generic() -> usize {
    const_generic::<3, '>', true>().0.len() + const_generic::<{ 1 + 1 }, '\'', false>().0.len()
}

pub trait Shape {
    const SIDES: u32;
    const HALF: u32 = Self::SIDES / 2;
    type Out: Default;
    fn area(&self) -> f64;
    fn describe(&self) -> String {
        format!("{} sides, {}", Self::SIDES, self.area())
    }
    fn make() -> Self::Out {
        Default::default()
    }
}

pub struct Square(f64);

impl Shape for Square {
    const SIDES: u32 = 4;
    type Out = Vec<u8>;
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

impl Square {
    pub const UNIT: Square = Square(1.0);
    pub fn scaled(&self, by: f64) -> Self {
        Square(self.0 * by)
    }
}

impl<T: Shape> Shape for Vec<T> {
    const SIDES: u32 = T::SIDES;
    type Out = T::Out;
    fn area(&self) -> f64 {
        self.iter().map(|s| s.area()).sum()
    }
}

pub fn by_trait<T: Shape>(_t: &T) -> (u32, T::Out) {
    (T::HALF + <T as Shape>::SIDES, T::make())
}

#[repr(u16)]
pub enum Code {
    Ok = 200,
    Missing = { 400 + 4 },
}

pub fn codes(c: &Code) -> u16 {
    match c {
        Code::Ok => 1,
        Code::Missing => 2,
    }
}

pub mod nested {
    pub mod deep {
        pub fn inner() -> impl Fn() -> u8 {
            fn helper() -> u8 {
                static ONCE: u8 = 9;
                ONCE
            }
            || helper()
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub fn assembly(mut a: u64, b: u64) -> u64 {
    unsafe {
        asm!("add {0}, {1}", inout(reg) a, in(reg) b, options(pure, nomem, nostack));
        asm!("nop", "/* \"quoted\" -> [return: bb9] */");
    }
    a
}

#[cfg(target_arch = "x86_64")]
pub fn assembly_noreturn() -> ! {
    unsafe { asm!("ud2", options(noreturn)) }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Derived<T> {
    pub first: T,
    pub second: Option<Box<T>>,
}

pub fn varargs(n: u64) -> i32 {
    unsafe extern "C" {
        fn printf(format: *const u8, ...) -> i32;
    }
    unsafe { printf(c"%lu\n".as_ptr().cast(), n) }
}

pub fn let_chains(a: Option<u8>, b: Result<u8, ()>) -> u8 {
    if let Some(x) = a
        && x > 3
        && let Ok(y) = b
    {
        x + y
    } else {
        0
    }
}

macro_rules! generated {
    ($name:ident, $n:expr) => {
        pub fn $name() -> u32 {
            let k = $n;
            k.wrapping_mul(3)
        }
    };
}

generated!(from_macro, 14u32);
