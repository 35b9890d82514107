//@ edition: 2021
//! Every kind of rvalue, operand, constant and projection.
#![allow(unnecessary_transmutes)]

use std::mem::MaybeUninit;
use std::ops::Deref;

pub struct Point {
    pub x: i32,
    pub y: i32,
}

pub struct Unit;
pub struct Empty {}
pub struct Wrap<T>(pub T);

pub enum Shape<'a, T> {
    Dot,
    Line { from: T, to: T },
    Named(&'a str, T),
}

#[repr(C)]
pub union Bits {
    pub float: f32,
    pub int: u32,
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Level {
    Low = 1,
    High = 200,
}

pub trait Speak {
    fn speak(&self) -> String;
}

impl Speak for Point {
    fn speak(&self) -> String {
        format!("{} {}", self.x, self.y)
    }
}

pub fn borrows(mut p: Point) -> i32 {
    let shared = &p;
    let a = shared.x;
    let unique = &mut p.y;
    *unique += a;
    let raw = &raw const p.x;
    let raw_mut = &raw mut p.y;
    unsafe { *raw_mut = *raw };
    p.y
}

pub fn aggregates<'a, T: Copy>(t: T, name: &'a str) -> (Unit, Empty, Wrap<T>, Point, Shape<'a, T>, Shape<'a, T>, Shape<'a, T>) {
    (
        Unit,
        Empty {},
        Wrap(t),
        Point { x: 1, y: -1 },
        Shape::Dot,
        Shape::Line { from: t, to: t },
        Shape::Named(name, t),
    )
}

pub fn arrays(n: u8) -> ([u8; 3], [u8; 0], [u8; 64], [[u16; 2]; 2], usize) {
    let list = [n, 1, n];
    let slice: &[u8] = &list;
    (list, [], [n; 64], [[1, 2], [3, 4]], slice.len())
}

pub fn repeat<const N: usize>(n: u32) -> [u32; N] {
    [n; N]
}

pub fn literals() -> (char, char, char, &'static str, &'static [u8], f64, u128, i128, bool, (), &'static str) {
    (
        'x',
        '\'',
        '\u{1F600}',
        "a \"quoted\" ; text -> [return: bb1] // scope 0 at x.rs:1:1: 1:2",
        b"bytes\x00\xff",
        1.5e300,
        340282366920938463463374607431768211455,
        -170141183460469231731687303715884105728,
        true,
        (),
        "line\nbreak {brace (paren [bracket < '",
    )
}

pub fn specials() -> (f32, f32, f64, u8, u8) {
    (f32::NAN, f32::INFINITY, f64::NEG_INFINITY, b'\'', b'\\')
}

pub fn arithmetic(a: i32, b: i32) -> (i32, i32, i32, i32, i32, i32, bool) {
    (a + b, a - b, a * b, a / b, a % b, -a, !(a < b))
}

pub fn bits(a: u64, b: u64, by: u32) -> (u64, u64, u64, u64, u64, u64) {
    (a & b, a | b, a ^ b, a << by, a >> by, !a)
}

pub fn comparisons(a: f64, b: f64) -> [bool; 6] {
    [a == b, a != b, a < b, a <= b, a > b, a >= b]
}

pub fn ordering(a: u8, b: u8) -> std::cmp::Ordering {
    a.cmp(&b)
}

pub unsafe fn unchecked(a: u32, b: u32, p: *const u32) -> (u32, u32, u32, *const u32) {
    (a.unchecked_add(b), a.unchecked_sub(b), a.unchecked_mul(b), p.add(1))
}

pub fn casts(n: i64, f: f32, level: Level, p: *const Point, c: u8) -> (u8, f64, i32, u8, usize, *const u8, char) {
    (n as u8, f as f64, f as i32, level as u8, p as usize, p as *const u8, c as char)
}

fn double(n: i32) -> i32 {
    n * 2
}

fn identity<T>(t: T) -> T {
    t
}

pub fn function_casts() -> (fn(i32) -> i32, fn(String) -> String, fn(i32) -> i32, unsafe fn(i32) -> i32, usize) {
    let f: fn(i32) -> i32 = double;
    let closure: fn(i32) -> i32 = |n| n + 1;
    (f, identity::<String>, closure, f, f as usize)
}

pub fn through_pointers(f: fn(i32) -> i32, g: &dyn Fn(i32) -> i32, h: Box<dyn FnOnce(i32) -> i32>) -> i32 {
    let pair = (f, 1);
    f(1) + g(2) + h(3) + (pair.0)(pair.1)
}

