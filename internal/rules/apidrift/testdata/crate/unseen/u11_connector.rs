//@ era hyper 0.14
use hyper::client::HttpConnector;

fn connector() -> HttpConnector {
    let mut c = HttpConnector::new();
    c.enforce_http(false);
    c
}

fn main() {
    let _ = connector();
}
