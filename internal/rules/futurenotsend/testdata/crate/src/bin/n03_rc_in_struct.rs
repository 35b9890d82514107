use std::rc::Rc;

struct Settings {
    host: Rc<String>,
}

struct Client {
    settings: Settings,
}

impl Client {
    async fn ping(&self) {
        println!("{}", self.settings.host);
        tokio::task::yield_now().await;
    }
}

async fn watch(client: Client) {
    loop {
        client.ping().await;
    }
}

#[tokio::main]
async fn main() {
    let client = Client { settings: Settings { host: Rc::new("localhost".to_string()) } };
    tokio::spawn(watch(client));
}
