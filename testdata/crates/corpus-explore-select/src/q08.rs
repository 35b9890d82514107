//! Q08: work is run until a token is cancelled. Work that is ready at once is never cancelled, even if the token was before.

use tokio::sync::watch;

/// A token that can be cancelled once.
pub struct Token {
    cancelled: watch::Sender<bool>,
}

impl Default for Token {
    fn default() -> Self {
        Token { cancelled: watch::Sender::new(false) }
    }
}

impl Token {
    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    pub fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }

    pub async fn cancelled(&self) {
        let mut changes = self.cancelled.subscribe();
        let _ = changes.wait_for(|cancelled| *cancelled).await;
    }
}

pub mod buggy {
    use super::Token;
    use std::future::Future;

    pub async fn run_until_cancelled<T>(token: &Token, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = token.cancelled() => None,
        }
    }
}

pub mod fixed {
    use super::Token;
    use std::future::Future;

    pub async fn run_until_cancelled<T>(token: &Token, work: impl Future<Output = T>) -> Option<T> {
        if token.is_cancelled() {
            return None;
        }
        tokio::select! {
            biased;
            () = token.cancelled() => None,
            done = work => Some(done),
        }
    }
}
