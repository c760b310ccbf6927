//! From lines to events: the floor, and the reader.

use hashbrown::HashMap;
use serde::Deserialize;
use vigie_contract::read::{Reading, structured};
use vigie_contract::time::Time;

/// The least that can be made of an event: what it is, and when.
#[derive(Deserialize)]
struct Least<'a> {
    r#type: &'a str,
    time: &'a str,
}

/// The floor: the same bytes, read by serde_json into the smallest struct, and
/// counted by second and type. Nothing is checked, matched or remembered.
pub fn floor<'l>(lines: impl Iterator<Item = &'l [u8]>) -> usize {
    let mut panes: HashMap<(i64, &str), u64> = HashMap::new();
    for line in lines {
        let Ok(Least { r#type, time }) = serde_json::from_slice(line) else {
            continue;
        };
        if let Ok(time) = time.parse::<Time>() {
            *panes.entry((time.second(), r#type)).or_default() += 1;
        }
    }
    panes.len()
}

/// Reads and checks every event, and forgets it.
pub fn read<'l>(lines: impl Iterator<Item = &'l [u8]>) -> i64 {
    lines
        .filter_map(|line| match structured(std::hint::black_box(line)) {
            Ok(Reading::Event(event)) => Some(std::hint::black_box(&event).time.0),
            _ => None,
        })
        .fold(0, |sum, time| sum ^ time)
}
