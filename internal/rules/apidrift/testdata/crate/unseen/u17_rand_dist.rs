//@ era rand 0.8
use rand::distributions::{Alphanumeric, DistString};

fn token(len: usize) -> String {
    Alphanumeric.sample_string(&mut rand::thread_rng(), len)
}

fn main() {
    println!("{}", token(12).len());
}
