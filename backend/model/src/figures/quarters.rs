//! Today by quarter-hour.

use std::collections::BTreeMap;

use vigie_contract::time::Time;
use vigie_contract::view::{Cohort, Quarter};

use super::indicators::{self, Context};
use crate::books::{Books, By};
use crate::sums::QUARTER_SECONDS;
use crate::tally::Tally;

/// The sums of a scope's quarter-hours, by origin and by handler, by their number
/// since 1970.
#[derive(Debug, Default)]
pub(crate) struct QuarterSums(BTreeMap<i64, (Tally, Tally)>);

impl QuarterSums {
    /// Adds what a cell counted in a quarter-hour.
    pub(crate) fn add(&mut self, quarter: i64, of_cell: &Books<Tally>) {
        let (by_origin, by_handler) = self.0.entry(quarter).or_default();
        of_cell.add_to(By::Origin, by_origin);
        of_cell.add_to(By::Handler, by_handler);
    }
}

/// The quarter-hours in which something happened, oldest first.
pub(crate) fn quarters(sums: QuarterSums, short_abandons_count: bool) -> Vec<Quarter> {
    let context = Context {
        short_abandons_count,
        is_wide_today: false,
        presence: None,
    };
    let nothing = indicators::window(&Tally::default(), context);
    let quarters = sums
        .0
        .into_iter()
        .map(|(quarter, (by_origin, by_handler))| Quarter {
            start: Time::from_seconds(quarter * QUARTER_SECONDS),
            window: indicators::window(&by_origin, context),
            handled: indicators::window(&by_handler, context),
            cohort: indicators::cohort(&by_handler),
        });
    let quarters = quarters.filter(|quarter| {
        quarter.window != nothing
            || quarter.handled != nothing
            || quarter.cohort != Cohort::default()
    });
    quarters.collect()
}
