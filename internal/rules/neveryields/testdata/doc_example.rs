use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub async fn ready(flag: Arc<AtomicBool>) {
    while !flag.load(Ordering::Acquire) { //~ never-yields: this loop looks at `load` over and over without suspending
        std::hint::spin_loop();
    }
}
