//@ era futures 0.1
//@ rows V013
use futures::future;

fn main() {
    let answer = future::ready(42);
    println!("{}", answer.wait());
}
