//! A message broker's client library that only has calls which wait. `client` stands in for it.

pub mod client {
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
    use std::time::Duration;

    pub struct Metadata {
        pub partitions: Vec<i32>,
    }

    /// Talks to a background thread of the library and waits for its answer.
    pub struct BaseConsumer {
        requests: Mutex<Sender<Sender<Metadata>>>,
    }

    impl BaseConsumer {
        pub fn connect() -> Self {
            let (requests, work) = channel::<Sender<Metadata>>();
            std::thread::spawn(move || answer(work));
            BaseConsumer { requests: Mutex::new(requests) }
        }

        pub fn fetch_metadata(&self, _topic: &str, timeout: Duration) -> Result<Metadata, RecvTimeoutError> {
            let (reply, answer) = channel();
            let _ = self.requests.lock().unwrap().send(reply);
            answer.recv_timeout(timeout)
        }
    }

    fn answer(work: Receiver<Sender<Metadata>>) {
        for reply in work {
            let _ = reply.send(Metadata { partitions: vec![0, 1, 2] });
        }
    }
}

pub mod buggy {
    use super::client::BaseConsumer;
    use async_trait::async_trait;
    use std::time::Duration;

    #[async_trait]
    pub trait SplitEnumerator {
        async fn list_splits(&mut self) -> Result<Vec<i32>, String>;
    }

    pub struct KafkaSplitEnumerator {
        pub consumer: BaseConsumer,
        pub topic: String,
        pub timeout: Duration,
    }

    impl KafkaSplitEnumerator {
        fn fetch_topic_partition(&self) -> Result<Vec<i32>, String> {
            let metadata = self.consumer.fetch_metadata(&self.topic, self.timeout);
            metadata.map(|m| m.partitions).map_err(|e| e.to_string())
        }
    }

    #[async_trait]
    impl SplitEnumerator for KafkaSplitEnumerator {
        async fn list_splits(&mut self) -> Result<Vec<i32>, String> {
            let partitions = self.fetch_topic_partition()?; //~ blocking-in-async
            Ok(partitions.into_iter().filter(|p| *p >= 0).collect())
        }
    }
}

pub mod fixed {
    use super::client::BaseConsumer;
    use async_trait::async_trait;
    use std::sync::Arc;
    use std::time::Duration;

    #[async_trait]
    pub trait SplitEnumerator {
        async fn list_splits(&mut self) -> Result<Vec<i32>, String>;
    }

    pub struct KafkaSplitEnumerator {
        pub consumer: Arc<BaseConsumer>,
        pub topic: String,
        pub timeout: Duration,
    }

    impl KafkaSplitEnumerator {
        async fn fetch_topic_partition(&self) -> Result<Vec<i32>, String> {
            let (consumer, topic, timeout) = (self.consumer.clone(), self.topic.clone(), self.timeout);
            let metadata = tokio::task::spawn_blocking(move || consumer.fetch_metadata(&topic, timeout))
                .await
                .map_err(|e| e.to_string())?;
            metadata.map(|m| m.partitions).map_err(|e| e.to_string())
        }
    }

    #[async_trait]
    impl SplitEnumerator for KafkaSplitEnumerator {
        async fn list_splits(&mut self) -> Result<Vec<i32>, String> {
            let partitions = self.fetch_topic_partition().await?;
            Ok(partitions.into_iter().filter(|p| *p >= 0).collect())
        }
    }
}
