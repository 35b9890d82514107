//! `three BODY COUNT`: runs a body so many times with plain tokio.

use three::{compute, messages, run, three};

fn main() {
    let mut args = std::env::args().skip(1);
    let (body, count) = (args.next().unwrap(), args.next().unwrap().parse().unwrap());
    for _ in 0..count {
        match &*body {
            "three" => run(three()),
            "messages" => run(messages()),
            "compute" => run(compute()),
            _ => panic!("no body {body}"),
        }
    }
}
