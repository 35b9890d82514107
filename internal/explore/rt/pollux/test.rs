//! What the test attribute calls in place of the test: the body once, or many times in one process.

use super::log::line;
use super::plan::{plan, Mode};
use super::run::{begin, finish};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::process::Termination;

/// Runs the body of a test as the process was told to.
pub fn test<T: Termination>(body: impl Fn() -> T) -> T {
    let Some(plan) = plan() else { return body() };
    match plan.mode {
        Mode::One => {
            begin(plan, plan.seed);
            let result = catch_unwind(AssertUnwindSafe(&body));
            finish(if result.is_ok() { "ok" } else { "panic" });
            result.unwrap_or_else(|payload| resume_unwind(payload))
        }
        Mode::Batch => {
            line("batch");
            let count = if plan.trials.is_empty() { plan.count } else { plan.trials.len() as u64 };
            for seed in plan.seed..plan.seed + count {
                begin(plan, seed);
                let result = catch_unwind(AssertUnwindSafe(|| body().report()));
                finish(match result {
                    Ok(status) if status == std::process::ExitCode::SUCCESS => "ok",
                    Ok(_) => "error",
                    Err(_) => "panic",
                });
            }
            std::process::exit(0);
        }
        #[cfg(feature = "rt")]
        Mode::Canary => super::canary::sing(),
        #[cfg(not(feature = "rt"))]
        Mode::Canary => std::process::exit(0),
    }
}
