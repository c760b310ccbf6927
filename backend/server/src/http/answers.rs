//! Answers of the API, made once a second however many ask.
//!
//! The engine is asked for each answer once between two ticks; who asks for the
//! same meanwhile waits for it or is given a copy of its bytes. Answers are
//! written out here, not on the engine's thread. What is kept is bounded in
//! number and in bytes, and forgotten with the next tick.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use bytes::Bytes;
use serde::Serialize;
use tokio::sync::OnceCell;
use vigie_contract::extent::Extent;
use vigie_contract::frame::{Crumb, Feed};
use vigie_contract::incident::Incidents;
use vigie_contract::lists::{EndedCalls, KnownScope, LeverChanges, OpenPromises, WaitingCalls};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, View};

use super::problem::{Problem, count_refused};
use crate::engine::request::{Answer, Found, Handle, Question, Rows, Unanswered};

/// The largest answer, in bytes: more than a day of a view by quarter-hour has
/// (7 KB each). A page of a list ends where the next row would exceed it; a view
/// or an explanation that does is refused.
pub(super) const LARGEST_ANSWER: usize = 2 * 1024 * 1024;

/// The most answers that are kept until the next tick, and the most bytes of them.
const MOST_KEPT: usize = 1_024;
const MOST_BYTES_KEPT: usize = 32 * 1024 * 1024;

/// The place of an answer that is being made or is there.
type AnswerPlace = Arc<OnceCell<Bytes>>;

/// The answers since the last tick.
#[derive(Default)]
pub struct Answers {
    kept: Mutex<KeptAnswers>,
}

#[derive(Default)]
struct KeptAnswers {
    /// The tick that they are of.
    tick: Option<Time>,
    places: HashMap<Question, AnswerPlace>,
    bytes: Arc<AtomicUsize>,
}

impl Answers {
    /// The answer to a question, as JSON.
    pub async fn of(&self, engine: &Handle, question: Question) -> Result<Bytes, Problem> {
        let Some((place, bytes)) = self.place(engine.ticked_at(), &question) else {
            return ask(engine, question).await;
        };
        let make = async || {
            let answer = ask(engine, question).await?;
            bytes.fetch_add(answer.len(), Ordering::Relaxed);
            Ok(answer)
        };
        place.get_or_try_init(make).await.cloned()
    }

    /// The place of an answer, and the count of bytes that it adds to; `None`
    /// where no more are kept.
    fn place(
        &self,
        tick: Option<Time>,
        question: &Question,
    ) -> Option<(AnswerPlace, Arc<AtomicUsize>)> {
        // Nothing under the lock can panic half-way.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.tick != tick {
            *kept = KeptAnswers {
                tick,
                ..KeptAnswers::default()
            };
        }
        let bytes = Arc::clone(&kept.bytes);
        if let Some(place) = kept.places.get(question) {
            return Some((Arc::clone(place), bytes));
        }
        let is_full =
            kept.places.len() >= MOST_KEPT || kept.bytes.load(Ordering::Relaxed) >= MOST_BYTES_KEPT;
        if is_full {
            return None;
        }
        let place = AnswerPlace::default();
        kept.places.insert(question.clone(), Arc::clone(&place));
        Some((place, bytes))
    }
}

async fn ask(engine: &Handle, question: Question) -> Result<Bytes, Problem> {
    let extent = question.extent().cloned();
    let answer = engine.ask(question).await.map_err(|unanswered| {
        if unanswered == Unanswered::Busy {
            count_refused("busy");
        }
        Problem::from(unanswered)
    })?;
    match answer {
        Answer::Found(found) => written(found, extent, engine.status().feed),
        Answer::UnknownScope(scope) => Err(Problem::not_found(format!(
            "neither the directory nor an event has named {scope}"
        ))),
        Answer::NotYet => Err(Problem::unavailable(
            "no figures yet: nothing has been read, see /readyz",
        )),
        Answer::NotCounted(instant, reason) => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("{instant}: {reason}"),
        )),
        Answer::NotHelped(reason) => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            reason.to_string(),
        )),
        Answer::Busy => Err(Unanswered::Busy.into()),
    }
}

