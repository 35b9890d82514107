//@ era rand 0.8
//@ rows V124
use rand::Rng;

fn main() {
    let mut rng = rand::thread_rng();
    let n: u32 = rng.gen();
    if rng.gen_bool(0.5) {
        println!("{n}");
    }
}
