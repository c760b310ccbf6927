//! From lines to figures.

use std::sync::Arc;
use std::time::Instant;

use vigie_contract::event::Event;
use vigie_contract::read::{Reading, structured};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_contract::view::Severity;
use vigie_model::{Directory, Fold, Input, Settings, Sliding};

use crate::corpus;

/// Offline, time passes at least at this step, as in `vigie fold`.
const STEP: Span = Span::from_seconds(60);

/// The clock of the events stays so far behind the newest.
pub const BEHIND: Span = Span::from_seconds(30);

/// A fold and its place in the stream.
pub struct Folding {
    fold: Fold,
    offset: i64,
    step: Span,
}

fn offline() -> Settings {
    Settings {
        only: Some(vec![Scope::All]),
        ..Settings::offline()
    }
}

impl Folding {
    /// As `vigie fold` runs it: the sums of one scope, when its view is asked
    /// for.
    pub fn offline() -> Self {
        Self::new(offline(), STEP)
    }

    /// The same, and no wait is estimated or learned from.
    pub fn without_estimates() -> Self {
        let settings = Settings {
            estimates: false,
            ..offline()
        };
        Self::new(settings, STEP)
    }

    /// The same as `offline` with one sliding window, of so many minutes.
    pub fn offline_over(minutes: i64) -> Self {
        let settings = Settings {
            windows: vec![Sliding::minutes(minutes)],
            ..offline()
        };
        Self::new(settings, STEP)
    }

    /// As `vigie serve` runs it: sums every second.
    pub fn live() -> Self {
        Self::new(Settings::live(Clock::Event), Span::from_seconds(1))
    }

    /// The same with one sliding window, of so many minutes.
    pub fn live_over(minutes: i64) -> Self {
        let settings = Settings {
            windows: vec![Sliding::minutes(minutes)],
            ..Settings::live(Clock::Event)
        };
        Self::new(settings, Span::from_seconds(1))
    }

    /// The same as `live`, with a directory of so many of the made agencies.
    pub fn live_with_directory(agencies: u64, severity: &str) -> Self {
        let mut file = format!("version = 1\n[defaults]\n{severity}");
        file += "[[network]]\ncode = \"ft\"\nname = \"ft\"\n";
        file += "[[region]]\ncode = \"NAQ\"\nname = \"NAQ\"\n";
        for agency in 0..agencies {
            let code = corpus::code_of(agency);
            file += &format!(
                "[[agency]]\ncode = \"{code}\"\nname = \"{code}\"\nnetwork = \"ft\"\nregion = \"NAQ\"\nqueues = []\n"
            );
        }
        let directory = Directory::parse(&file).expect("a directory");
        let settings = Settings::live(Clock::Event);
        Self {
            fold: Fold::new(Arc::new(directory), settings),
            offset: 0,
            step: Span::from_seconds(1),
        }
    }

    fn new(settings: Settings, step: Span) -> Self {
        Self {
            fold: Fold::new(Arc::new(Directory::empty()), settings),
            offset: 0,
            step,
        }
    }

    /// Reads and folds lines.
    pub fn take<'l>(&mut self, lines: impl Iterator<Item = &'l [u8]>) {
        for line in lines {
            match structured(line) {
                Ok(Reading::Event(event)) => self.take_event(&event),
                other => panic!("not an event: {other:?}"),
            }
        }
    }

    /// Reads and folds lines, and no time passes.
    pub fn take_without_time<'l>(&mut self, lines: impl Iterator<Item = &'l [u8]>) {
        for line in lines {
            if let Ok(Reading::Event(event)) = structured(line) {
                self.fold_event(&event);
            }
        }
    }

    fn fold_event(&mut self, event: &Event<'_>) {
        self.fold.apply(Input::Event {
            partition: 0,
            offset: self.offset,
            arrived: None,
            event,
        });
        self.offset += 1;
    }

    /// Folds an event, and lets time pass behind it.
    fn take_event(&mut self, event: &Event<'_>) {
        self.fold_event(event);
        let time = event.time - BEHIND;
        if self.as_of().is_none_or(|as_of| time - as_of >= self.step) {
            self.advance(time);
        }
    }

    /// Saves the state; answers its bytes. `longest`: the seconds of the longest step.
    pub fn save(&self, longest: &mut f64) -> usize {
        let mut saving = self.fold.begin_saving(0).expect("a partition");
        let mut is_whole = false;
        while !is_whole {
            let started = Instant::now();
            is_whole = self.fold.save_on(&mut saving).expect("a partition");
            *longest = longest.max(started.elapsed().as_secs_f64());
        }
        saving.into_bytes().len()
    }

    /// Seconds for time to pass a midnight, at which today's sums are made anew.
    pub fn midnight(&mut self) -> f64 {
        let newest = self.fold.newest().expect("there are events").second();
        let midnight = (newest.div_euclid(86_400) + 1) * 86_400;
        // Paris is an hour or two ahead; the day before has passed then, too.
        self.advance(Time::from_seconds(midnight - 2 * 3_600 - 1));
        let mut longest = 0.0_f64;
        for second in 0..2 * 3_600 + 2 {
            let at = Time::from_seconds(midnight - 2 * 3_600 + second);
            let started = Instant::now();
            self.advance(at);
            longest = longest.max(started.elapsed().as_secs_f64());
        }
        longest
    }

    /// Seconds to fold the event that closes the day of those before.
    pub fn close_day(&mut self) -> f64 {
        let newest = self.fold.newest().expect("there are events").second();
        let at = Time::from_seconds((newest.div_euclid(86_400) + 2) * 86_400);
        let line = format!(
            r#"{{"specversion":"1.0","id":"close","source":"/pbx","type":"survey.answered","time":"{at}","subject":"close","data":{{"agency":"A","queue":"q","score":3}}}}"#
        );
        let started = Instant::now();
        self.take_without_time(std::iter::once(line.as_bytes()));
        started.elapsed().as_secs_f64()
    }

    /// The instant of the figures.
    pub fn as_of(&self) -> Option<Time> {
        self.fold.as_of()
    }

    /// Figures as of an instant.
    pub fn advance(&mut self, to: Time) {
        self.fold.apply(Input::Advance { to });
    }

    /// The agencies of the region that are not ok.
    pub fn bad_agencies(&self) -> usize {
        let region = Scope::Region("ft".to_owned(), "NAQ".to_owned());
        let agencies = self.fold.children(&region).unwrap_or_default();
        let is_bad =
            |severity: Option<Severity>| severity.is_some_and(|known| known > Severity::Ok);
        agencies.iter().filter(|card| is_bad(card.severity)).count()
    }

    /// What a service tells Prometheus of agencies each second.
    pub fn tell_agencies(&mut self) -> usize {
        let is_agency = |scope: &Scope| matches!(scope, Scope::Agency(..));
        self.fold.take_measures(is_agency).len()
    }

    /// Lets time pass until `span` after the newest event.
    pub fn pass(&mut self, span: Span) {
        if let Some(newest) = self.fold.newest() {
            self.advance(newest + span);
        }
    }

    /// The figures of all.
    pub fn view(&mut self) -> usize {
        self.fold.settle();
        self.fold
            .view(&Scope::All)
            .map_or(0, |view| view.windows.len())
    }
}
