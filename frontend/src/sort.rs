//! In which order the children of a scope are listed.

use std::cmp::Ordering;

use vigie_contract::scope::Scope;
use vigie_contract::view::{Card, Rate, Severity};

use crate::accents::folded;
use crate::ranking::ranked;

/// What the table shows of a child, and can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Column {
    Name,
    #[default]
    Severity,
    Waiting,
    Longest,
    PickUp15m,
    AnswerMean15m,
    PickUpToday,
    Offered,
    Answered,
    Abandoned,
}

impl Column {
    /// In the order of the table.
    pub const ALL: [Column; 10] = [
        Column::Name,
        Column::Severity,
        Column::Waiting,
        Column::Longest,
        Column::PickUp15m,
        Column::AnswerMean15m,
        Column::PickUpToday,
        Column::Offered,
        Column::Answered,
        Column::Abandoned,
    ];

    /// As in the address bar.
    pub const fn code(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::Severity => "severity",
            Column::Waiting => "waiting",
            Column::Longest => "longest",
            Column::PickUp15m => "pick_up_15m",
            Column::AnswerMean15m => "answer_mean_15m",
            Column::PickUpToday => "pick_up_today",
            Column::Offered => "offered",
            Column::Answered => "answered",
            Column::Abandoned => "abandoned",
        }
    }

    /// What a first click on its heading asks for: the name from A, a pick-up
    /// rate from the worst, anything else from the most.
    pub const fn first_direction(self) -> Direction {
        match self {
            Column::Name | Column::PickUp15m | Column::PickUpToday => Direction::Ascending,
            Column::Severity
            | Column::Waiting
            | Column::Longest
            | Column::AnswerMean15m
            | Column::Offered
            | Column::Answered
            | Column::Abandoned => Direction::Descending,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    Ascending,
    #[default]
    Descending,
}

/// An order of the table. By default the worst first, and of those that are as bad the
/// one where most are waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Sort {
    pub column: Column,
    pub direction: Direction,
}

impl Sort {
    /// `waiting` upwards, `-waiting` downwards.
    pub fn code(self) -> String {
        let sign = match self.direction {
            Direction::Ascending => "",
            Direction::Descending => "-",
        };
        format!("{sign}{}", self.column.code())
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let (direction, name) = match code.strip_prefix('-') {
            Some(name) => (Direction::Descending, name),
            None => (Direction::Ascending, code),
        };
        let column = Column::ALL
            .into_iter()
            .find(|column| column.code() == name)?;
        Some(Self { column, direction })
    }

    /// After a click on the heading of `column`.
    pub fn clicked(self, column: Column) -> Self {
        let direction = match (self.column == column, self.direction) {
            (false, _) => column.first_direction(),
            (true, Direction::Ascending) => Direction::Descending,
            (true, Direction::Descending) => Direction::Ascending,
        };
        Self { column, direction }
    }

    /// The order of two cards. What is absent comes last in either direction;
    /// ties go by name, then by scope, so that rows never swap without cause.
    pub fn compare(self, a: &Card, b: &Card) -> Ordering {
        let by_column = match self.column {
            Column::Name => self.directed(folded(&a.name).cmp(&folded(&b.name))),
            Column::Severity => self
                .optional(a.severity, b.severity, Severity::cmp)
                .then_with(|| b.waiting.cmp(&a.waiting)),
            Column::Waiting => self.directed(a.waiting.cmp(&b.waiting)),
            Column::Longest => self.optional(
                a.longest_wait_seconds,
                b.longest_wait_seconds,
                f64::total_cmp,
            ),
            Column::PickUp15m => {
                self.optional(a.pick_up_agent_15m, b.pick_up_agent_15m, compare_rates)
            }
            Column::AnswerMean15m => self.optional(
                a.answer_mean_15m_seconds,
                b.answer_mean_15m_seconds,
                f64::total_cmp,
            ),
            Column::PickUpToday => {
                self.optional(a.pick_up_agent_today, b.pick_up_agent_today, compare_rates)
            }
            Column::Offered => self.directed(a.offered_today.cmp(&b.offered_today)),
            Column::Answered => self.directed(a.answered_today.cmp(&b.answered_today)),
            Column::Abandoned => self.directed(a.abandoned_today.cmp(&b.abandoned_today)),
        };
        by_column
            .then_with(|| folded(&a.name).cmp(&folded(&b.name)))
            .then_with(|| a.scope.cmp(&b.scope))
    }

    fn directed(self, ascending: Ordering) -> Ordering {
        match self.direction {
            Direction::Ascending => ascending,
            Direction::Descending => ascending.reverse(),
        }
    }

