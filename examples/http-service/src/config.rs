//! The configuration and where it comes from.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub greeting: String,
    pub host: String,
}

impl Default for Config {
    fn default() -> Self {
        Config { greeting: "hello".into(), host: "unknown".into() }
    }
}

/// A place that a configuration can be read from, again and again.
pub trait ConfigSource {
    fn load(&self) -> io::Result<Config>;
}

/// A file of `key = value` lines. The host name comes from the system.
pub struct FileSource {
    path: PathBuf,
}

impl FileSource {
    pub fn new(path: PathBuf) -> Self {
        FileSource { path }
    }
}

impl ConfigSource for FileSource {
    fn load(&self) -> io::Result<Config> {
        let mut config = Config { host: host_name()?, ..Config::default() };
        for line in fs::read_to_string(&self.path)?.lines() {
            if let Some((key, value)) = line.split_once('=') {
                set(&mut config, key.trim(), value.trim());
            }
        }
        Ok(config)
    }
}

fn set(config: &mut Config, key: &str, value: &str) {
    match key {
        "greeting" => config.greeting = value.to_owned(),
        "host" => config.host = value.to_owned(),
        _ => {}
    }
}

fn host_name() -> io::Result<String> {
    let out = Command::new("uname").arg("-n").output()?;
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}
