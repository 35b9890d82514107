//! A topology builder makes its sources one after another, each inside a span with its name.

use tokio::sync::mpsc;
use tracing::error_span;

#[derive(Clone, Debug)]
pub struct SourceConfig {
    pub key: String,
    pub capacity: usize,
    pub kind: &'static str,
}

#[derive(Debug)]
pub struct Source {
    pub key: String,
    pub output: mpsc::Receiver<String>,
}

impl SourceConfig {
    /// Binds sockets, opens files.
    async fn build(&self) -> Result<Source, String> {
        tokio::task::yield_now().await;
        if self.capacity == 0 {
            return Err(format!("{}: no capacity", self.key));
        }
        let (_input, output) = mpsc::channel(self.capacity);
        Ok(Source { key: self.key.clone(), output })
    }
}

pub mod buggy {
    use super::{Source, SourceConfig, error_span};

    #[derive(Default)]
    pub struct Builder {
        pub config: Vec<SourceConfig>,
        pub errors: Vec<String>,
    }

    impl Builder {
        pub async fn build_sources(&mut self) -> Vec<Source> {
            let mut sources = Vec::new();
            for source in &self.config {
                let span = error_span!("source", key = %source.key, kind = source.kind);
                let _entered = span.enter();
                let built = source.build().await; //~ sync-guard-across-await
                match built {
                    Ok(built) => sources.push(built),
                    Err(error) => {
                        self.errors.push(error);
                        continue;
                    }
                }
                tracing::debug!("source built");
            }
            sources
        }
    }

    /// The logs of the program itself, read from a channel.
    pub async fn internal_logs(mut source: Source) -> usize {
        let _guard = error_span!("internal_logs", key = %source.key).entered();
        let mut lines = 0;
        loop {
            let next = source.output.recv().await; //~ sync-guard-across-await
            let Some(line) = next else { break };
            lines += line.lines().count();
        }
        lines
    }
}

pub mod fixed {
    use super::{Source, SourceConfig, error_span};
    use tracing::Instrument;

    #[derive(Default)]
    pub struct Builder {
        pub config: Vec<SourceConfig>,
        pub errors: Vec<String>,
    }

    impl Builder {
        pub async fn build_sources(&mut self) -> Vec<Source> {
            let mut sources = Vec::new();
            for source in &self.config {
                let span = error_span!("source", key = %source.key, kind = source.kind);
                match source.build().instrument(span.clone()).await {
                    Ok(built) => sources.push(built),
                    Err(error) => {
                        self.errors.push(error);
                        continue;
                    }
                }
                span.in_scope(|| tracing::debug!("source built"));
            }
            sources
        }
    }

    pub async fn internal_logs(source: Source) -> usize {
        let span = error_span!("internal_logs", key = %source.key);
        read_lines(source).instrument(span).await
    }

    async fn read_lines(mut source: Source) -> usize {
        let mut lines = 0;
        while let Some(line) = source.output.recv().await {
            lines += line.lines().count();
        }
        lines
    }
}
