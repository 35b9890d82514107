use std::rc::Rc;

async fn retry<F, T>(mut attempt: F) -> u32
where
    F: FnMut() -> T,
    T: Future<Output = u32>,
{
    attempt().await + attempt().await
}

async fn fetch(host: Rc<String>) -> u32 {
    tokio::task::yield_now().await;
    host.len() as u32
}

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let host = Rc::new("localhost".to_string());
        retry(|| fetch(host.clone())).await;
    });
}