    fn optional<T>(
        self,
        a: Option<T>,
        b: Option<T>,
        compare: impl Fn(&T, &T) -> Ordering,
    ) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => self.directed(compare(&a, &b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
}

/// By the exact fractions: two rates that round alike still have an order.
fn compare_rates(a: &Rate, b: &Rate) -> Ordering {
    let cross = |x: &Rate, y: &Rate| i128::from(x.of[0]) * i128::from(y.of[1]);
    cross(a, b).cmp(&cross(b, a))
}

/// The scopes of `cards` in the order to be shown.
///
/// While the order is `held`, because a person is pointing into the table, the
/// rows of `shown` stay where they are and new ones come after them.
pub fn arrange(cards: &[&Card], sort: Sort, shown: &[Scope], held: bool) -> Vec<Scope> {
    let place = |card: &Card| {
        let held_at = held
            .then(|| shown.iter().position(|scope| *scope == card.scope))
            .flatten();
        held_at.unwrap_or(usize::MAX)
    };
    let places: Vec<usize> = cards.iter().map(|card| place(card)).collect();
    let sorted = ranked(cards.len(), &|a, b| {
        places[a]
            .cmp(&places[b])
            .then_with(|| sort.compare(cards[a], cards[b]))
    });
    sorted
        .into_iter()
        .map(|index| cards[index].scope.clone())
        .collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A card of a region of network `n` with a name and a number of waiting calls.
    pub fn card(code: &str, name: &str, waiting: i64) -> Card {
        Card {
            scope: Scope::Region("n".to_owned(), code.to_owned()),
            name: name.to_owned(),
            known: true,
            waiting,
            longest_wait_seconds: None,
            pick_up_agent_15m: None,
            pick_up_agent_today: None,
            offered_today: 0,
            answered_today: 0,
            abandoned_today: 0,
            answer_mean_15m_seconds: None,
            severity: None,
            worst: None,
            suppressed: None,
        }
    }

    fn codes(scopes: &[Scope]) -> Vec<String> {
        scopes
            .iter()
            .map(|scope| scope.to_string().split_off(2))
            .collect()
    }

    #[track_caller]
    fn check(cards: &[Card], code: &str, expected: &[&str]) {
        let sort = Sort::from_code(code).unwrap();
        let cards: Vec<&Card> = cards.iter().collect();
        assert_eq!(
            codes(&arrange(&cards, sort, &[], false)),
            expected,
            "{code}"
        );
    }

    #[test]
    fn codes_read_back() {
        for column in Column::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = Sort { column, direction };
                assert_eq!(Sort::from_code(&sort.code()), Some(sort));
            }
        }
        assert_eq!(Sort::default().code(), "-severity");
        assert_eq!(Sort::from_code("colour"), None);
        assert_eq!(Sort::from_code(""), None);
    }

    #[test]
    fn most_waiting_first_and_ties_by_name_whatever_the_accents() {
        let cards = [
            card("1", "Zélande", 3),
            card("2", "Étoile", 5),
            card("3", "Fécamp", 5),
            card("4", "Eu", 5),
        ];
        check(&cards, "-waiting", &["2", "4", "3", "1"]);
        check(&cards, "waiting", &["1", "2", "4", "3"]);
        check(&cards, "name", &["2", "4", "3", "1"]);
        check(&cards, "-name", &["1", "3", "4", "2"]);
    }

    #[test]
    fn the_worst_first_and_of_those_as_bad_where_most_wait() {
        let mut cards = [
            card("1", "a", 1),
            card("2", "b", 9),
            card("3", "c", 3),
            card("4", "d", 4),
        ];
        cards[0].severity = Some(Severity::Critical);
        cards[1].severity = Some(Severity::Ok);
        cards[2].severity = Some(Severity::Warning);
        cards[3].severity = Some(Severity::Warning);
        check(&cards, "-severity", &["1", "4", "3", "2"]);
        check(&cards, "severity", &["2", "4", "3", "1"]);
        cards[0].severity = None;
        check(&cards, "-severity", &["4", "3", "2", "1"]);
    }

    #[test]
    fn absent_is_last_in_either_direction() {
        let mut cards = [card("1", "a", 0), card("2", "b", 0), card("3", "c", 0)];
        cards[0].longest_wait_seconds = Some(5.0);
        cards[2].longest_wait_seconds = Some(7.0);
        check(&cards, "longest", &["1", "3", "2"]);
        check(&cards, "-longest", &["3", "1", "2"]);
    }

    #[test]
    fn rates_go_by_their_exact_fractions() {
        let mut cards = [card("1", "a", 0), card("2", "b", 0), card("3", "c", 0)];
        cards[0].pick_up_agent_today = Rate::of(2, 3);
        cards[1].pick_up_agent_today = Rate::of(666_667, 1_000_000);
        cards[2].pick_up_agent_today = Rate::of(4, 6);
        check(&cards, "pick_up_today", &["1", "3", "2"]);
        check(&cards, "-pick_up_today", &["2", "1", "3"]);
    }

    #[test]
    fn a_held_order_moves_no_row_and_appends_new_ones() {
        let (a, b, c, d) = (
            card("a", "a", 1),
            card("b", "b", 9),
            card("c", "c", 5),
            card("d", "d", 7),
        );
        let shown = [a.scope.clone(), b.scope.clone(), card("gone", "", 0).scope];
        let arranged = arrange(&[&a, &b, &c, &d], Sort::default(), &shown, true);
        assert_eq!(codes(&arranged), ["a", "b", "d", "c"]);
        let freed = arrange(&[&a, &b, &c, &d], Sort::default(), &arranged, false);
        assert_eq!(codes(&freed), ["b", "d", "c", "a"]);
    }

    #[test]
    fn a_second_click_turns_the_order() {
        let sort = Sort::default().clicked(Column::Waiting);
        assert_eq!(sort.code(), "-waiting");
        assert_eq!(sort.clicked(Column::Waiting).code(), "waiting");
        assert_eq!(sort.clicked(Column::PickUp15m).code(), "pick_up_15m");
        assert_eq!(sort.clicked(Column::Offered).code(), "-offered");
    }
}
