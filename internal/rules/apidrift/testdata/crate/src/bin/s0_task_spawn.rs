//@ era smol 0.1
//@ rows V096
use smol::Task;

fn main() {
    smol::block_on(async {
        let n = Task::spawn(async { 5 }).await;
        println!("{n}");
    });
}
