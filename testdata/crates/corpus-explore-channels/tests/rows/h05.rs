use crate::subject::h05::gate;

#[tokio::test]
async fn a_request_comes_while_the_gate_opens() {
    let (gate, mut requests) = gate();
    let operator = tokio::spawn(async move {
        gate.limit(0);
        tokio::task::yield_now().await;
        gate.open();
        gate
    });
    let request = tokio::spawn(async move {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        requests.acquire().await.is_some()
    });
    let _gate = operator.await.unwrap();
    assert!(request.await.unwrap());
}
