//! A credential plugin is an external program. It takes a second to answer and is asked on each refresh.

use std::process::Command;
use std::time::{Duration, Instant};

/// How to get a token: the program and its arguments.
#[derive(Clone, Debug)]
pub struct ExecConfig {
    pub command: String,
    pub args: Vec<String>,
}

#[derive(Debug)]
pub enum AuthError {
    Start(std::io::Error),
    Failed(i32),
    Task(tokio::task::JoinError),
}

#[derive(Clone, Debug)]
pub struct Credential {
    pub token: String,
    pub expires: Instant,
}

impl Credential {
    pub fn needs_refresh(&self) -> bool {
        self.expires < Instant::now() + Duration::from_secs(10)
    }
}

/// Runs the plugin and reads the token from its output.
fn run_plugin(config: &ExecConfig) -> Result<Credential, AuthError> {
    let mut command = Command::new(&config.command);
    command.args(&config.args);
    let out = command.output().map_err(AuthError::Start)?;
    if !out.status.success() {
        return Err(AuthError::Failed(out.status.code().unwrap_or(-1)));
    }
    Ok(Credential {
        token: String::from_utf8_lossy(&out.stdout).trim().to_owned(),
        expires: Instant::now() + Duration::from_secs(300),
    })
}

impl TryFrom<&ExecConfig> for Credential {
    type Error = AuthError;

    fn try_from(config: &ExecConfig) -> Result<Self, AuthError> {
        run_plugin(config)
    }
}

fn header(token: &str) -> String {
    format!("Bearer {token}")
}

pub mod buggy {
    use super::{AuthError, Credential, ExecConfig, header};
    use std::sync::Arc;
    use tokio::sync::Mutex;

    pub enum RefreshableToken {
        Exec(Arc<Mutex<(Credential, ExecConfig)>>),
        Fixed(String),
    }

    impl RefreshableToken {
        pub async fn to_header(&self) -> Result<String, AuthError> {
            match self {
                RefreshableToken::Exec(data) => {
                    let mut locked = data.lock().await;
                    if locked.0.needs_refresh() {
                        let fresh = Credential::try_from(&locked.1)?; //~ blocking-in-async
                        locked.0 = fresh;
                    }
                    Ok(header(&locked.0.token))
                }
                RefreshableToken::Fixed(token) => Ok(header(token)),
            }
        }
    }
}

pub mod fixed {
    use super::{AuthError, Credential, ExecConfig, header};
    use std::sync::Arc;
    use tokio::sync::Mutex;

    pub enum RefreshableToken {
        Exec(Arc<Mutex<(Credential, ExecConfig)>>),
        Fixed(String),
    }

    impl RefreshableToken {
        pub async fn to_header(&self) -> Result<String, AuthError> {
            match self {
                RefreshableToken::Exec(data) => {
                    let mut locked = data.lock().await;
                    if locked.0.needs_refresh() {
                        let config = locked.1.clone();
                        let fresh = tokio::task::spawn_blocking(move || Credential::try_from(&config))
                            .await
                            .map_err(AuthError::Task)??;
                        locked.0 = fresh;
                    }
                    Ok(header(&locked.0.token))
                }
                RefreshableToken::Fixed(token) => Ok(header(token)),
            }
        }
    }
}
