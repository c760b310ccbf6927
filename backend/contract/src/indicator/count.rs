//! The counts of a window, those derived from them, and what a formula may name.

use serde::{Deserialize, Serialize};

use super::nature::Direction;
use super::quantity::Quantity;

/// A part of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it is added or taken away.
    pub sign: Sign,
    /// What is added or taken away.
    pub operand: Operand,
}

/// Whether a term is added or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It is added.
    Plus,
    /// It is taken away.
    Less,
}

impl Sign {
    /// A value with this sign.
    pub const fn of(self, value: i64) -> i64 {
        match self {
            Sign::Plus => value,
            Sign::Less => -value,
        }
    }
}

/// What a formula may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A count that is counted.
    Count(Count),
    /// A count that is derived from others.
    Derived(Derived),
    /// A sum that is no count of the contract.
    Quantity(Quantity),
}

impl Operand {
    /// Its name, as formulas write it.
    pub const fn name(self) -> &'static str {
        match self {
            Operand::Count(count) => count.name(),
            Operand::Derived(derived) => derived.name(),
            Operand::Quantity(quantity) => quantity.name(),
        }
    }

    /// The one of a name. Panics where none has it: formulas are constants, so
    /// that one with a misspelt name does not compile.
    pub const fn named(name: &str) -> Self {
        let mut at = 0;
        while at < Count::ALL.len() {
            if is_same(Count::ALL[at].name(), name) {
                return Operand::Count(Count::ALL[at]);
            }
            at += 1;
        }
        at = 0;
        while at < Derived::ALL.len() {
            if is_same(Derived::ALL[at].name(), name) {
                return Operand::Derived(Derived::ALL[at]);
            }
            at += 1;
        }
        at = 0;
        while at < Quantity::ALL.len() {
            if is_same(Quantity::ALL[at].name(), name) {
                return Operand::Quantity(Quantity::ALL[at]);
            }
            at += 1;
        }
        panic!("a formula names what is neither a count nor a quantity")
    }
}

/// Equality of texts, which the language does not have in constants.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The terms of a sum that is written with the names of its operands:
/// `terms!(offered + deflected_asked)`.
macro_rules! terms {
    ($first:ident $($sign:tt $name:ident)*) => {
        const {
            use $crate::indicator::count::{Operand, Sign, Term};
            &[
                Term { sign: Sign::Plus, operand: Operand::named(stringify!($first)) },
                $(Term {
                    sign: $crate::indicator::count::sign!($sign),
                    operand: Operand::named(stringify!($name)),
                },)*
            ]
        }
    };
}

/// The sign that stands between two operands.
macro_rules! sign {
    (+) => {
        Sign::Plus
    };
    (-) => {
        Sign::Less
    };
}

pub(super) use {sign, terms};

