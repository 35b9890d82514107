//@ era tokio 0.1
//@ rows V001
fn main() {
    tokio::run(async {
        println!("hello from the old days");
    });
}