/// A view, with what is known of its completeness: a part is never taken for the
/// whole.
#[derive(Serialize)]
struct ViewWithFeed {
    #[serde(flatten)]
    view: View,
    /// The state of the feed behind it.
    feed: Feed,
}

/// The children of a scope.
#[derive(Serialize)]
struct Children {
    /// The instant that the figures are as of.
    as_of: Time,
    /// The path from the top down to the scope.
    path: Vec<Crumb>,
    /// Number of children.
    total: u64,
    /// The offset at which the list goes on; `None` at its end.
    next: Option<u64>,
    /// A card for each child of the page.
    children: Vec<Card>,
}

/// Scopes with their names.
#[derive(Serialize)]
struct Scopes {
    /// Number of scopes.
    total: u64,
    /// The offset at which the list goes on; `None` at its end.
    next: Option<u64>,
    /// The scopes of the page.
    scopes: Vec<KnownScope>,
}

fn written(found: Found, extent: Option<Extent>, feed: Feed) -> Result<Bytes, Problem> {
    let scope = extent.unwrap_or(Extent::Scope(Scope::All));
    match found {
        Found::View(view) => {
            let view = *view;
            let text = json(&ViewWithFeed { view, feed })?;
            let what = format!("the view of {scope}");
            whole(text, &what, "a narrower scope, or without quarters")
        }
        Found::Children(rows, path) => {
            let Page {
                as_of,
                total,
                next,
                rows: children,
            } = page(rows);
            json(&Children {
                as_of,
                path,
                total,
                next,
                children,
            })
        }
        Found::Waiting(rows) => {
            let Page {
                as_of,
                total,
                next,
                rows: waiting,
            } = page(rows);
            json(&WaitingCalls {
                as_of,
                scope,
                total,
                next,
                waiting,
            })
        }
        Found::Ended(rows, counted, since) => {
            let Page {
                as_of,
                total,
                next,
                rows: calls,
            } = page(rows);
            json(&EndedCalls {
                as_of,
                since,
                scope,
                outcome: counted.outcome,
                book: counted.book,
                family: counted.family,
                total,
                next,
                calls,
            })
        }
        Found::Promises(rows) => {
            let Page {
                as_of,
                total,
                next,
                rows: promises,
            } = page(rows);
            json(&OpenPromises {
                as_of,
                scope,
                total,
                next,
                promises,
            })
        }
        Found::Levers(rows) => {
            let Page {
                as_of,
                total,
                next,
                rows: mut levers,
            } = page(rows);
            // The latest are those of the page, told oldest first.
            levers.reverse();
            json(&LeverChanges {
                as_of,
                scope,
                total,
                next,
                levers,
            })
        }
        Found::Incidents(rows) => {
            let Page {
                as_of,
                total,
                next,
                rows: incidents,
            } = page(rows);
            json(&Incidents {
                as_of,
                scope,
                total,
                next,
                incidents,
            })
        }
        Found::Scopes(rows) => {
            let Page {
                total,
                next,
                rows: scopes,
                ..
            } = page(rows);
            json(&Scopes {
                total,
                next,
                scopes,
            })
        }
        Found::Explanation(explanation) => {
            let what = format!("what explains {scope}");
            whole(json(&explanation)?, &what, "a narrower scope")
        }
        Found::Help(help) => json(&help),
        Found::Unknown(unknown) => json(&unknown),
    }
}

/// An answer that comes in no pages: refused where it is too large, with what to ask for
/// instead.
fn whole(text: Bytes, what: &str, instead: &str) -> Result<Bytes, Problem> {
    if text.len() <= LARGEST_ANSWER {
        return Ok(text);
    }
    let detail = format!(
        "{what} has {} bytes, more than {LARGEST_ANSWER}: ask for {instead}",
        text.len()
    );
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail))
}

/// A page as it is written.
struct Page<T> {
    as_of: Time,
    total: u64,
    next: Option<u64>,
    rows: Vec<T>,
}

