//@ era tokio-core 0.1
use tokio_core::reactor::Core;

fn main() {
    let mut core = Core::new().unwrap();
    let _handle = core.handle();
    core.block_on(async { println!("from the reactor age") });
}
