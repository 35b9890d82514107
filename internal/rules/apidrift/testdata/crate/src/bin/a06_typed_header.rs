//@ era axum 0.6
//@ rows V111
use axum::headers::UserAgent;
use axum::TypedHeader;

async fn agent(TypedHeader(agent): TypedHeader<UserAgent>) -> String {
    agent.to_string()
}

fn main() {
    let _ = agent;
}
