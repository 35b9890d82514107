use crate::subject::f05::all;

#[tokio::test]
async fn steps_are_done_two_at_a_time() {
    assert_eq!(tokio::spawn(all(4)).await.unwrap(), 6);
}
