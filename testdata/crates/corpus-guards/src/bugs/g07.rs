//! A plotter enters its span for the whole of an async method. The span is entered per thread, so other
//! tasks of the thread run inside it while this one is suspended.

use tracing::Span;

#[derive(Clone, Debug)]
pub struct Pieces {
    pub index: u64,
    pub bytes: Vec<u8>,
}

#[derive(Debug)]
pub struct Invalid(pub u64);

async fn verify(pieces: &Pieces) -> Result<(), Invalid> {
    tokio::task::yield_now().await;
    if pieces.bytes.is_empty() { Err(Invalid(pieces.index)) } else { Ok(()) }
}

/// Where verified pieces go.
pub trait OnPieces {
    fn on_pieces(&self, pieces: Pieces) -> impl Future<Output = Result<u64, Invalid>>;
}

pub struct SinglePlotter;

impl OnPieces for SinglePlotter {
    async fn on_pieces(&self, pieces: Pieces) -> Result<u64, Invalid> {
        tokio::task::yield_now().await;
        Ok(pieces.index)
    }
}

pub struct VerifyingPlotter<P> {
    pub span: Span,
    pub inner: P,
}

pub mod buggy {
    use super::{Invalid, OnPieces, Pieces, VerifyingPlotter, verify};

    impl<P: OnPieces> VerifyingPlotter<P> {
        pub async fn plot(&self, pieces: Pieces) -> Result<u64, Invalid> {
            let _guard = self.span.enter();
            verify(&pieces).await?; //~ sync-guard-across-await
            self.inner.on_pieces(pieces).await //~+ sync-guard-across-await
        }
    }
}

pub mod fixed {
    use super::{Invalid, OnPieces, Pieces, VerifyingPlotter, verify};
    use tracing::{Instrument, instrument};

    impl<P: OnPieces> VerifyingPlotter<P> {
        #[instrument(skip_all, parent = &self.span, fields(index = pieces.index))]
        pub async fn plot_instrumented(&self, pieces: Pieces) -> Result<u64, Invalid> {
            verify(&pieces).await?;
            self.inner.on_pieces(pieces).await
        }

        pub async fn plot_in_a_block(&self, pieces: Pieces) -> Result<u64, Invalid> {
            let work = async {
                verify(&pieces).await?;
                self.inner.on_pieces(pieces.clone()).await
            };
            work.instrument(self.span.clone()).await
        }
    }
}
