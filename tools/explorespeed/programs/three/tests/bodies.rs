#[tokio::test(start_paused = true)]
async fn three() {
    three::three().await
}

#[tokio::test(start_paused = true)]
async fn messages() {
    three::messages().await
}

#[tokio::test(start_paused = true)]
async fn compute() {
    three::compute().await
}
