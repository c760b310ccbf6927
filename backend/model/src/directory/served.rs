//! Who takes calls in a scope, and on which lines: whose hours say whether it is open.

use vigie_contract::scope::{Scope, UNASSIGNED};

use super::lookup::{Agency, Directory};

/// A place that keeps hours: an agency, and a line; `None` where none is named.
pub(crate) type Served<'d> = (Option<&'d str>, Option<&'d str>);

/// The code of an agency that no directory lists, since no code is empty.
const UNLISTED: &str = "";

impl Directory {
    /// The places of a scope: its agencies on the lines that they serve. Of what the
    /// directory does not list, those of whoever it does not list.
    pub(crate) fn served_in<'d>(&'d self, scope: &'d Scope) -> Vec<Served<'d>> {
        let all = || self.agencies.iter().map(|(code, agency)| (&**code, agency));
        let one = |code: &str| self.agencies.get_key_value(code);
        let one = |code| one(code).map(|(code, agency)| (&**code, agency));
        let is_in =
            |agency: &Agency, code: &str| agency.region.as_deref().unwrap_or(UNASSIGNED) == code;
        let (agencies, only): (Vec<(&str, &Agency)>, Option<&str>) = match scope {
            Scope::All => (all().collect(), None),
            Scope::Network(n) => {
                let own = all().filter(|(_, agency)| agency.network == *n);
                (own.collect(), None)
            }
            Scope::Region(n, r) => {
                let own = all().filter(|(_, agency)| agency.network == *n && is_in(agency, r));
                (own.collect(), None)
            }
            Scope::Agency(_, _, a) => (one(a).into_iter().collect(), None),
            Scope::Queue(_, _, a, q) => (one(a).into_iter().collect(), self.line_of_queue(a, q)),
            Scope::Line(l) => (all().collect(), Some(l)),
            Scope::LineRegion(l, r) => {
                let own = all().filter(|(_, agency)| is_in(agency, r));
                (own.collect(), Some(l))
            }
        };
        let own = agencies.into_iter();
        let served: Vec<Served<'d>> = own
            .flat_map(|agency| self.served_by(agency, only, scope))
            .collect();
        match served.is_empty() {
            true => self.served_by_others(scope),
            false => served,
        }
    }

    /// An agency on one line, if it serves that; else on each that it serves, or
    /// whatever the line where none is known.
    fn served_by<'d>(
        &'d self,
        (code, agency): (&'d str, &'d Agency),
        only: Option<&str>,
        scope: &Scope,
    ) -> Vec<Served<'d>> {
        let line_of = |queue: &String| {
            let key = (agency.network.clone(), queue.clone());
            self.queues.get(&key).map(|queue| queue.line.as_str())
        };
        let mut lines: Vec<&str> = agency.queues.iter().filter_map(line_of).collect();
        let is_of_line = matches!(scope, Scope::Line(_) | Scope::LineRegion(..));
        if lines.is_empty() && !is_of_line {
            // It may serve any line of its network.
            let all = self.lines.iter();
            let own = all.filter(|(_, line)| line.network == agency.network);
            lines = own.map(|(number, _)| number.as_str()).collect();
        }
        if is_of_line || only.is_some_and(|only| lines.contains(&only)) {
            lines.retain(|line| Some(*line) == only);
        } else if lines.is_empty() {
            return vec![(Some(code), None)];
        }
        lines.sort_unstable();
        lines.dedup();
        let served = lines.into_iter().map(|line| (Some(code), Some(line)));
        served.collect()
    }

    /// Whoever the directory does not list in a scope: its line, else each line of its
    /// network, else each line.
    fn served_by_others<'d>(&'d self, scope: &'d Scope) -> Vec<Served<'d>> {
        match scope {
            Scope::Line(line) | Scope::LineRegion(line, _) if self.knows_line(line) => {
                return vec![(None, Some(line))];
            }
            Scope::Network(network) => {
                let all = self.lines.iter();
                let own = all.filter(|(_, line)| line.network == *network);
                let own: Vec<Served<'d>> = own.map(|(line, _)| (None, Some(&**line))).collect();
                if !own.is_empty() {
                    return own;
                }
            }
            Scope::All
            | Scope::Region(..)
            | Scope::Agency(..)
            | Scope::Queue(..)
            | Scope::Line(_)
            | Scope::LineRegion(..) => {}
        }
        match self.lines.is_empty() {
            true => vec![(Some(UNLISTED), None)],
            false => {
                let lines = self.lines.keys();
                lines.map(|line| (Some(UNLISTED), Some(&**line))).collect()
            }
        }
    }
}
