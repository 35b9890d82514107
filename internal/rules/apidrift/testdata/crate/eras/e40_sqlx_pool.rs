//@ era sqlx 0.3
use sqlx::PgPool;

#[tokio::main]
async fn main() -> Result<(), sqlx::Error> {
    let pool = PgPool::builder().max_size(5).build("postgres://localhost/app").await?;
    let row: (i64,) = sqlx::query_as("SELECT 1").fetch_one(&pool).await?;
    println!("{}", row.0);
    Ok(())
}