/// Declares the counts of a window from one list: the struct that crosses the
/// boundary, the enum that the fold counts by, and the sums of counts that have
/// a name, of which some are fields.
macro_rules! counts {
    (
        counted {
            $($(#[doc = $doc:literal])+ $variant:ident = $field:ident: $direction:ident,)+
        }
        derived {
            $($(#[doc = $derived_doc:literal])+ $derived:ident = $derived_field:ident:
                ($first:ident $($sign:tt $other:ident)*),)+
        }
        in_formulas {
            $($(#[doc = $sum_doc:literal])+ $sum:ident = $sum_name:ident:
                ($sum_first:ident $($sum_sign:tt $sum_other:ident)*),)+
        }
    ) => {
        /// The counts of a window (`indicators.md`, Counts of a window).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Counts {
            $($(#[doc = $derived_doc])+ pub $derived_field: i64,)+
            /// Calls received that left the voice server by no known way out;
            /// `null` but for today in `all`, networks and lines, and where fewer
            /// were received than followed.
            pub left_in_ivr: Option<i64>,
            $($(#[doc = $doc])+ pub $field: i64,)+
        }

        /// One of the counts of a window that are counted, not derived.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[repr(u8)]
        pub enum Count {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Count {
            /// Every count, in the order of the list.
            pub const ALL: &'static [Count] = &[$(Count::$variant),+];

            /// The name of the field.
            pub const fn name(self) -> &'static str {
                match self { $(Count::$variant => stringify!($field),)+ }
            }

            /// Which way it gets better.
            pub const fn direction(self) -> Direction {
                match self { $(Count::$variant => Direction::$direction,)+ }
            }
        }

        /// A sum of counts that has a name of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Derived {
            $($(#[doc = $derived_doc])+ $derived,)+
            $($(#[doc = $sum_doc])+ $sum,)+
        }

        impl Derived {
            /// Every sum, in the order of the list.
            pub const ALL: &'static [Derived] =
                &[$(Derived::$derived,)+ $(Derived::$sum,)+];

            /// Its name: that of the field, where it is one.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Derived::$derived => stringify!($derived_field),)+
                    $(Derived::$sum => stringify!($sum_name),)+
                }
            }

            /// What it is the sum of.
            pub const fn terms(self) -> &'static [Term] {
                match self {
                    $(Derived::$derived => terms!($first $($sign $other)*),)+
                    $(Derived::$sum => terms!($sum_first $($sum_sign $sum_other)*),)+
                }
            }
        }

        impl Counts {
            /// From the value of each counted count; the derived ones follow.
            pub fn from_counted(value: impl Fn(Count) -> i64) -> Self {
                let mut counts = Self {
                    $($derived_field: 0,)+
                    left_in_ivr: None,
                    $($field: value(Count::$variant),)+
                };
                $(counts.$derived_field = counts.$first $($sign counts.$other)*;)+
                counts
            }

            /// The value of a count that is counted.
            pub const fn get(&self, count: Count) -> i64 {
                match count { $(Count::$variant => self.$field,)+ }
            }
        }
    };
}

counts! {
    counted {
        /// Calls that reached the voice server.
        Received = received: Neither,
        /// Calls received outside the opening hours of the line.
        ReceivedOutOfHours = received_out_of_hours: Neither,
        /// Calls received of which the caller was identified.
        Identified = identified: Neither,
        /// Calls that the voice server satisfied.
        SelfServed = self_served: Neither,
        /// Calls that the voice server satisfied in opening hours.
        SelfServedInHours = self_served_in_hours: Neither,
        /// Calls turned away after asking for an agent, or as closed while open.
        DeflectedAsked = deflected_asked: LowerIsBetter,
        /// Calls turned away as closed.
        DeflectedClosed = deflected_closed: Neither,
        /// Calls turned away as saturated.
        DeflectedSaturated = deflected_saturated: LowerIsBetter,
        /// Legs opened, of any reason and at any hour, by handler.
        EnteredAll = entered_all: Neither,
        /// Legs closed, of any reason and at any hour, by handler.
        ClosedAll = closed_all: Neither,
        /// Calls that an agent picked up.
        Answered = answered: HigherIsBetter,
        /// Calls whose caller hung up first.
        Abandoned = abandoned: LowerIsBetter,
        /// Calls whose caller hung up after less than the short-abandon threshold.
        ShortAbandoned = short_abandoned: LowerIsBetter,
        /// Calls that the system dropped.
        CutOff = cut_off: LowerIsBetter,
        /// Legs of which no outcome came within two hours.
        Lost = lost: LowerIsBetter,
        /// Calls whose caller chose to be called back.
        CallbacksAccepted = callbacks_accepted: Neither,
        /// Calls whose caller chose to leave a message.
        Voicemails = voicemails: Neither,
        /// Legs that moved on to another queue.
        OverflowedOut = overflowed_out: Neither,
        /// Legs that came from another queue, counted as they close.
        OverflowedIn = overflowed_in: Neither,
        /// Legs that came by transfer, counted as they enter.
        TransferredIn = transferred_in: Neither,
        /// Callback promises reached by their due time.
        PromisesKept = promises_kept: HigherIsBetter,
        /// Callback promises not reached by their due time, or cancelled.
        PromisesBroken = promises_broken: LowerIsBetter,
        /// Callback promises reached after their due time.
        PromisesKeptLate = promises_kept_late: Neither,
        /// Callback promises cancelled, at any time.
        PromisesCancelled = promises_cancelled: Neither,
        /// Callback promises attempted in time with nobody reached, as they came due.
        PromisesUnreachable = promises_unreachable: LowerIsBetter,
        /// Promises of any kind forgotten, 24 hours after they were due.
        PromisesForgotten = promises_forgotten: LowerIsBetter,
        /// Attempts to call back that answer no promise.
        AttemptsWithoutPromise = attempts_without_promise: Neither,
        /// Calls that their caller rated.
        Surveys = surveys: Neither,
        /// Times that an agent's set rang and nobody took it.
        RangUnanswered = rang_unanswered: LowerIsBetter,
        /// Events with an instant of asking that cannot be, which is left out of them.
        Implausible = implausible: LowerIsBetter,
        /// Outcomes without entry.
        Orphan = orphan: LowerIsBetter,
        /// Entries of a leg that was waiting already.
        Repeated = repeated: LowerIsBetter,
        /// Outcomes of a leg that had closed before.
        Superseded = superseded: LowerIsBetter,
        /// Events more than the allowed lateness behind their partition.
        Late = late: LowerIsBetter,
        /// Events of a day already closed.
        TooLate = too_late: LowerIsBetter,
        /// Events seen before.
        Duplicate = duplicate: LowerIsBetter,
        /// Legs that closed without any wait in opening hours.
        OutOfHours = out_of_hours: Neither,
    }
    derived {
        /// Calls that came to an outcome with an agent in view: each asked for one
        /// and was not turned away.
        Offered = offered:
            (answered + abandoned + cut_off + lost + callbacks_accepted + voicemails),
        /// Calls that asked for an agent, those turned away included.
        Asked = asked: (offered + deflected_asked),
    }
    in_formulas {
        /// Legs that left the queue by an answer or by no choice of a way out.
        LeftQueue = left_queue: (answered + abandoned + cut_off + lost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> Counts {
        Counts::from_counted(|count| 1 << (count as u32))
    }

    #[test]
    fn derived_counts_follow() {
        let counts = counts();
        let sum = counts.answered
            + counts.abandoned
            + counts.cut_off
            + counts.lost
            + counts.callbacks_accepted
            + counts.voicemails;
        assert_eq!(counts.offered, sum);
        assert_eq!(counts.asked, sum + counts.deflected_asked);
    }

    #[test]
    fn an_operand_is_found_by_its_name() {
        let counts = Count::ALL.iter().map(|&count| Operand::Count(count));
        let derived = Derived::ALL.iter().map(|&sum| Operand::Derived(sum));
        let quantities = Quantity::ALL.iter().map(|&sum| Operand::Quantity(sum));
        for operand in counts.chain(derived).chain(quantities) {
            assert_eq!(Operand::named(operand.name()), operand);
        }
    }
}
