use super::*;
use crate::link::tests::empty_view;
use vigie_contract::frame::Rules;
use vigie_contract::time::Time;
use vigie_contract::view::{Counts, Estimate, Rate, Rates, Record, View, Window};

use crate::words::Language;

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
    let explanation = Figure::PickUp15m.explanation(Language::French, &view(), STRICT, &seconds);
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
    let explanation = Figure::PickUp15m.explanation(Language::French, &view, forgiving, &seconds);
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
    let expected = ["Abandons courts, non comptés", "2"].map(str::to_owned);
    assert_eq!(counted, &expected.into());
    let strict = Figure::PickUp15m.explanation(Language::French, &view, STRICT, &seconds);
    assert_eq!(strict.counts.len() + 1, explanation.counts.len());
}

#[test]
fn a_rate_as_others_read_it_says_what_it_forgives() {
    let labels = |short_abandons_count| {
        let rules = Rules {
            short_abandons_count,
        };
        Language::ALL.map(|language| {
            let explanation = Figure::PickUpToday.explanation(language, &view(), rules, &seconds);
            explanation.others.into_iter().map(|(label, _)| label)
        })
    };
    let [french, english] = labels(true);
    assert_eq!(
        french.chain(english).collect::<Vec<_>>(),
        [
            "Traités ÷ demandes d’agent (réseau famille)",
            "Traités ÷ sortis de la file (plateformes)",
            "Answered ÷ asked for an agent (family network)",
            "Answered ÷ left the queue (platforms)",
        ]
    );
    let [french, english] = labels(false);
    assert_eq!(
        french.chain(english).collect::<Vec<_>>(),
        [
            "Traités ÷ (demandes d’agent − abandons courts) (réseau famille)",
            "Traités ÷ (sortis de la file − abandons courts) (plateformes)",
            "Answered ÷ (asked for an agent − short abandons) (family network)",
            "Answered ÷ (left the queue − short abandons) (platforms)",
        ]
    );
}

#[test]
fn the_formula_of_a_rate_is_told_in_words() {
    let [french, english] = Language::ALL.map(|language| {
        let explanation = Figure::PickUp15m.explanation(language, &view(), STRICT, &seconds);
        explanation.formula.unwrap().words
    });
    assert_eq!(
        french,
        "(traités + rappels tenus) ÷ (demandes d’agent − rappels acceptés + rappels tenus + \
         rappels manqués)"
    );
    assert_eq!(
        english,
        "(answered + callbacks kept) ÷ (asked for an agent − callbacks accepted + callbacks kept \
         + callbacks broken)"
    );
}

#[test]
fn an_absent_rate_has_a_formula_without_numbers() {
    let explanation = Figure::PickUpToday.explanation(Language::English, &view(), STRICT, &seconds);
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
