use std::cell::Cell;

struct Meter {
    ticks: Cell<u64>,
}

impl Meter {
    async fn tick(&mut self) {
        self.ticks.set(self.ticks.get() + 1);
        tokio::task::yield_now().await;
    }
}

#[tokio::main]
async fn main() {
    let mut meter = Meter { ticks: Cell::new(0) };
    tokio::spawn(async move {
        meter.tick().await;
    });
}
