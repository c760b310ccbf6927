//! The headline figures of a scope, and what each was computed from.
//!
//! Nothing is computed here but the text: the figures, their counts and their
//! windows are the server's, and the formula is that of `indicators.md`.

use vigie_contract::frame::Rules;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Counts, NoEstimate, Rate, View, Window};

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

/// What is one click behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub definition: &'static str,
    pub formula: Option<Formula>,
    pub window: Option<String>,
    pub counts: Vec<(&'static str, String)>,
    /// The same rate as others read it.
    pub others: Vec<(&'static str, String)>,
}

/// A formula in words and, where there is a figure, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    pub words: &'static str,
    pub numbers: Option<String>,
}

/// How instants are written where the page is read.
pub type Moment<'a> = &'a dyn Fn(Time) -> String;

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
                formula: formula(words.formula_waiting, None),
                window: now,
                counts: reasons(language, view),
                others: Vec::new(),
            },
            Figure::LongestWait => Explanation {
                definition: words.longest_wait_long,
                formula: formula(words.formula_longest, None),
                window: now,
                counts: vec![
                    (
                        words.wait_median,
                        duration(language, view.now.wait_p50_seconds),
                    ),
                    (
                        words.wait_p90,
                        duration(language, view.now.wait_p90_seconds),
                    ),
                ],
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
                counts: vec![
                    (
                        words.estimate_median,
                        duration(language, view.estimate.p50_seconds),
                    ),
                    (
                        words.wait_p90,
                        duration(language, view.estimate.p90_seconds),
                    ),
                    (
                        words.wait_mean,
                        duration(language, view.estimate.mean_seconds),
                    ),
                ],
                others: [
                    (
                        words.record_held_60m,
                        words.record_error_60m,
                        words.record_bias_60m,
                        view.estimate.record_60m,
                    ),
                    (
                        words.record_held_today,
                        words.record_error_today,
                        words.record_bias_today,
                        view.estimate.record_today,
                    ),
                ]
                .into_iter()
                .flat_map(|(held, error, bias, record)| {
                    [
                        (held, with_counts(language, record.held)),
                        (error, duration(language, record.error_p50_seconds)),
                        (bias, direction(language, record.bias_seconds)),
                    ]
                })
                .collect(),
            },
        }
    }

    fn pick_up(self, language: Language, view: &View, rules: Rules, window: String) -> Explanation {
        let words = language.words();
        let nothing = Window::default();
        let Window { counts, rates, .. } = self.window(view).unwrap_or(&nothing);
        let numbers = rates
            .pick_up_agent
            .map(|rate| pick_up_numbers(language, counts, rules, rate));
        let words_of_formula = match rules.short_abandons_count {
            true => words.formula_pick_up,
            false => words.formula_pick_up_forgiving,
        };
        let forgiven = (words.count_short_abandoned, counts.short_abandoned);
        Explanation {
            definition: words.pick_up_long,
            formula: formula(words_of_formula, numbers),
            window: Some(window),
            counts: [
                (words.count_answered, counts.answered),
                (words.count_promises_kept, counts.promises_kept),
                (words.count_asked, counts.asked),
                (words.count_callbacks_accepted, counts.callbacks_accepted),
                (words.count_promises_broken, counts.promises_broken),
            ]
            .into_iter()
            .chain((!rules.short_abandons_count).then_some(forgiven))
            .map(|(label, value)| (label, count(language, value)))
            .collect(),
            others: vec![
                (
                    words.pick_up_presented,
                    with_counts(language, rates.pick_up_presented),
                ),
                (
                    words.pick_up_queue,
                    with_counts(language, rates.pick_up_queue),
                ),
            ],
        }
    }

    fn window(self, view: &View) -> Option<&Window> {
        let name = match self {
            Figure::PickUp15m => "15m",
            Figure::PickUpToday => "today",
            Figure::Waiting | Figure::LongestWait | Figure::Estimate => return None,
        };
        view.windows.get(name)
    }

    fn rate(self, view: &View) -> Option<Rate> {
        self.window(view)?.rates.pick_up_agent
    }
}

/// A rate with its counts.
fn with_counts(language: Language, rate: Option<Rate>) -> String {
    rate.map_or(ABSENT.to_owned(), |known| {
        format!(
            "{} ({})",
            percent(language, rate),
            fraction(language, known)
        )
    })
}

