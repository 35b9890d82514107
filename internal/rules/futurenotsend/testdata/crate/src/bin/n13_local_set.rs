use tokio::task::LocalSet;

async fn run() {
    let local = LocalSet::new();
    local
        .run_until(async {
            tokio::task::spawn_local(async {}).await.unwrap();
        })
        .await;
}

#[tokio::main]
async fn main() {
    tokio::spawn(run());
}
