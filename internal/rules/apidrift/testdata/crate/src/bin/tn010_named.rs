//@ era tonic 0.10
//@ rows V117
use tonic::transport::NamedService;

struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = "hello.Greeter";
}

fn main() {
    println!("{}", Greeter::NAME);
}
