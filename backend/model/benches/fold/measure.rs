//! Time of the processor, and instructions.
//!
//! Neither divan nor criterion is used: both time by the clock on the wall,
//! which on a shared machine measures its neighbours too, and neither prints
//! one figure as a share of another. What is needed of them is this page.

use std::env;
use std::hint::black_box;
use std::process::Command;

use rustix::time::{ClockId, clock_gettime};

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often; the best counts.
    pub rounds: usize,
    /// Events of each round.
    pub events: usize,
}

/// Seconds that this process has had a processor.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// What is counted by Valgrind, which knows this function by its name.
#[inline(never)]
pub fn counted(run: &mut dyn FnMut()) {
    run();
    // Else it would be one jump, in the eyes of Valgrind no call.
    black_box(());
}

/// The least CPU time of `rounds`, in seconds. What `prepare` makes is not
/// measured, nor is its end.
pub fn least<S, R>(
    rounds: usize,
    mut prepare: impl FnMut() -> S,
    mut run: impl FnMut(&mut S) -> R,
) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..rounds {
        let mut state = prepare();
        let before = cpu_seconds();
        counted(&mut || {
            black_box(run(black_box(&mut state)));
        });
        least = least.min(cpu_seconds() - before);
    }
    least
}

/// Asks Valgrind for the instructions that one measurement takes: this program
/// once more, for `name` alone. `None` where there is no Valgrind.
pub fn instructions(name: &str, events: usize) -> Option<u64> {
    let run = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--toggle-collect=*measure*counted*",
        ])
        .arg(env::current_exe().ok()?)
        .args(["--only", name, "--events", &events.to_string()])
        .output()
        .ok()?;
    // The last line of what it says: "==12== Collected : 123456".
    let said = String::from_utf8_lossy(&run.stderr);
    let (_, count) = said.rsplit_once("Collected : ")?;
    count.split_whitespace().next()?.parse().ok()
}
