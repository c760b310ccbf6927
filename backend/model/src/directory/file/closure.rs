//! A closure: which places are closed on which days.

use std::collections::BTreeSet;

use jiff::civil::Date;

/// The network, region, agency and line of something, as far as the directory knows
/// them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Locality<'p> {
    pub network: Option<&'p str>,
    pub region: Option<&'p str>,
    pub agency: Option<&'p str>,
    pub line: Option<&'p str>,
}

/// Days on which some places are closed, from the first to the last of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closure {
    pub(super) first: Date,
    pub(super) last: Date,
    pub(super) filter: Filter,
}

/// Which places a closure closes. A list that is not there narrows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) networks: Option<BTreeSet<String>>,
    pub(super) regions: Option<BTreeSet<String>>,
    pub(super) agencies: Option<BTreeSet<String>>,
    pub(super) lines: Option<BTreeSet<String>>,
}

impl Closure {
    /// Whether it closes a place: on one of its lines where it has any, and
    /// lying in one of its networks, regions or agencies where it has any.
    pub(super) fn applies(&self, place: Locality<'_>) -> bool {
        let Filter {
            networks,
            regions,
            agencies,
            lines,
        } = &self.filter;
        let names = |list: &Option<BTreeSet<String>>, code: Option<&str>| {
            let pair = list.as_ref().zip(code);
            pair.is_some_and(|(list, code)| list.contains(code))
        };
        let everywhere = networks.is_none() && regions.is_none() && agencies.is_none();
        (lines.is_none() || names(lines, place.line))
            && (everywhere
                || names(networks, place.network)
                || names(regions, place.region)
                || names(agencies, place.agency))
    }

    pub(super) fn dates(&self) -> impl Iterator<Item = Date> {
        let last = self.last;
        std::iter::successors(Some(self.first), |date| date.tomorrow().ok())
            .take_while(move |&date| date <= last)
    }
}
