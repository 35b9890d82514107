//@ edition: 2024
use std::path::PathBuf;

struct Settings {
    text: String,
}

impl Settings {
    fn load(path: PathBuf) -> Settings {
        Settings { text: std::fs::read_to_string(path).unwrap_or_default() }
    }
}

pub async fn reload(path: PathBuf) -> usize {
    let settings = Settings::load(path); //~ blocking-in-async: `Settings::load` leads to `std::fs::read_to_string`
    settings.text.len()
}
