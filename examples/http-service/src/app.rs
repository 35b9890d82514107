//! The service: state shared by all requests, and one handler a path.

use crate::audit::Audit;
use crate::config::{Config, ConfigSource, FileSource};
use crate::directory::{Directory, RemoteDirectory};
use crate::http::{Request, Response, read_request, write_response};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// A client that sends no request is let go after this time.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

pub struct App {
    config: RwLock<Config>,
    source: FileSource,
    directory: RemoteDirectory,
    audit: Audit,
}

impl App {
    /// Needs a runtime: the audit record is a task.
    pub fn new(config_file: PathBuf) -> Self {
        App {
            config: RwLock::default(),
            source: FileSource::new(config_file),
            directory: RemoteDirectory::new("127.0.0.1:7070", Handle::current()),
            audit: Audit::start(),
        }
    }

    /// Serves until accepting fails.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) -> io::Result<()> {
        loop {
            let (stream, peer) = listener.accept().await?;
            let app = self.clone();
            tokio::spawn(async move {
                if let Err(e) = app.connection(stream).await {
                    eprintln!("{peer}: {e}");
                }
            });
        }
    }

    async fn connection(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let request = timeout(REQUEST_LIMIT, read_request(&mut stream)).await??;
        let response = self.route(&request).await;
        write_response(stream.get_mut(), &response).await
    }

    async fn route(&self, request: &Request) -> Response {
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/health") => Response::new(200, "ok"),
            ("GET", "/config") => self.show_config(),
            ("POST", "/reload") => self.reload(request).await,
            ("GET", "/me") => self.me(request).await,
            _ => Response::new(404, "no such page"),
        }
    }

    fn show_config(&self) -> Response {
        let config = self.config.read().unwrap();
        Response::new(200, format!("greeting={}", config.greeting))
    }

    /// Reads the configuration again. Requests under way keep the old one.
    async fn reload(&self, request: &Request) -> Response {
        let who = request.token.as_deref().unwrap_or("nobody");
        self.audit.record(who, "reload").await;
        let loaded = self.source.load(); //~ blocking-in-async
        match loaded {
            Ok(config) => {
                *self.config.write().unwrap() = config;
                Response::new(200, "reloaded")
            }
            Err(e) => Response::new(500, e.to_string()),
        }
    }

    async fn me(&self, request: &Request) -> Response {
        let Some(token) = &request.token else {
            return Response::new(401, "no token");
        };
        let owner = self.directory.owner(token); //~ nested-block-on
        let Some(name) = owner else {
            let _ = self.audit.record(token, "unknown token"); //~ dropped-future
            return Response::new(403, "unknown token");
        };
        self.audit.record(&name, "me").await;
        let greeting = self.config.read().unwrap().greeting.clone();
        Response::new(200, format!("{greeting}, {name}"))
    }
}
