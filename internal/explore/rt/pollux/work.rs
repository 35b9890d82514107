//! How much of the processor's time this thread took: on a busy machine it stays the same, and time on the wall does not.

use std::time::Duration;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub(super) fn work() -> Duration {
    #[repr(C)]
    struct Spec {
        seconds: i64,
        nanoseconds: i64,
    }
    extern "C" {
        fn clock_gettime(clock: i32, spec: *mut Spec) -> i32;
    }
    /// As in linux/time.h.
    const CLOCK_THREAD_CPUTIME_ID: i32 = 3;
    let mut spec = Spec { seconds: 0, nanoseconds: 0 };
    let status = unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &mut spec) };
    if status != 0 {
        return Duration::ZERO;
    }
    Duration::new(spec.seconds as u64, spec.nanoseconds as u32)
}

/// Elsewhere it is time on the wall since the first question.
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub(super) fn work() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}
