fn main() {
    let counted = async {
        let mut n = 0u32;
        loop {
            if n < 3 {
                n += 1;
            } else {
                break n;
            }
        }
    };
    println!("{:?}", futures::executor::block_on(counted));
}
