//@ edition: 2018
//! Control flow: switches on every kind of value, patterns, loops, drops and unwinding.
#![allow(improper_ctypes_definitions)]

use std::fmt::Debug;

pub struct Noisy(pub &'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

pub fn chars(c: char) -> u8 {
    match c {
        'a' => 1,
        '\'' => 2,
        ';' => 3,
        '\u{1F600}' => 4,
        '0'..='9' => 5,
        _ => 6,
    }
}

pub fn strings(s: &str) -> u8 {
    match s {
        "one" => 1,
        "two; // three" => 2,
        "\"" => 3,
        _ => 0,
    }
}

pub fn wide(n: u128, i: i128) -> u8 {
    match (n, i) {
        (340282366920938463463374607431768211455, _) => 1,
        (0, -1) => 2,
        (1, i128::MIN..=-2) => 3,
        _ => 0,
    }
}

pub fn signed(n: i8) -> i8 {
    match n {
        -128 => 0,
        -1 => 1,
        0 | 1 => 2,
        _ => 3,
    }
}

pub fn bools(a: bool, b: bool) -> bool {
    match (a, b) {
        (true, false) => true,
        _ => a && b || !a,
    }
}

pub fn slices(s: &[u32]) -> u32 {
    match s {
        [] => 0,
        [one] => *one,
        [first, rest @ .., last] if rest.len() > 4 => first + rest[0] + last,
        [_, second, ..] => *second,
    }
}

pub fn arrays(a: [String; 4]) -> (String, usize) {
    let [first, middle @ .., last] = a;
    let [b, c] = middle;
    (first, b.len() + c.len() + last.len())
}

pub fn ends(s: &[u8]) -> Option<(&u8, &[u8], &u8)> {
    if let [a, mid @ .., _, z] = s {
        Some((a, mid, z))
    } else {
        None
    }
}

pub fn let_else(o: Option<Noisy>) -> usize {
    let Some(n) = o else {
        return 0;
    };
    n.0.len()
}

pub fn bindings(o: Option<Option<u8>>) -> u8 {
    match o {
        Some(inner @ Some(1..=9)) => inner.unwrap(),
        Some(Some(n)) if n > 100 => n,
        Some(Some(n @ (20 | 30))) => n,
        Some(_) => 2,
        None => 3,
    }
}

pub fn loops(limit: usize) -> usize {
    let mut total = 0;
    'outer: for i in 0..limit {
        let mut j = i;
        while j > 0 {
            j -= 1;
            if j == 7 {
                continue 'outer;
            }
            if j == 9 {
                break 'outer;
            }
        }
        total += loop {
            if j > 3 {
                break j;
            }
            j += 1;
        };
    }
    total
}

pub fn forever() -> ! {
    loop {
        std::thread::yield_now()
    }
}

pub fn never(n: Option<u8>) -> u8 {
    match n {
        Some(n) => n,
        None => unreachable!("no number: {:?}", n),
    }
}

pub fn question(s: &str) -> Result<i32, std::num::ParseIntError> {
    let n: i32 = s.trim().parse()?;
    Ok(n + s.len() as i32)
}

pub fn option_question(s: &[u8]) -> Option<u8> {
    s.first()?.checked_add(*s.last()?)
}

pub fn drops(flag: bool) {
    let a = Noisy("a");
    let b = Noisy("b");
    if flag {
        drop(b);
    }
    let _ = Noisy("at once");
    let _c = [Noisy("c"), Noisy("d")];
    std::mem::forget(a);
}

pub fn reassigned(mut n: Noisy, turns: u8) -> Noisy {
    for _ in 0..turns {
        n = Noisy("next");
    }
    n
}

pub fn partial(pair: (Noisy, Option<Box<Noisy>>)) -> Noisy {
    let (first, _) = pair;
    first
}

pub fn temporaries(m: &std::sync::Mutex<Vec<u8>>) -> usize {
    let n = m.lock().unwrap().len();
    match m.lock().unwrap().first() {
        Some(b) => *b as usize + n,
        None => 0,
    }
}

pub fn vectors(n: usize) -> Vec<Noisy> {
    let mut v = vec![Noisy("first")];
    v.resize_with(n, || Noisy("more"));
    v
}

pub extern "C" fn terminates(f: fn()) {
    let _guard = Noisy("guard");
    f();
}

pub fn caught(f: impl FnOnce() -> u8 + std::panic::UnwindSafe) -> u8 {
    std::panic::catch_unwind(f).unwrap_or(0)
}

pub fn asserts(list: &[u32], i: usize, d: u32) -> u32 {
    let a = list[i] / d;
    let b = list[i + 1] % d;
    (a << d) - b
}

pub fn boxed(b: Box<dyn Debug + Send>, n: Option<Box<Noisy>>) {
    if n.is_none() {
        println!("{:?}", b);
    }
}

pub fn recursive(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        recursive(n - 1) + recursive(n - 2)
    }
}

pub enum Many {
    A(u8),
    B { b: String },
    C,
    D(Box<Many>),
}

pub fn many(m: Many) -> usize {
    match m {
        Many::A(n) => n as usize,
        Many::B { b } => b.len(),
        Many::C => 0,
        Many::D(inner) => 1 + many(*inner),
    }
}

pub fn many_mut(m: &mut Many) {
    if let Many::D(inner) = m {
        **inner = Many::C;
    }
    *m = Many::B { b: String::new() };
}

pub fn explicit_panics(n: u8) {
    if n == 0 {
        panic!("zero");
    }
    assert!(n < 9, "too large: {}", n);
    assert_eq!(n, 3);
    debug_assert_ne!(n, 4);
    if n == 5 {
        todo!()
    }
}
