//@ era rand 0.8
use rand::seq::SliceRandom;
use rand::thread_rng;

fn main() {
    let names = ["ann", "bob", "cy"];
    let mut rng = thread_rng();
    let lucky = names.choose(&mut rng).unwrap();
    println!("{lucky}");
}
