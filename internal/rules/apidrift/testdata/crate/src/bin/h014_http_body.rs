//@ era hyper 0.14
//@ rows V102
use hyper::body::HttpBody;

async fn first<B: HttpBody + Unpin>(mut body: B) -> bool {
    body.data().await.is_some()
}

fn main() {
    let _ = first::<hyper::body::Incoming>;
}
