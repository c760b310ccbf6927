//! What is done where code panics.
//!
//! A panic is a fault of this program, or of a library's. One in a thread that
//! the service rests on ends the process ([`crate::service`]), with a line of the
//! log that names the thread and the place. The exception is a library that
//! panics at what an outsider sent, where another of its functions would have
//! answered: [`caught`] turns that into `None`, and says nothing.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::thread;

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic at what an outsider sent; `None` if it did. What it was
/// working on must not be used afterwards, unless it was only read.
pub fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    let before = IS_CAUGHT.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    IS_CAUGHT.set(before);
    outcome.ok()
}

/// Has every panic that nobody catches told in the log, in one line.
pub fn tell_in_log() {
    panic::set_hook(Box::new(|info| {
        if !IS_CAUGHT.get() {
            let current = thread::current();
            let thread = current.name().unwrap_or("without a name");
            let at = info.location().map(ToString::to_string);
            tracing::error!(thread, at, problem = problem(info), "panicked");
        }
    }));
}

/// What a panic said.
fn problem<'i>(info: &'i PanicHookInfo<'_>) -> &'i str {
    info.payload_as_str().unwrap_or("it did not say why")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_nothing_and_the_thread_goes_on() {
        assert_eq!(caught(|| 1), Some(1));
        assert_eq!(caught(|| -> i32 { panic!("of a library") }), None);
        assert!(!IS_CAUGHT.get());
    }
}
