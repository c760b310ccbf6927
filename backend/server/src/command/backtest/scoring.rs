//! Lines into the fold, and what it tells of them to be scored.

use vigie_backtest::backtest::{Backtest, FoldedEvent};
use vigie_backtest::scorebook::Scorebook;
use vigie_contract::time::Span;

use crate::command::feed::FedFold;
use crate::command::feed::taken::{Released, TakenIn};
use crate::events::lines::LinePlace;
use crate::events::merge::ReadLine;
use crate::events::writer::Writer;

/// Past the end of the input, so that what is left is settled.
const PAST_THE_END: Span = Span::from_seconds(60);

/// A fold that is fed with lines, and the backtest that goes by it.
pub struct Scoring {
    feed: FedFold,
    backtest: Backtest,
    /// Where the estimates are written, if they are.
    out: Option<Writer>,
}

impl Scoring {
    /// Nothing read yet; every estimate that the fold records is written to `out`.
    pub fn new(feed: FedFold, mut backtest: Backtest, out: Option<Writer>) -> Self {
        if out.is_some() {
            backtest.record_lines();
        }
        Self {
            feed,
            backtest,
            out,
        }
    }

    /// Takes a line.
    pub fn take(&mut self, place: LinePlace<'_>, line: ReadLine<'_>) -> anyhow::Result<()> {
        let taken = self.feed.take(place, line);
        let mut is_any = self.take_released();
        if let Some(taken) = &taken {
            self.score(taken);
            is_any = true;
        }
        if is_any && let Some(time) = self.feed.let_time_pass() {
            let given = self.feed.take_given();
            self.backtest.let_time_pass(time, given);
        }
        self.write_estimates()
    }

    /// Settles what is left, tells what was read, and answers the sums.
    pub fn finish(mut self) -> anyhow::Result<Scorebook> {
        self.feed.end();
        self.take_released();
        let newest = self.feed.fold.newest().unwrap_or_default();
        let to = newest + PAST_THE_END;
        self.feed.advance(to);
        let mut given = self.feed.take_given();
        given.extend(self.feed.fold.settle_estimates());
        self.backtest.finish(newest, given);
        self.write_estimates()?;
        if let Some(out) = self.out.take() {
            out.finish()?;
        }
        self.feed.tell();
        let (scorebook, unmatched) = self.backtest.into_scores();
        for line in unmatched.lines() {
            self.feed.say(&line);
        }
        Ok(scorebook)
    }

    /// Takes the events that the fold had held; answers whether there were any.
    fn take_released(&mut self) -> bool {
        let released = self.feed.take_released();
        for taken in released.iter().filter_map(Released::taken) {
            self.score(&taken);
        }
        !released.is_empty()
    }

    fn score(&mut self, taken: &TakenIn<'_>) {
        self.backtest.take(&FoldedEvent {
            event: &taken.event,
            partition: taken.partition,
            newest: taken.newest,
            late: taken.late,
        });
    }

    fn write_estimates(&mut self) -> anyhow::Result<()> {
        if let Some(out) = &mut self.out {
            for line in self.backtest.take_lines() {
                out.line(&serde_json::to_vec(&line)?)?;
            }
        }
        Ok(())
    }
}
