//! What is judged of a scope, and how bad it is.

use serde::{Deserialize, Serialize};

use super::severity::Severity;
use crate::time::Time;

/// Declares what is judged from one list: the struct that crosses the boundary, and
/// the names that the fold judges by.
macro_rules! judged {
    ($($(#[doc = $doc:literal])+ $variant:ident = $field:ident,)+) => {
        /// What is judged of a scope.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Concern {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Concern {
            /// Everything that is judged, in the order of the list.
            pub const ALL: [Concern; [$(Concern::$variant),+].len()] = [$(Concern::$variant),+];

            /// Its name in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Concern::$variant => stringify!($field),)+ }
            }
        }

        /// How bad each thing is that is judged of a scope.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub struct Judged {
            $($(#[doc = $doc])+ pub $field: Judgement,)+
        }

        impl Judged {
            /// Each, as it is made for what is judged.
            pub fn each_of(mut judgement: impl FnMut(Concern) -> Judgement) -> Self {
                Self { $($field: judgement(Concern::$variant),)+ }
            }

            /// Each, with what is judged.
            pub fn each(&self) -> [(Concern, Judgement); Concern::ALL.len()] {
                [$((Concern::$variant, self.$field)),+]
            }
        }
    };
}

judged! {
    /// The headline pick-up rate over 60 minutes, by origin.
    PickUp = pick_up,
    /// The median of the estimated wait, in seconds.
    EstimatedWait = estimated_wait,
    /// Age of the leg that waits longest, in seconds.
    LongestWait = longest_wait,
    /// The share of the callback promises that were reached by their due time, over 60
    /// minutes, by origin.
    CallbacksReached = callbacks_reached,
    /// Calls cut off by closing over 60 minutes, by origin.
    CutOff = cut_off,
    /// For how long the source that told of it last has told of nothing, wherever that
    /// would count, in opening hours and in seconds.
    DataAge = data_age,
}

/// How bad one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// How bad it is, once that has held for some time.
    pub state: Severity,
    /// When what led to the state was first seen; `null` while it is ok.
    pub since: Option<Time>,
    /// Its value as of the figures; `null` where there is none.
    pub value: Option<f64>,
    /// Of a rate, the upper end of its 90 % Wilson interval, which is what is judged.
    pub upper: Option<f64>,
    /// From which value on it is a warning.
    pub warning: f64,
    /// From which value on it is critical.
    pub critical: f64,
    /// Why it is not judged; `null` where it is.
    pub suppressed: Option<Suppressed>,
}

/// Why something is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppressed {
    /// No agency of the scope is open.
    Closed,
    /// The scope has opened within the last 15 minutes, and a rate says nothing yet.
    Opening,
    /// Its sources are silent: what is known is old.
    Stale,
    /// Its directory plans an interruption for this time.
    Maintenance,
}

impl Suppressed {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Closed, Self::Opening, Self::Stale, Self::Maintenance];

    /// The name of the reason in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Opening => "opening",
            Self::Stale => "stale",
            Self::Maintenance => "maintenance",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json() {
        let of = |value: serde_json::Value| value.as_str().map(str::to_owned);
        for concern in Concern::ALL {
            let written = of(serde_json::to_value(concern).unwrap());
            assert_eq!(written.as_deref(), Some(concern.name()));
        }
        for severity in Severity::ALL {
            let written = of(serde_json::to_value(severity).unwrap());
            assert_eq!(written.as_deref(), Some(severity.name()));
        }
        for reason in Suppressed::ALL {
            let written = of(serde_json::to_value(reason).unwrap());
            assert_eq!(written.as_deref(), Some(reason.name()));
        }
    }
}
