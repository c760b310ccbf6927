//! Formulas written out from the terms of the catalogue: in words, in numbers, and
//! count by count.
//!
//! Nothing is written of a formula that has a term without a word, or one whose
//! sum no view shows.

use vigie_contract::frame::Rules;
use vigie_contract::indicator::{Indicator, Operand, Sign, Term};
use vigie_contract::view::Counts;

use crate::figures::count;
use crate::words::{Language, OperandWords, Words};

/// `(answered + callbacks kept) ÷ (…)`
pub fn in_words(words: &Words, indicator: &Indicator, rules: Rules) -> Option<String> {
    let name = |operand| Some(words_of(words, operand)?.within.to_owned());
    quotient(indicator, rules, &name, &name)
}

/// `Answered ÷ asked for an agent`: as a line begins.
pub fn as_label(words: &Words, indicator: &Indicator, rules: Rules) -> Option<String> {
    quotient(
        indicator,
        rules,
        &|operand| Some(words_of(words, operand)?.alone.to_owned()),
        &|operand| Some(words_of(words, operand)?.within.to_owned()),
    )
}

/// `(10 + 1) ÷ (15 − 3 + 1 + 4)`
pub fn in_numbers(
    language: Language,
    indicator: &Indicator,
    rules: Rules,
    counts: &Counts,
) -> Option<String> {
    let number = |operand| Some(count(language, value(counts, operand)?));
    quotient(indicator, rules, &number, &number)
}

/// Each count that the formula names, once.
pub fn one_by_one(
    language: Language,
    indicator: &Indicator,
    rules: Rules,
    counts: &Counts,
) -> Vec<(String, String)> {
    let mut named = Vec::new();
    let mut lines = Vec::new();
    for term in sides(indicator, rules).iter().flatten() {
        let operand = term.operand;
        if named.contains(&operand) {
            continue;
        }
        named.push(operand);
        let known = words_of(language.words(), operand).zip(value(counts, operand));
        if let Some((words, value)) = known {
            lines.push((words.alone.to_owned(), count(language, value)));
        }
    }
    lines
}

/// The terms of the numerator and of the denominator; none where the formula is no
/// quotient.
fn sides(indicator: &Indicator, rules: Rules) -> [Vec<Term>; 2] {
    match indicator.sides(rules.short_abandons_count) {
        Some(sides) => sides.map(Iterator::collect),
        None => [Vec::new(), Vec::new()],
    }
}

/// How an operand is written, if it can be.
type Writer<'a> = &'a dyn Fn(Operand) -> Option<String>;

fn quotient(indicator: &Indicator, rules: Rules, above: Writer, below: Writer) -> Option<String> {
    let [numerator, denominator] = sides(indicator, rules);
    let (above, below) = (sum(&numerator, above)?, sum(&denominator, below)?);
    Some(above + " ÷ " + &below)
}

/// In brackets, where it has more than one term; nothing of no terms.
fn sum(terms: &[Term], written: Writer) -> Option<String> {
    if terms.is_empty() {
        return None;
    }
    let mut text = String::new();
    for term in terms {
        if !text.is_empty() {
            text.push_str(match term.sign {
                Sign::Plus => " + ",
                Sign::Less => " − ",
            });
        }
        text.push_str(&written(term.operand)?);
    }
    if terms.len() > 1 {
        text = "(".to_owned() + &text + ")";
    }
    Some(text)
}

fn words_of(words: &Words, operand: Operand) -> Option<&'static OperandWords> {
    words.operands.iter().find(|known| known.operand == operand)
}

/// What a view shows of an operand.
fn value(counts: &Counts, operand: Operand) -> Option<i64> {
    match operand {
        Operand::Count(one) => Some(counts.get(one)),
        Operand::Derived(derived) => derived.terms().iter().try_fold(0, |sum, term| {
            Some(sum + term.sign.of(value(counts, term.operand)?))
        }),
        Operand::Quantity(_) => None,
    }
}
