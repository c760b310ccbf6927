//! Several files as one stream of events in the order of time, whatever their
//! order is.
//!
//! What fits into memory is sorted there; of what is larger, one run after
//! another is sorted and put aside in a temporary file, and the runs are merged.
//! So memory is that of one run, and the disk holds the text of the files once.
//! Each line is read twice: to be sorted, and to be taken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use vigie_contract::read;
use vigie_contract::time::Time;

use super::lines::{LinePlace, Lines, Unreadable};
use super::merge::{ReadLine, merge, turn_of};

/// Lines are sorted in runs of so many bytes.
const RUN: usize = 128 * 1024 * 1024;

/// What is kept of a line beside its text is reckoned as so many bytes.
const BESIDE: usize = size_of::<LineOfRun>();

/// Hands every line of the files to `take` until it breaks, in the order of
/// their times, by arrival where events tell theirs; those of one time in the
/// order of [`merge`], and a line that is no event right after the one that it
/// followed. Answers the files that could not be read to their end; fails where
/// the disk does.
pub fn sort(
    files: Vec<Lines>,
    take: impl FnMut(&[u8], LinePlace<'_>, ReadLine<'_>) -> ControlFlow<()>,
) -> io::Result<Vec<Unreadable>> {
    sort_in_runs(files, RUN, take)
}

