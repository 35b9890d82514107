//! Verification of a piece is pure computation. No table of blocking calls can see that it is slow, so
//! the buggy side carries no mark: it is a known miss of a rule that must not guess.

pub struct Piece {
    pub bytes: Vec<u8>,
    pub commitment: u64,
}

fn commitment(bytes: &[u8]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for _ in 0..1_000 {
        for byte in bytes {
            state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    state
}

pub mod buggy {
    use super::{Piece, commitment};

    pub async fn accept(piece: Piece) -> Option<Piece> {
        tokio::task::yield_now().await;
        (commitment(&piece.bytes) == piece.commitment).then_some(piece)
    }
}

pub mod fixed {
    use super::{Piece, commitment};

    pub async fn accept(piece: Piece) -> Option<Piece> {
        tokio::task::yield_now().await;
        let check =
            tokio::task::spawn_blocking(move || (commitment(&piece.bytes) == piece.commitment).then_some(piece));
        check.await.ok().flatten()
    }
}
