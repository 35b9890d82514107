//@ era sqlx 0.5
use sqlx::postgres::PgPoolOptions;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(5)
        .connect_timeout(Duration::from_secs(3))
        .connect("postgres://localhost/app")
        .await?;
    println!("{}", pool.size());
    Ok(())
}
