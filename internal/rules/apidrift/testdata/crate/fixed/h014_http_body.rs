use http_body_util::BodyExt;
use hyper::body::Body;

async fn first<B: Body + Unpin>(mut body: B) -> bool {
    body.frame().await.is_some()
}

fn main() {
    let _ = first::<hyper::body::Incoming>;
}
