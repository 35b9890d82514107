use crate::subject::k32::Bus;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

#[tokio::test]
async fn a_sensor_is_read_under_a_time_limit_beside_a_display() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let bus = Rc::new(Bus::default());
            let (one, two) = (bus.clone(), bus);
            let sensor = spawn_local(async move {
                let _ = timeout(Duration::from_millis(500), one.transaction(1, 3)).await;
            });
            let display = spawn_local(async move { two.transaction(2, 3).await });
            assert_eq!(display.await.unwrap(), 3);
            sensor.await.unwrap();
        })
        .await;
}
