//! A formula, written out and term by term.

use serde::Serialize;

use crate::indicator::{
    Derived, Formula, Indicator, Kind, Legs, Operand, ShortAbandons, Sign, Term, Text,
};

/// A text that is put together, in French and in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenText {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// A formula, in words and in terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenFormula {
    /// In words.
    pub text: WrittenText,
    /// What is added up; empty where it is told in words alone.
    pub terms: Vec<WrittenTerm>,
    /// What the sum of the terms is divided by, once added up; empty where it is by
    /// nothing.
    pub divided_by: Vec<WrittenTerm>,
    /// What becomes of short abandons in what it is divided by.
    pub short_abandons: ShortAbandons,
}

/// A term of a formula.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenTerm {
    /// 1 where it is added, -1 where it is taken away.
    pub sign: i64,
    /// Its name in the catalogue.
    pub name: &'static str,
    /// The field of a window that shows it; `None` where none does.
    pub field: Option<String>,
    /// What it is called.
    pub title: Text,
}

/// One of the two languages of a text.
type Language = fn(Text) -> &'static str;

const FRENCH: Language = |text| text.fr;
const ENGLISH: Language = |text| text.en;

impl WrittenText {
    fn each(written: impl Fn(Language) -> String) -> Self {
        Self {
            fr: written(FRENCH),
            en: written(ENGLISH),
        }
    }
}

impl WrittenFormula {
    /// The formula of an indicator of a window.
    pub(super) fn of(indicator: &Indicator) -> Self {
        let text = in_words(indicator);
        let (terms, divided_by) = match indicator.formula {
            Formula::Sum(terms) => (expanded(terms), Vec::new()),
            Formula::Quotient {
                numerator,
                denominator,
                parts: _,
            } => (expanded(numerator), expanded(denominator)),
            Formula::Counted(_) | Formula::Percentile { .. } | Formula::LongestAnswerWait => {
                (Vec::new(), Vec::new())
            }
        };
        let written = |terms: Vec<Term>| {
            let terms = terms.into_iter();
            terms.map(|term| WrittenTerm::of(term, indicator)).collect()
        };
        Self {
            text,
            terms: written(terms),
            divided_by: written(divided_by),
            short_abandons: indicator.short_abandons,
        }
    }

    /// A formula that is told in words alone.
    pub(super) fn told(text: Text) -> Self {
        Self {
            text: WrittenText::each(|language| language(text).to_owned()),
            terms: Vec::new(),
            divided_by: Vec::new(),
            short_abandons: ShortAbandons::Counted,
        }
    }
}

impl WrittenTerm {
    fn of(term: Term, indicator: &Indicator) -> Self {
        let place = match indicator.legs {
            Legs::First => Kind::Count.places()[0],
            Legs::SecondLevel => "second_level",
        };
        let name = term.operand.name();
        let is_shown = match term.operand {
            Operand::Count(_) | Operand::Derived(_) => true,
            Operand::Quantity(_) => false,
        };
        Self {
            sign: term.sign.of(1),
            name,
            field: is_shown.then(|| format!("{place}.{name}")),
            title: term.operand.title(),
        }
    }
}

/// The terms, with the sum that no view shows written out.
fn expanded(terms: &[Term]) -> Vec<Term> {
    let each = terms.iter().flat_map(|&term| match term.operand {
        Operand::Derived(sum @ Derived::LeftQueue) => {
            let signed = |inner: &Term| Term {
                sign: product(term.sign, inner.sign),
                ..*inner
            };
            sum.terms().iter().map(signed).collect()
        }
        Operand::Count(_)
        | Operand::Derived(Derived::Offered | Derived::Asked)
        | Operand::Quantity(_) => vec![term],
    });
    each.collect()
}

const fn product(one: Sign, other: Sign) -> Sign {
    match (one, other) {
        (Sign::Plus, Sign::Plus) | (Sign::Less, Sign::Less) => Sign::Plus,
        (Sign::Plus, Sign::Less) | (Sign::Less, Sign::Plus) => Sign::Less,
    }
}

fn in_words(indicator: &Indicator) -> WrittenText {
    match indicator.formula {
        Formula::Counted(_) => {
            let [fr, en] = [FRENCH, ENGLISH].map(|language| {
                let sentence = language(indicator.words.sentence);
                small(sentence.trim_end_matches('.'))
            });
            WrittenText {
                fr: format!("comptés un par un : {fr}"),
                en: format!("counted one by one: {en}"),
            }
        }
        Formula::Sum(terms) => WrittenText::each(|language| sum(terms, language)),
        Formula::Quotient {
            numerator,
            denominator,
            parts: _,
        } => {
            let text = WrittenText::each(|language| {
                let [above, below] =
                    [numerator, denominator].map(|side| in_brackets(side, language));
                format!("{above} ÷ {below}")
            });
            forgiving(text, indicator.short_abandons)
        }
        Formula::Percentile { of, percent } => WrittenText {
            fr: format!(
                "{percent}e centile, au rang le plus proche : {}",
                small(of.title().fr)
            ),
            en: format!(
                "{percent}th percentile, by nearest rank: {}",
                small(of.title().en)
            ),
        },
        Formula::LongestAnswerWait => WrittenText {
            fr: "la plus longue des attentes des appels traités".to_owned(),
            en: "the longest of the waits of the calls answered".to_owned(),
        },
    }
}

/// With what becomes of short abandons, where a network has a say in it.
fn forgiving(text: WrittenText, short_abandons: ShortAbandons) -> WrittenText {
    match short_abandons {
        ShortAbandons::Counted => text,
        ShortAbandons::ByRule => WrittenText {
            fr: text.fr
                + " ; moins les abandons courts au dénominateur, là où le réseau les excuse",
            en: text.en
                + "; less the short abandons in the denominator, where the network forgives them",
        },
    }
}

/// In brackets, where it has more than one term.
fn in_brackets(terms: &[Term], language: Language) -> String {
    let text = sum(terms, language);
    match expanded(terms).len() {
        1 => text,
        _ => format!("({text})"),
    }
}

fn sum(terms: &[Term], language: Language) -> String {
    let mut text = String::new();
    for term in expanded(terms) {
        if !text.is_empty() {
            text.push_str(match term.sign {
                Sign::Plus => " + ",
                Sign::Less => " − ",
            });
        }
        text.push_str(&small(language(term.operand.title())));
    }
    text
}

/// With a small first letter, as within a formula.
fn small(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}
