use std::cell::RefCell;
use std::sync::Arc;

struct Session {
    log: RefCell<Vec<String>>,
}

impl Session {
    async fn run(&self) {
        self.log.borrow_mut().push("start".to_string());
        tokio::task::yield_now().await;
        self.log.borrow_mut().push("end".to_string());
    }
}

struct Server {
    session: Session,
}

impl Server {
    async fn serve(&self) {
        self.session.run().await;
    }
}

#[tokio::main]
async fn main() {
    let server = Arc::new(Server { session: Session { log: RefCell::default() } });
    tokio::spawn(async move { server.serve().await });
}
