use std::rc::Rc;

fn main() {
    let name = Rc::new(1);
    std::thread::spawn(move || println!("{name}"));
}
