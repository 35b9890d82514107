//@ era rand 0.8
//@ rows V124
use rand::{thread_rng, Rng};

fn main() {
    let die: u8 = thread_rng().gen_range(1..=6);
    println!("{die}");
}
