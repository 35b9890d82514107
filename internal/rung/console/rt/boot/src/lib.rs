//! Linked by pollux into a shadow build of a program. Runs before main and does nothing unless POLLUX_CONSOLE_DIR is set: then it
//! serves tokio-console's data on a socket in that directory, waits for the recorder, and at the end waits until the recorder has
//! seen everything.
use std::os::raw::c_int;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tracing_core::Dispatch;
use tracing_subscriber::prelude::*;

mod tee;

const INTERVAL: Duration = Duration::from_millis(20);
const WAIT_FOR_RECORDER: Duration = Duration::from_secs(10);
const WAIT_FOR_END: Duration = Duration::from_secs(10);
const RETENTION: Duration = Duration::from_secs(24 * 3600);

static FILES: OnceLock<PathBuf> = OnceLock::new();

#[used]
#[cfg_attr(any(target_os = "linux", target_os = "android", target_os = "freebsd"), link_section = ".init_array")]
#[cfg_attr(target_os = "macos", link_section = "__DATA,__mod_init_func")]
static BOOT: extern "C" fn() = boot;

extern "C" {
    fn atexit(f: extern "C" fn()) -> c_int;
}

extern "C" fn boot() {
    let Some(dir) = std::env::var_os("POLLUX_CONSOLE_DIR") else {
        return;
    };
    let base = PathBuf::from(dir).join(std::process::id().to_string());
    let layer = console_subscriber::ConsoleLayer::builder()
        .server_addr(base.with_extension("sock"))
        .publish_interval(INTERVAL)
        .retention(RETENTION)
        .event_buffer_capacity(1 << 20)
        .spawn();
    tee::install(Dispatch::new(tracing_subscriber::registry().with(layer)));
    await_file(&base, "ready", WAIT_FOR_RECORDER);
    let _ = FILES.set(base);
    unsafe { atexit(finish) };
}

extern "C" fn finish() {
    let Some(base) = FILES.get() else {
        return;
    };
    // Let what is under way come to the aggregator before the end is announced.
    std::thread::sleep(INTERVAL * 2);
    if std::fs::write(base.with_extension("done"), "").is_ok() {
        await_file(base, "seen", WAIT_FOR_END);
    }
}

fn await_file(base: &PathBuf, extension: &str, limit: Duration) {
    let path = base.with_extension(extension);
    let begin = Instant::now();
    while !path.exists() && begin.elapsed() < limit {
        std::thread::sleep(Duration::from_millis(2));
    }
}
