//@ era smol 0.1
//@ rows V096
fn main() {
    smol::run(async {
        println!("tiny");
    });
}
