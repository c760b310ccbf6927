//! What is one click behind a figure.

use vigie_contract::frame::Rules;
use vigie_contract::indicator::{PICK_UP_AGENT, PICK_UP_PRESENTED, PICK_UP_QUEUE};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{View, Window};

use super::figure::Figure;
use super::record::{record, with_counts};
use super::terms;
use crate::figures::{count, duration, fraction, percent};
use crate::words::Language;

/// What is one click behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub definition: &'static str,
    pub formula: Option<Formula>,
    pub window: Option<String>,
    pub counts: Vec<(String, String)>,
    /// The same rate as others read it.
    pub others: Vec<(String, String)>,
}

/// A formula in words and, where there is a figure, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    pub words: String,
    pub numbers: Option<String>,
}

/// How instants are written where the page is read.
pub type Moment<'a> = &'a dyn Fn(Time) -> String;

impl Figure {
    /// What is behind it.
    pub fn explanation(
        self,
        language: Language,
        view: &View,
        rules: Rules,
        moment: Moment,
    ) -> Explanation {
        let words = language.words();
        let as_of = moment(view.as_of);
        let now = Some((words.window_now)(&as_of));
        match self {
            Figure::Waiting => Explanation {
                definition: words.waiting_long,
                formula: formula(words.formula_waiting),
                window: now,
                counts: reasons(language, view),
                others: Vec::new(),
            },
            Figure::LongestWait => Explanation {
                definition: words.longest_wait_long,
                formula: formula(words.formula_longest),
                window: now,
                counts: durations(
                    language,
                    &[
                        (words.wait_median, view.now.wait_p50_seconds),
                        (words.wait_p90, view.now.wait_p90_seconds),
                    ],
                ),
                others: Vec::new(),
            },
            Figure::PickUp15m => {
                let from = moment(view.as_of - Span::from_seconds(15 * 60));
                self.pick_up(language, view, rules, (words.window_15m)(&from, &as_of))
            }
            Figure::PickUpToday => {
                self.pick_up(language, view, rules, (words.window_today)(&as_of))
            }
            Figure::Estimate => Explanation {
                definition: words.estimate_long,
                formula: None,
                window: now,
                counts: durations(
                    language,
                    &[
                        (words.estimate_median, view.estimate.p50_seconds),
                        (words.wait_p90, view.estimate.p90_seconds),
                        (words.wait_mean, view.estimate.mean_seconds),
                    ],
                ),
                others: record(language, view),
            },
        }
    }

    fn pick_up(self, language: Language, view: &View, rules: Rules, window: String) -> Explanation {
        let words = language.words();
        let nothing = Window::default();
        let Window { counts, rates, .. } = self.window(view).unwrap_or(&nothing);
        let numbers = rates.pick_up_agent.and_then(|rate| {
            let terms = terms::in_numbers(language, &PICK_UP_AGENT, rules, counts)?;
            let (of, percent) = (fraction(language, rate), percent(language, Some(rate)));
            Some(format!("{terms} = {of} = {percent}"))
        });
        let others = [
            (
                &PICK_UP_PRESENTED,
                words.of_family_network,
                rates.pick_up_presented,
            ),
            (&PICK_UP_QUEUE, words.of_platforms, rates.pick_up_queue),
        ];
        Explanation {
            definition: words.pick_up_long,
            formula: terms::in_words(words, &PICK_UP_AGENT, rules)
                .map(|words| Formula { words, numbers }),
            window: Some(window),
            counts: terms::one_by_one(language, &PICK_UP_AGENT, rules, counts),
            others: others
                .into_iter()
                .filter_map(|(indicator, whose, rate)| {
                    let label = terms::as_label(words, indicator, rules)?;
                    Some((format!("{label} ({whose})"), with_counts(language, rate)))
                })
                .collect(),
        }
    }
}

fn formula(words: &'static str) -> Option<Formula> {
    Some(Formula {
        words: words.to_owned(),
        numbers: None,
    })
}

fn durations(language: Language, times: &[(&str, Option<f64>)]) -> Vec<(String, String)> {
    let line = |&(label, seconds): &(&str, _)| (label.to_owned(), duration(language, seconds));
    times.iter().map(line).collect()
}

fn reasons(language: Language, view: &View) -> Vec<(String, String)> {
    let words = language.words();
    let reasons = view.now.waiting_by_reason;
    [
        (words.reason_asked, reasons.asked),
        (words.reason_overflow, reasons.overflow),
        (words.reason_transfer, reasons.transfer),
        (words.reason_callback, reasons.callback),
    ]
    .map(|(label, value)| (label.to_owned(), count(language, value)))
    .to_vec()
}
