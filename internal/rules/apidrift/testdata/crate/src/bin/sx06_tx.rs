//@ era sqlx 0.6
//@ rows V125
use sqlx::{PgPool, Postgres, Transaction};

async fn touch(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut tx: Transaction<'_, Postgres> = pool.begin().await?;
    sqlx::query("update visits set n = n + 1").execute(&mut tx).await?;
    tx.commit().await
}

fn main() {
    let _ = touch;
}