/// By how much estimates were too long, or too short; to the second, as other
/// lengths of time.
fn direction(language: Language, bias_seconds: Option<f64>) -> String {
    let words = language.words();
    let Some(bias) = bias_seconds else {
        return ABSENT.to_owned();
    };
    let size = bias.abs().round();
    let written = duration(language, Some(size));
    if size == 0.0 {
        words.foreseen_right.to_owned()
    } else if bias > 0.0 {
        (words.foreseen_too_long)(&written)
    } else {
        (words.foreseen_too_short)(&written)
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

fn formula(words: &'static str, numbers: Option<String>) -> Option<Formula> {
    Some(Formula { words, numbers })
}

fn reasons(language: Language, view: &View) -> Vec<(&'static str, String)> {
    let words = language.words();
    let reasons = view.now.waiting_by_reason;
    [
        (words.reason_asked, reasons.asked),
        (words.reason_overflow, reasons.overflow),
        (words.reason_transfer, reasons.transfer),
        (words.reason_callback, reasons.callback),
    ]
    .map(|(label, value)| (label, count(language, value)))
    .to_vec()
}

/// The formula of the `agent` pick-up rate with its counts put in.
fn pick_up_numbers(language: Language, counts: &Counts, rules: Rules, rate: Rate) -> String {
    let n = |value| count(language, value);
    let forgiven = match rules.short_abandons_count {
        true => String::new(),
        false => format!(" − {}", n(counts.short_abandoned)),
    };
    format!(
        "({} + {}) ÷ ({} − {} + {} + {}{forgiven}) = {} = {}",
        n(counts.answered),
        n(counts.promises_kept),
        n(counts.asked),
        n(counts.callbacks_accepted),
        n(counts.promises_kept),
        n(counts.promises_broken),
        fraction(language, rate),
        percent(language, Some(rate)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::tests::empty_view;
    use vigie_contract::view::{Estimate, Rates, Record};

    const STRICT: Rules = Rules {
        short_abandons_count: true,
    };

    fn view() -> View {
        let mut view = empty_view("ft");
        view.as_of = Time::from_seconds(3_600);
        let window = Window {
            counts: Counts::from_counted(|count| match count.name() {
                "answered" => 10,
                "abandoned" => 2,
                "callbacks_accepted" => 3,
                "promises_kept" => 1,
                "promises_broken" => 4,
                _ => 0,
            }),
            rates: Rates {
                pick_up_agent: Rate::of(11, 17),
                pick_up_presented: Rate::of(10, 15),
                ..Rates::default()
            },
            ..Window::default()
        };
        view.windows.insert("15m".to_owned(), window);
        view.windows.insert("today".to_owned(), Window::default());
        view
    }

    fn plain(text: &str) -> String {
        text.replace('\u{202f}', " ")
    }

    fn seconds(at: Time) -> String {
        at.second().to_string()
    }

    #[test]
    fn absent_before_the_first_view_and_where_nothing_was_counted() {
        for figure in Figure::ALL {
            assert_eq!(figure.value(Language::French, None), "–", "{figure:?}");
            assert_eq!(figure.detail(Language::French, None), "");
        }
        let view = view();
        let absent = [Figure::LongestWait, Figure::PickUpToday, Figure::Estimate];
        for figure in absent {
            assert_eq!(figure.value(Language::French, Some(&view)), "–");
            assert_ne!(figure.detail(Language::French, Some(&view)), "");
        }
        assert_eq!(Figure::Waiting.value(Language::French, Some(&view)), "0");
    }

    #[test]
    fn a_rate_shows_its_formula_with_its_counts_and_its_window() {
        let explanation =
            Figure::PickUp15m.explanation(Language::French, &view(), STRICT, &seconds);
        let numbers = explanation.formula.unwrap().numbers.unwrap();
        assert_eq!(
            plain(&numbers),
            "(10 + 1) ÷ (15 − 3 + 1 + 4) = 11 / 17 = 64,7 %"
        );
        assert_eq!(
            explanation.window.unwrap(),
            "15 dernières minutes : de 2700 à 3600"
        );
        assert_eq!(plain(&explanation.others[0].1), "66,7 % (10 / 15)");
        assert_eq!(explanation.others[1].1, "–");
    }

    #[test]
    fn a_rate_that_forgives_short_abandons_says_so() {
        let mut view = view();
        let window = view.windows.get_mut("15m").unwrap();
        window.counts.short_abandoned = 2;
        window.rates.pick_up_agent = Rate::of(11, 15);
        let forgiving = Rules {
            short_abandons_count: false,
        };
        let explanation =
            Figure::PickUp15m.explanation(Language::French, &view, forgiving, &seconds);
        let formula = explanation.formula.unwrap();
        assert!(
            formula.words.ends_with("− abandons courts)"),
            "{}",
            formula.words
        );
        assert_eq!(
            plain(&formula.numbers.unwrap()),
            "(10 + 1) ÷ (15 − 3 + 1 + 4 − 2) = 11 / 15 = 73,3 %"
        );
        let counted = explanation.counts.last().unwrap();
        assert_eq!(counted, &("Abandons courts, non comptés", "2".to_owned()));
        let strict = Figure::PickUp15m.explanation(Language::French, &view, STRICT, &seconds);
        assert_eq!(strict.counts.len() + 1, explanation.counts.len());
    }

    #[test]
    fn an_absent_rate_has_a_formula_without_numbers() {
        let explanation =
            Figure::PickUpToday.explanation(Language::English, &view(), STRICT, &seconds);
        assert_eq!(explanation.formula.unwrap().numbers, None);
    }

    #[test]
    fn every_figure_explains_itself_in_every_language() {
        for figure in Figure::ALL {
            let [french, english] = Language::ALL.map(|language| {
                figure
                    .explanation(language, &view(), STRICT, &seconds)
                    .definition
            });
            assert_ne!(french, english, "{figure:?}");
        }
    }

    #[test]
    fn an_estimate_shows_its_record() {
        let mut view = view();
        let record = Record {
            held: Rate::of(27, 30),
            error_p50_seconds: Some(12.0),
            bias_seconds: Some(-3.0),
            unscored: 0,
        };
        view.estimate = Estimate {
            mean_seconds: Some(70.0),
            p50_seconds: Some(45.0),
            p90_seconds: Some(150.0),
            reason: None,
            record_60m: record,
            record_today: Record::NONE,
        };
        let value = Figure::Estimate.value(Language::French, Some(&view));
        assert_eq!(plain(&value), "45 s");
        let detail = Figure::Estimate.detail(Language::French, Some(&view));
        assert_eq!(plain(&detail), "moins de 2 min 30 neuf fois sur dix");
        let explanation = Figure::Estimate.explanation(Language::English, &view, STRICT, &seconds);
        let others: Vec<_> = explanation
            .others
            .iter()
            .map(|(_, value)| plain(value))
            .collect();
        let of_60m = ["90.0% (27 / 30)", "12s", "3s too short"];
        assert_eq!(others[..3], of_60m);
        assert_eq!(others[3..], ["–", "–", "–"]);
    }

    #[test]
    fn a_bias_says_in_which_direction() {
        for (bias, french, english) in [
            (Some(12.4), "12 s trop long", "12s too long"),
            (Some(-90.0), "1 min 30 trop court", "1m 30s too short"),
            (Some(-0.4), "aucun", "none"),
            (None, "–", "–"),
        ] {
            let written = Language::ALL.map(|language| plain(&direction(language, bias)));
            assert_eq!(written, [french, english]);
        }
    }

    #[test]
    fn every_reason_for_no_estimate_has_its_own_words() {
        let words = NoEstimate::ALL.map(|reason| no_estimate(Language::French.words(), reason));
        let mut different = words.to_vec();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), words.len());
    }

    #[test]
    fn waiting_calls_are_told_by_reason() {
        let mut view = view();
        view.now.waiting = 3;
        view.now.waiting_by_reason.asked = 2;
        view.now.waiting_by_reason.transfer = 1;
        let detail = Figure::Waiting.detail(Language::French, Some(&view));
        assert_eq!(detail, "dont 2 demandes d’agent");
        let explanation = Figure::Waiting.explanation(Language::French, &view, STRICT, &seconds);
        let values: Vec<_> = explanation.counts.iter().map(|(_, value)| value).collect();
        assert_eq!(values, ["2", "0", "1", "0"]);
    }
}
