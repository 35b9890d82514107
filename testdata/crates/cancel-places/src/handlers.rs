//! Handlers of a server, which drops them when their client is gone.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

#[derive(Default)]
pub struct App {
    active: AtomicUsize,
    visits: AtomicUsize,
    jobs: Mutex<HashMap<u64, String>>,
}

async fn work() -> String {
    sleep(Duration::from_secs(1)).await;
    "done".into()
}

async fn counted(State(app): State<Arc<App>>) -> String {
    app.active.fetch_add(1, Ordering::Relaxed);
    let answer = work().await; //~ cancel-torn-state
    app.active.fetch_sub(1, Ordering::Relaxed);
    answer
}

async fn listed(State(app): State<Arc<App>>) -> String {
    app.jobs.lock().unwrap().insert(1, "running".into());
    let answer = work().await; //~ cancel-torn-state
    app.jobs.lock().unwrap().remove(&1);
    answer
}

/// Counts down again, whatever happens.
struct Active(Arc<App>);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn guarded(State(app): State<Arc<App>>) -> String {
    app.active.fetch_add(1, Ordering::Relaxed);
    let _active = Active(app.clone());
    work().await
}

async fn visited(State(app): State<Arc<App>>) -> String {
    app.visits.fetch_add(1, Ordering::Relaxed);
    work().await
}

async fn in_a_task(State(app): State<Arc<App>>) -> String {
    let task = tokio::spawn(async move {
        app.active.fetch_add(1, Ordering::Relaxed);
        let answer = work().await;
        app.active.fetch_sub(1, Ordering::Relaxed);
        answer
    });
    task.await.unwrap_or_default()
}

pub fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/counted", get(counted).post(listed))
        .route("/guarded", get(guarded))
        .route("/visited", get(visited).put(in_a_task))
        .with_state(app)
}
