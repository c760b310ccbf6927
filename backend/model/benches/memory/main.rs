//! What an agency and an event take in memory: `cargo bench --package
//! vigie-model --bench memory`.
//!
//! Apart from the times: an allocator that counts is slower. The bytes are
//! those asked of the allocator, of states that differ in one thing only: in
//! the number of events, or of agencies, over the same two hours.

#![expect(clippy::print_stdout, reason = "its figures are its output")]
#![expect(dead_code, reason = "the other measurement uses the rest")]

#[path = "../fold/corpus.rs"]
mod corpus;
#[path = "../fold/folds.rs"]
mod folds;

use folds::Folding;
use peak_alloc::PeakAlloc;
use vigie_contract::time::Span;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// How long events come.
const SECONDS: usize = 7_200;

/// Agencies and events a second of the least of the states.
const AGENCIES: u64 = 500;
const RATE: u64 = 100;

fn main() {
    println!("memory of a live state:");
    let least = held(AGENCIES, RATE);
    let more_events = held(AGENCIES, 2 * RATE);
    let more_agencies = held(2 * AGENCIES, RATE);
    let events = (RATE as usize * SECONDS) as f64;
    println!(
        "  {:>6.0} bytes an event of the open day, {:.0} while half of them are in the windows",
        (more_events.later - least.later) / events,
        (more_events.full - least.full) / events,
    );
    println!(
        "  {:>6.1} KB an active agency of {} queues",
        (more_agencies.full - least.full) / AGENCIES as f64 / 1e3,
        corpus::QUEUES
    );
}

/// Bytes of a state.
struct Held {
    /// At the last event.
    full: f64,
    /// Two hours later: no window but today has anything in it, and no leg waits.
    later: f64,
}

fn held(agencies: u64, rate: u64) -> Held {
    let events = rate as usize * SECONDS;
    let corpus = corpus::made(agencies, events, rate);
    let before = ALLOCATOR.current_usage();
    let mut folding = Folding::live();
    folding.take(corpus.first(events));
    let full = (ALLOCATOR.current_usage() - before) as f64;
    folding.pass(Span::from_seconds(7_300));
    let later = (ALLOCATOR.current_usage() - before) as f64;
    println!(
        "  {agencies:>6} agencies, {events:>8} events: {:>6.1} MB, two hours later {:>6.1} MB",
        full / 1e6,
        later / 1e6
    );
    Held { full, later }
}
