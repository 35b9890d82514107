//! A root that depends on a feature.

#[cfg(feature = "other-root")]
fn main() {
    futures::executor::block_on(work());
}

#[cfg(not(feature = "other-root"))]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    work().await;
}

async fn work() {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn works() {
        super::work().await;
    }
}
