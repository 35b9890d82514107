trait Sink {
    fn put(&mut self, n: u32);
}

struct Print;

impl Sink for Print {
    fn put(&mut self, n: u32) {
        println!("{n}");
    }
}

async fn feed(mut sink: Box<dyn Sink>) {
    for n in 0..3 {
        sink.put(n);
        tokio::task::yield_now().await;
    }
}

#[tokio::main]
async fn main() {
    tokio::spawn(feed(Box::new(Print)));
}
