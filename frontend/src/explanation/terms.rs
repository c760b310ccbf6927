//! Formulas written out from the terms of the catalogue: in words, in numbers, and
//! count by count.
//!
//! Nothing is written of a formula that has a term without a word, or one whose
//! sum no view shows.

use vigie_contract::frame::Rules;
use vigie_contract::indicator::{Indicator, Operand, Side, Sign};
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
    let sides = indicator.sides(rules.short_abandons_count);
    for term in sides.into_iter().flatten().flatten() {
        if !named.contains(&term.operand) {
            named.push(term.operand);
        }
    }
    let line = |operand| {
        let alone = words_of(language.words(), operand)?.alone;
        Some((alone.to_owned(), count(language, value(counts, operand)?)))
    };
    named.into_iter().filter_map(line).collect()
}

/// How an operand is written, if it can be.
type Writer<'a> = &'a dyn Fn(Operand) -> Option<String>;

fn quotient(indicator: &Indicator, rules: Rules, above: Writer, below: Writer) -> Option<String> {
    let [numerator, denominator] = indicator.sides(rules.short_abandons_count)?;
    let (above, below) = (sum(numerator, above)?, sum(denominator, below)?);
    Some(format!("{above} ÷ {below}"))
}

/// In brackets, where it has more than one term.
fn sum(terms: Side, written: Writer) -> Option<String> {
    let has_several = terms.clone().nth(1).is_some();
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
    Some(match has_several {
        true => format!("({text})"),
        false => text,
    })
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
