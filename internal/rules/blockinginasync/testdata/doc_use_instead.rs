//@ edition: 2024
use std::path::PathBuf;

struct Settings {
    text: String,
}

impl Settings {
    async fn load(path: PathBuf) -> Settings {
        Settings { text: tokio::fs::read_to_string(path).await.unwrap_or_default() }
    }
}

pub async fn reload(path: PathBuf) -> usize {
    let settings = Settings::load(path).await;
    settings.text.len()
}
