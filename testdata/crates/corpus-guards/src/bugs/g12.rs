//! A byte stream handed to a scripting language, which may ask for chunks from several places: the
//! stream is behind a lock, and the lock is held while the next chunk is awaited.

use std::collections::VecDeque;

/// The body of a request, chunk by chunk.
#[derive(Default)]
pub struct ByteStream {
    pub chunks: VecDeque<Result<Vec<u8>, String>>,
}

impl ByteStream {
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, String>> {
        tokio::task::yield_now().await;
        self.chunks.pop_front()
    }
}

#[derive(Debug, PartialEq)]
pub enum ScriptError {
    Body(String),
    StopIteration,
}

pub mod buggy {
    use super::{ByteStream, ScriptError};
    use parking_lot::Mutex;
    use std::sync::Arc;

    #[derive(Clone)]
    pub struct ScriptByteStream {
        pub inner: Arc<Mutex<ByteStream>>,
    }

    async fn yield_data_chunk(body: Arc<Mutex<ByteStream>>) -> Result<Vec<u8>, ScriptError> {
        let mut stream = body.lock();
        let chunk = stream.next().await; //~ sync-guard-across-await
        match chunk {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(e)) => Err(ScriptError::Body(e)),
            None => Err(ScriptError::StopIteration),
        }
    }

    impl ScriptByteStream {
        pub fn anext(&self) -> impl Future<Output = Result<Vec<u8>, ScriptError>> {
            yield_data_chunk(self.inner.clone())
        }
    }
}

pub mod fixed {
    use super::{ByteStream, ScriptError};
    use std::sync::Arc;
    use tokio::sync::Mutex;

    #[derive(Clone)]
    pub struct ScriptByteStream {
        pub inner: Arc<Mutex<ByteStream>>,
    }

    async fn yield_data_chunk(body: Arc<Mutex<ByteStream>>) -> Result<Vec<u8>, ScriptError> {
        let mut stream = body.lock().await;
        match stream.next().await {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(e)) => Err(ScriptError::Body(e)),
            None => Err(ScriptError::StopIteration),
        }
    }

    impl ScriptByteStream {
        pub fn anext(&self) -> impl Future<Output = Result<Vec<u8>, ScriptError>> {
            yield_data_chunk(self.inner.clone())
        }
    }
}