pub fn unsized_casts(p: Point) -> (Box<dyn Speak>, Box<[i32]>) {
    (Box::new(p), Box::new([1, 2, 3]))
}

pub fn dispatch(s: &dyn Speak, t: &(dyn Speak + Send + Sync)) -> String {
    let mut out = s.speak();
    out.push_str(&t.speak());
    out
}

pub fn generic<S: Speak + ?Sized>(s: &S) -> String {
    s.speak()
}

pub fn discriminants(s: &Shape<'_, u8>, o: Option<&mut u32>, r: Result<u8, std::num::ParseIntError>) -> u8 {
    let a = match s {
        Shape::Dot => 0,
        Shape::Line { from, to } => from + to,
        Shape::Named(_, n) => *n,
    };
    let b = if let Some(n) = o {
        *n += 1;
        1
    } else {
        0
    };
    a + b + r.unwrap_or(0)
}

pub fn in_place(slot: &mut Option<Shape<'static, u8>>, other: &mut Option<u8>) {
    *slot = Some(Shape::Line { from: 1, to: 2 });
    *other = None;
}

pub fn unions(bits: Bits) -> u32 {
    let other = Bits { float: 1.0 };
    unsafe { bits.int | other.int }
}

pub fn projections(pair: &mut (Wrap<[Point; 4]>, Vec<u8>), i: usize, list: &[Point]) -> i32 {
    pair.0 .0[i].x += 1;
    pair.0 .0[2].y = list[i].x;
    let first = &pair.0 .0[..2];
    first[0].x + pair.1[i] as i32
}

pub fn boxes(b: Box<Point>) -> (i32, i32) {
    let x = b.x;
    let p = *b;
    (x, p.y)
}

pub fn deref<D: Deref<Target = Point>>(d: D, nested: &&&Point) -> i32 {
    d.x + nested.y
}

pub fn captures(mut n: i32, s: String) -> i32 {
    let by_move = move || s.len() as i32;
    let mut by_unique = |by: i32| n += by;
    by_unique(1);
    let nested = || {
        let inner = |x: i32| x + 1;
        inner(by_move())
    };
    nested() + n
}

pub fn returned_closure(k: u64) -> impl Fn(u64) -> Box<dyn Fn() -> u64> {
    move |n| Box::new(move || n + k)
}

pub fn uninitialised() -> [MaybeUninit<u8>; 16] {
    unsafe { MaybeUninit::uninit().assume_init() }
}

pub fn sizes<T>() -> (usize, usize, usize) {
    (size_of::<T>(), align_of::<T>(), std::mem::offset_of!(Point, y))
}

pub unsafe fn copies(from: *const u8, to: *mut u8, n: usize) {
    std::ptr::copy_nonoverlapping(from, to, n);
    std::hint::assert_unchecked(n > 0);
    std::hint::unreachable_unchecked()
}

pub fn fat_pointers(p: *const u8, n: usize) -> (*const [u8], usize) {
    let s = std::ptr::slice_from_raw_parts(p, n);
    (s, s.len())
}

pub fn transmuted(n: u32) -> f32 {
    unsafe { std::mem::transmute::<u32, f32>(n) }
}

pub fn higher_ranked(f: for<'a> fn(&'a str, &'static str) -> &'a str, g: &dyn for<'x> Fn(&'x u8) -> &'x u8) -> usize {
    f("a", "b").len() + *g(&1) as usize
}

pub fn pairs() -> impl Iterator<Item = (usize, char)> + Clone {
    "abc".chars().enumerate().filter(|(i, _)| i % 2 == 0)
}

pub fn unnameable<T, U>(a: <T as IntoIterator>::Item, f: impl Fn(T::Item) -> <U as Iterator>::Item) -> U::Item
where
    T: IntoIterator,
    U: Iterator,
{
    f(a)
}

pub struct Names(u8, pub &'static [&'static str]);

impl Names {
    pub fn get(&self, i: usize) -> &'static str {
        self.1[i]
    }
}

pub const CALLED: fn(i32) -> i32 = double;

pub fn through_constant() -> (i32, Option<Wrap<u8>>) {
    (CALLED(1), Some(Wrap(1)))
}

/// Names that look like operators of the text.
pub mod misleading {
    pub fn f(n: u32) -> (crate::Len, crate::Add, u32) {
        (crate::Len(n), crate::Add(n, n), crate::discriminant(n))
    }
}

pub struct Len(pub u32);
pub struct Add(pub u32, pub u32);

pub fn discriminant(n: u32) -> u32 {
    n
}
