//! The headline figures of a scope, as they are shown.

use vigie_contract::view::{Judgement, NoEstimate, Rate, View, Window};

use crate::figures::{ABSENT, count, duration, fraction, percent};
use crate::words::{Language, Words};

/// A figure of the page's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Waiting,
    LongestWait,
    PickUp15m,
    PickUpToday,
    Estimate,
}

impl Figure {
    /// In the order of the page.
    pub const ALL: [Figure; 5] = [
        Figure::Waiting,
        Figure::LongestWait,
        Figure::PickUp15m,
        Figure::PickUpToday,
        Figure::Estimate,
    ];

    /// As in the page's markup.
    pub const fn code(self) -> &'static str {
        match self {
            Figure::Waiting => "waiting",
            Figure::LongestWait => "longest-wait",
            Figure::PickUp15m => "pick-up-15m",
            Figure::PickUpToday => "pick-up-today",
            Figure::Estimate => "estimate",
        }
    }

    pub const fn label(self, words: &Words) -> &'static str {
        match self {
            Figure::Waiting => words.waiting,
            Figure::LongestWait => words.longest_wait,
            Figure::PickUp15m => words.pick_up_15m,
            Figure::PickUpToday => words.pick_up_today,
            Figure::Estimate => words.estimate,
        }
    }

    /// The figure itself; absent before there is a view.
    pub fn value(self, language: Language, view: Option<&View>) -> String {
        let Some(view) = view else {
            return ABSENT.to_owned();
        };
        match self {
            Figure::Waiting => count(language, view.now.waiting),
            Figure::LongestWait => duration(language, view.now.longest_wait_seconds),
            Figure::PickUp15m | Figure::PickUpToday => percent(language, self.rate(view)),
            Figure::Estimate => duration(language, view.estimate.p50_seconds),
        }
    }

    /// The line below it: what the figure rests on, or why there is none.
    pub fn detail(self, language: Language, view: Option<&View>) -> String {
        let words = language.words();
        let Some(view) = view else {
            return String::new();
        };
        match self {
            Figure::Waiting | Figure::LongestWait if view.now.waiting == 0 => {
                words.nobody_waits.to_owned()
            }
            Figure::Waiting => {
                let requests = view.now.waiting_by_reason.asked;
                match requests == view.now.waiting {
                    true => words.all_requests.to_owned(),
                    false => (words.of_which_requests)(requests, &count(language, requests)),
                }
            }
            Figure::LongestWait => (words.median_and_p90)(
                &duration(language, view.now.wait_p50_seconds),
                &duration(language, view.now.wait_p90_seconds),
            ),
            Figure::PickUp15m | Figure::PickUpToday => match self.rate(view) {
                None => words.no_call_asked.to_owned(),
                Some(rate) => fraction(language, rate),
            },
            Figure::Estimate => match view.estimate.reason {
                Some(reason) => no_estimate(words, reason).to_owned(),
                None => {
                    let p90 = duration(language, view.estimate.p90_seconds);
                    (words.estimate_p90)(&p90)
                }
            },
        }
    }

    /// What is judged of it, if it is judged.
    pub fn judged(self, view: &View) -> Option<Judgement> {
        let judged = view.judged.as_ref()?;
        match self {
            Figure::LongestWait => Some(judged.longest_wait),
            Figure::Estimate => Some(judged.estimated_wait),
            // Judged over an hour, which no tile shows.
            Figure::PickUp15m | Figure::PickUpToday | Figure::Waiting => None,
        }
    }

    /// The window that it is a rate of.
    pub(super) fn window(self, view: &View) -> Option<&Window> {
        let name = match self {
            Figure::PickUp15m => "15m",
            Figure::PickUpToday => "today",
            Figure::Waiting | Figure::LongestWait | Figure::Estimate => return None,
        };
        view.windows.get(name)
    }

    /// The rate that it shows.
    fn rate(self, view: &View) -> Option<Rate> {
        self.window(view)?.rates.pick_up_agent
    }
}

const fn no_estimate(words: &Words, reason: NoEstimate) -> &'static str {
    match reason {
        NoEstimate::TooLittleHistory => words.estimate_too_little_history,
        NoEstimate::NobodyStaffed => words.estimate_nobody_staffed,
        NoEstimate::Closed => words.estimate_closed,
        NoEstimate::SeveralLines => words.estimate_several_lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_for_no_estimate_has_its_own_words() {
        let words = NoEstimate::ALL.map(|reason| no_estimate(Language::French.words(), reason));
        let mut different = words.to_vec();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), words.len());
    }
}
