use crate::subject::k11::LogReader;
use tokio::sync::{mpsc, watch};

#[tokio::test]
async fn a_sink_reads_while_its_rate_changes() {
    let (row, rows) = mpsc::channel(8);
    let (vector, vectors) = mpsc::channel(8);
    let (rate, mut rates) = watch::channel(1);
    tokio::spawn(async move {
        for n in 0..4 {
            row.send(n).await.unwrap();
            vector.send(n + 10).await.unwrap();
        }
    });
    tokio::spawn(async move {
        for n in 2..5 {
            let _ = rate.send(n);
            tokio::task::yield_now().await;
        }
    });
    let sink = tokio::spawn(async move {
        let (mut log, mut items, mut limited) = (LogReader::new(rows, vectors), Vec::new(), true);
        loop {
            tokio::select! {
                changed = rates.changed(), if limited => limited = changed.is_ok(),
                item = log.next_item() => match item {
                    Some(item) => items.push(item),
                    None => return items,
                },
            }
        }
    });
    assert_eq!(sink.await.unwrap(), [(0, 10), (1, 11), (2, 12), (3, 13)]);
}
