//! Several files as one stream of events.
//!
//! By arrival where the events tell theirs (`vigie dump` writes it), else by
//! the time of each file's next event. A line that is no event goes right after
//! the one before it. An event is read once where it goes on in the same file,
//! which is nearly always.

use std::ops::ControlFlow;

use vigie_contract::event::Event;
use vigie_contract::read::{self, Malformed, Reading};
use vigie_contract::time::Time;

use super::lines::{LinePlace, Lines, Unreadable};

/// What a line turned out to be.
pub type ReadLine<'l> = Result<Reading<'l>, Malformed>;

/// Hands every line of the files to `take`, as bytes and as read, until it
/// breaks. Answers the files
/// that could not be read to their end.
pub fn merge(
    mut files: Vec<Lines>,
    mut take: impl FnMut(&[u8], LinePlace<'_>, ReadLine<'_>) -> ControlFlow<()>,
) -> Vec<Unreadable> {
    let mut broken = Vec::new();
    // The turn of the line that each file stands at; `None` at its end.
    let mut turns: Vec<Option<Time>> = files
        .iter_mut()
        .map(|file| {
            go_on(file, &mut broken)
                .then(|| turn_of(&read::structured(file.line())).unwrap_or_default())
        })
        .collect();
    while let Some(first) = least(&turns, None) {
        let others = least(&turns, Some(first)).and_then(|other| Some((turns[other]?, other)));
        let file = &mut files[first];
        let mut turn = turns[first].unwrap_or_default();
        turns[first] = loop {
            let line = read::structured(file.line());
            // Part of a line is no line: it is neither an event nor refused.
            if line.is_err()
                && let Some(cut) = file.cut_short()
            {
                broken.push(cut);
                break None;
            }
            turn = turn_of(&line).unwrap_or(turn);
            if others.is_some_and(|others| (turn, first) > others) {
                break Some(turn);
            }
            if take(file.line(), file.place(), line).is_break() {
                return broken;
            }
            if !go_on(file, &mut broken) {
                break None;
            }
        };
    }
    broken
}

/// The file whose turn is first, `but` that one; of equals the first file.
fn least(turns: &[Option<Time>], but: Option<usize>) -> Option<usize> {
    turns
        .iter()
        .enumerate()
        .filter(|(index, _)| Some(*index) != but)
        .filter_map(|(index, turn)| Some((turn.as_ref()?, index)))
        .min()
        .map(|(_, index)| index)
}

fn go_on(file: &mut Lines, broken: &mut Vec<Unreadable>) -> bool {
    file.advance().unwrap_or_else(|error| {
        broken.push(error);
        false
    })
}

/// When it is a line's turn; `None` where it is no event.
pub(super) fn turn_of(line: &ReadLine<'_>) -> Option<Time> {
    match line {
        Ok(Reading::Event(event)) => Some(turn_of_event(event)),
        Ok(Reading::UnknownType(_)) | Err(_) => None,
    }
}

fn turn_of_event(event: &Event<'_>) -> Time {
    event.arrival.map_or(event.time, |arrival| arrival.arrived)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::Path;

    use super::*;

    fn event(id: &str, second: u32, arrived: Option<u32>) -> String {
        let arrival = arrived.map_or(String::new(), |arrived| {
            format!(
                r#""vigiepartition":1,"vigieoffset":7,"vigiearrived":"2026-01-01T00:00:{arrived:02}Z","#
            )
        });
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/s","type":"call.received","time":"2026-01-01T00:00:{second:02}Z",{arrival}"subject":"c","data":{{"line":"3949"}}}}"#
        )
    }

    fn file(lines: &[String]) -> Lines {
        Lines::new(Path::new("file"), Cursor::new(lines.join("\n"))).unwrap()
    }

    fn order(files: Vec<Lines>) -> String {
        let mut order = Vec::new();
        let broken = merge(files, |_, _, line| {
            order.push(match line {
                Ok(Reading::Event(event)) => event.id.to_string(),
                Ok(Reading::UnknownType(_)) => "unknown".to_owned(),
                Err(_) => "malformed".to_owned(),
            });
            ControlFlow::Continue(())
        });
        assert!(broken.is_empty());
        order.join(" ")
    }

    #[test]
    fn files_are_merged_by_the_time_of_their_next_event() {
        let first = file(&[
            event("a1", 1, None),
            event("a9", 9, None),
            event("a2", 2, None),
        ]);
        let second = file(&[
            event("b1", 1, None),
            event("b3", 3, None),
            event("b9", 9, None),
        ]);
        let third = file(&[]);
        // a2 is out of order in its own file: it stays where it is.
        assert_eq!(order(vec![first, second, third]), "a1 b1 b3 a9 a2 b9");
    }

    #[test]
    fn arrival_goes_before_time() {
        let first = file(&[event("a", 1, Some(8)), event("b", 2, Some(9))]);
        let second = file(&[event("c", 5, Some(3)), event("d", 6, Some(8))]);
        assert_eq!(order(vec![first, second]), "c a d b");
    }

    #[test]
    fn what_is_no_event_follows_the_line_before_it() {
        let future = event("f", 1, None).replace("call.received", "call.teleported");
        let first = file(&[
            "{]".to_owned(),
            event("a", 5, None),
            "[]".to_owned(),
            future,
        ]);
        let second = file(&[event("b", 4, None), event("c", 6, None)]);
        assert_eq!(
            order(vec![first, second]),
            "malformed b a malformed unknown c"
        );
    }

    #[test]
    fn a_file_cut_short_is_read_up_to_there() {
        let cut = event("c", 3, None)[..60].to_owned();
        let first = file(&[event("a", 1, None), cut]);
        let second = file(&[event("b", 2, None), event("d", 4, None)]);
        let mut order = Vec::new();
        let broken = merge(vec![first, second], |_, place, line| {
            order.push((line.is_ok(), place.line));
            ControlFlow::Continue(())
        });
        assert_eq!(order, [(true, 1), (true, 1), (true, 2)]);
        let says: Vec<String> = broken.iter().map(ToString::to_string).collect();
        assert_eq!(
            says,
            ["file: line 2: the file ends in the middle of this line"]
        );
    }

    #[test]
    fn it_stops_when_told() {
        let files = vec![file(&[event("a", 1, None), event("b", 2, None)])];
        let mut taken = 0;
        merge(files, |_, _, _| {
            taken += 1;
            ControlFlow::Break(())
        });
        assert_eq!(taken, 1);
    }
}