/// Cuts a page where the next row would make it larger than the largest answer.
/// A first row stays, however large, so that whoever follows `next` gets on.
fn page<T: Serialize>(mut rows: Rows<T>) -> Page<T> {
    let mut bytes = 0;
    let fitting = rows
        .rows
        .iter()
        .take_while(|row| {
            bytes += length(row) + 1;
            bytes <= LARGEST_ANSWER
        })
        .count();
    rows.rows.truncate(fitting.max(1));
    Page {
        as_of: rows.as_of.unwrap_or_default(),
        total: rows.total as u64,
        next: rows.next(),
        rows: rows.rows,
    }
}

/// The number of bytes of a value in JSON.
fn length(value: &impl Serialize) -> usize {
    struct Counted(usize);
    impl std::io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counted = Counted(0);
    // What cannot be written out is told when the page is.
    let _ = serde_json::to_writer(&mut counted, value);
    counted.0
}

fn json(value: &impl Serialize) -> Result<Bytes, Problem> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the answer could not be written",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::request::{Inbox, Page as Asked, Status};

    fn question(number: usize) -> Question {
        Question::Scopes(Asked {
            offset: number,
            limit: 1,
        })
    }

    fn rows(count: usize, length: usize) -> Rows<KnownScope> {
        let scope = |_| KnownScope {
            scope: Scope::All,
            name: "x".repeat(length),
            desk_number: None,
        };
        Rows {
            as_of: None,
            total: 1_000,
            offset: 10,
            rows: (0..count).map(scope).collect(),
        }
    }

    /// Answers every question, and counts them.
    async fn engine(mut inbox: Inbox, asked: Arc<AtomicUsize>) {
        while let Some(request) = inbox.requests.recv().await {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            let _ = request.reply.send(Answer::Found(Found::Scopes(rows(1, 1))));
        }
    }

    fn ticked(seconds: i64) -> Status {
        Status {
            ticked_at: Some(Time::from_seconds(seconds)),
            ..Status::default()
        }
    }

    #[tokio::test]
    async fn who_asks_the_same_until_the_next_tick_costs_one_answer() {
        let (handle, inbox, status) = Handle::new();
        let asked = Arc::new(AtomicUsize::new(0));
        tokio::spawn(engine(inbox, Arc::clone(&asked)));
        let answers = Arc::new(Answers::default());
        for (second, expected) in [(1, 2), (1, 2), (2, 4)] {
            status.send_replace(ticked(second));
            let asking: Vec<_> = (0..20)
                .map(|reader| {
                    let (answers, handle) = (Arc::clone(&answers), handle.clone());
                    tokio::spawn(async move { answers.of(&handle, question(reader % 2)).await })
                })
                .collect();
            for reader in asking {
                assert!(!reader.await.unwrap().unwrap().is_empty());
            }
            assert_eq!(asked.load(Ordering::Relaxed), expected, "second {second}");
        }
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_and_the_rest_is_asked_for_anew() {
        let (handle, inbox, status) = Handle::new();
        let asked = Arc::new(AtomicUsize::new(0));
        tokio::spawn(engine(inbox, Arc::clone(&asked)));
        let answers = Answers::default();
        status.send_replace(ticked(1));
        for number in (0..=MOST_KEPT).chain([0, MOST_KEPT]) {
            answers.of(&handle, question(number)).await.unwrap();
        }
        // The first was kept, the last was not.
        assert_eq!(asked.load(Ordering::Relaxed), MOST_KEPT + 2);
    }

    #[test]
    fn a_page_ends_before_it_is_too_large_and_says_where_it_goes_on() {
        for (count, length, kept, next) in [
            (3, 10, 3, Some(13)),
            (990, 10, 990, None),
            (3, LARGEST_ANSWER / 2, 1, Some(11)),
            (3, LARGEST_ANSWER / 2 - 100, 2, Some(12)),
            (3, 2 * LARGEST_ANSWER, 1, Some(11)),
            (0, 0, 0, None),
        ] {
            let page = page(rows(count, length));
            assert_eq!(
                (page.rows.len(), page.next),
                (kept, next),
                "{count} of {length}"
            );
        }
    }
}