fn sort_in_runs(
    files: Vec<Lines>,
    bytes_a_run: usize,
    mut take: impl FnMut(&[u8], LinePlace<'_>, ReadLine<'_>) -> ControlFlow<()>,
) -> io::Result<Vec<Unreadable>> {
    let mut sorter = Sorter::default();
    let mut failed = Ok(());
    let broken = merge(files, |text, place, line| {
        failed = sorter.add(text, place, &line, bytes_a_run);
        if failed.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    failed?;
    sorter.hand_out(&mut take)?;
    Ok(broken)
}

/// A line of a run.
#[derive(Clone, Copy)]
struct LineOfRun {
    turn: Time,
    /// Which of the paths.
    path: u32,
    line: u64,
    /// Where its text lies in the run's.
    start: usize,
    end: usize,
}

#[derive(Default)]
struct Sorter {
    paths: Vec<PathBuf>,
    /// Turn of the line before.
    turn: Time,
    entries: Vec<LineOfRun>,
    text: Vec<u8>,
    runs: Vec<File>,
}

impl Sorter {
    fn add(
        &mut self,
        text: &[u8],
        place: LinePlace<'_>,
        line: &ReadLine<'_>,
        bytes_a_run: usize,
    ) -> io::Result<()> {
        let held = self.text.len() + self.entries.len() * BESIDE;
        if held > 0 && held + text.len() + BESIDE > bytes_a_run {
            self.put_aside()?;
        }
        self.turn = turn_of(line).unwrap_or(self.turn);
        let path = self.number(place.path);
        let start = self.text.len();
        self.text.extend_from_slice(text);
        self.entries.push(LineOfRun {
            turn: self.turn,
            path,
            line: place.line,
            start,
            end: self.text.len(),
        });
        Ok(())
    }

    fn number(&mut self, path: &Path) -> u32 {
        let known = self.paths.iter().rposition(|known| known == path);
        let number = known.unwrap_or_else(|| {
            self.paths.push(path.to_owned());
            self.paths.len() - 1
        });
        number as u32
    }

    /// Writes the run in hand into a file that has no name.
    fn put_aside(&mut self) -> io::Result<()> {
        self.entries.sort_by_key(|entry| entry.turn);
        let mut out = BufWriter::new(tempfile::tempfile()?);
        for entry in &self.entries {
            let text = &self.text[entry.start..entry.end];
            out.write_all(&entry.turn.0.to_le_bytes())?;
            out.write_all(&entry.path.to_le_bytes())?;
            out.write_all(&entry.line.to_le_bytes())?;
            out.write_all(&(text.len() as u64).to_le_bytes())?;
            out.write_all(text)?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        self.entries.clear();
        self.text.clear();
        Ok(())
    }

    fn hand_out(
        mut self,
        take: &mut impl FnMut(&[u8], LinePlace<'_>, ReadLine<'_>) -> ControlFlow<()>,
    ) -> io::Result<()> {
        if self.runs.is_empty() {
            self.entries.sort_by_key(|entry| entry.turn);
            for entry in &self.entries {
                let text = &self.text[entry.start..entry.end];
                if hand(text, &self.paths, entry.path, entry.line, take).is_break() {
                    break;
                }
            }
            return Ok(());
        }
        self.put_aside()?;
        drop(std::mem::take(&mut self.text));
        self.merge_runs(take)
    }

    /// Merges the runs by turn. Of equal turns that of the earlier run goes first,
    /// since it was read first.
    fn merge_runs(
        self,
        take: &mut impl FnMut(&[u8], LinePlace<'_>, ReadLine<'_>) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let mut runs: Vec<Run> = self.runs.into_iter().map(Run::new).collect();
        let mut turns = BinaryHeap::new();
        for (index, run) in runs.iter_mut().enumerate() {
            turns.extend(run.advance()?.map(|turn| Reverse((turn, index))));
        }
        while let Some(Reverse((_, index))) = turns.pop() {
            let run = &mut runs[index];
            if hand(&run.text, &self.paths, run.path, run.line, take).is_break() {
                break;
            }
            turns.extend(run.advance()?.map(|turn| Reverse((turn, index))));
        }
        Ok(())
    }
}

fn hand(
    text: &[u8],
    paths: &[PathBuf],
    path: u32,
    line: u64,
    take: &mut impl FnMut(&[u8], LinePlace<'_>, ReadLine<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let path = &paths[path as usize];
    take(text, LinePlace { path, line }, read::structured(text))
}

/// A run that was put aside, and the line of it whose turn is next.
struct Run {
    input: BufReader<File>,
    text: Vec<u8>,
    path: u32,
    line: u64,
}

impl Run {
    fn new(file: File) -> Self {
        Self {
            input: BufReader::new(file),
            text: Vec::new(),
            path: 0,
            line: 0,
        }
    }

    /// Goes to the next line; answers its turn, `None` at the end.
    fn advance(&mut self) -> io::Result<Option<Time>> {
        let mut turn = [0; 8];
        match self.input.read_exact(&mut turn) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut path = [0; 4];
        self.input.read_exact(&mut path)?;
        let mut numbers = [[0; 8]; 2];
        for number in &mut numbers {
            self.input.read_exact(number)?;
        }
        let [line, length] = numbers.map(u64::from_le_bytes);
        self.path = u32::from_le_bytes(path);
        self.line = line;
        self.text.resize(length as usize, 0);
        self.input.read_exact(&mut self.text)?;
        Ok(Some(Time(i64::from_le_bytes(turn))))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn event(id: usize, second: usize) -> String {
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/s","type":"call.received","time":"2026-01-01T00:00:{second:02}Z","subject":"c","data":{{"line":"3949"}}}}"#
        )
    }

    /// The lines of two files, as `file:line text`, in the order handed out.
    fn sorted(texts: [&str; 2], bytes_a_run: usize) -> Vec<String> {
        let files = ["one", "two"]
            .into_iter()
            .zip(texts)
            .map(|(name, text)| Lines::new(Path::new(name), Cursor::new(text.to_owned())).unwrap());
        let mut order = Vec::new();
        let broken = sort_in_runs(files.collect(), bytes_a_run, |text, place, _| {
            let text = String::from_utf8_lossy(text.trim_ascii()).into_owned();
            order.push(format!("{}:{} {text}", place.path.display(), place.line));
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(broken.is_empty());
        order
    }

    #[test]
    fn in_memory_and_in_runs_the_order_is_that_of_time_and_stable() {
        // Each second many times, far apart, and here and there what is no event.
        let lines = |seed: usize| -> Vec<String> {
            let line = |id: usize| match id % 11 {
                7 => format!("garbage {seed} {id}"),
                _ => event(seed * 1_000 + id, id * 37 % 60),
            };
            (0..200).map(line).collect()
        };
        let texts = [lines(1).join("\n"), lines(2).join("\r\n")];
        let texts = [texts[0].as_str(), texts[1].as_str()];
        let whole = sorted(texts, usize::MAX);
        assert_eq!(whole.len(), 400);
        for bytes_a_run in [1, 1_000, 10_000, 40_000] {
            assert_eq!(sorted(texts, bytes_a_run), whole, "{bytes_a_run}");
        }
        let second = |line: &String| {
            let (_, time) = line.split_once("T00:00:")?;
            time[..2].parse::<u32>().ok()
        };
        let seconds: Vec<u32> = whole.iter().filter_map(second).collect();
        assert!(seconds.is_sorted() && seconds.len() > 300);
        // What is no event follows the line that it followed.
        let read = texts[0].lines().collect::<Vec<_>>();
        for (number, text) in read
            .iter()
            .enumerate()
            .filter(|(_, text)| text.starts_with('g'))
        {
            let place = |text: &str| whole.iter().position(|line| line.ends_with(text)).unwrap();
            let before = second(&whole[place(read[number - 1])]);
            let known = whole[..place(text)].iter().rev().find_map(second);
            assert_eq!(known, before, "{text}");
        }
    }

    #[test]
    fn it_stops_when_told() {
        for bytes_a_run in [1, usize::MAX] {
            let text = [event(1, 2), event(2, 1)].join("\n");
            let file = Lines::new(Path::new("file"), Cursor::new(text)).unwrap();
            let mut taken = 0;
            let take = |_: &[u8], _: LinePlace<'_>, _: ReadLine<'_>| {
                taken += 1;
                ControlFlow::Break(())
            };
            sort_in_runs(vec![file], bytes_a_run, take).unwrap();
            assert_eq!(taken, 1);
        }
    }
}
