//@ era rand 0.7
use rand::distributions::Alphanumeric;
use rand::seq::SliceRandom;
use rand::{thread_rng, Rng};

fn main() {
    let mut rng = thread_rng();
    let die = rng.gen_range(1, 7);
    let mut deck: Vec<u8> = (0..52).collect();
    deck.shuffle(&mut rng);
    let letter = rng.sample(Alphanumeric);
    println!("{} {:?} {}", die, deck.first(), letter);
}
