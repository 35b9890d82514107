//@ era axum 0.7
//@ rows V115
use axum::extract::Host;

async fn whoami(Host(host): Host) -> String {
    host
}

fn main() {
    let _ = whoami;
}
