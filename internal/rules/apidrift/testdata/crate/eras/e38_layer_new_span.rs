//@ era tracing-subscriber 0.2
use tracing::span::{Attributes, Id};
use tracing::Subscriber;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::Layer;

struct Count;

impl<S: Subscriber> Layer<S> for Count {
    fn new_span(&self, _attrs: &Attributes<'_>, _id: &Id, _ctx: Context<'_, S>) {
        println!("new span");
    }
}

fn main() {
    let subscriber = tracing_subscriber::registry().with(Count);
    tracing::subscriber::with_default(subscriber, || {
        let _s = tracing::info_span!("work").entered();
    });
}
