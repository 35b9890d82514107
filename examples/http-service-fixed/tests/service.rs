//! The service over a loopback socket.

use http_service_fixed::app::App;
use http_service_fixed::http::{self, Response};
use std::sync::Arc;
use tokio::net::TcpListener;

async fn ask(app: &Arc<App>, method: &str, path: &str, token: Option<&str>) -> Response {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(app.clone().serve(listener));
    let response = http::request(address, method, path, token).await.unwrap();
    server.abort();
    response
}

#[tokio::test]
async fn a_known_token_is_greeted_by_name() {
    let app = Arc::new(App::new("service.conf".into()));
    assert_eq!(ask(&app, "GET", "/me", Some("t-1")).await, Response::new(200, "hello, ada"));
    assert_eq!(ask(&app, "GET", "/me", None).await.status, 401);
}

#[tokio::test]
async fn a_reload_reads_the_file_again() {
    let app = Arc::new(App::new("tests/service.conf".into()));
    assert_eq!(ask(&app, "GET", "/config", None).await.body, "greeting=hello");
    assert_eq!(ask(&app, "POST", "/reload", None).await.body, "reloaded");
    assert_eq!(ask(&app, "GET", "/config", None).await.body, "greeting=good day");
}
