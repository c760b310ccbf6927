//! What others ask, answered from the fold as it stands between two inputs.

use std::time::Instant;

use vigie_contract::explanation::Explanation;
use vigie_contract::extent::Extent;
use vigie_contract::frame::Crumb;
use vigie_contract::lists::KnownScope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, View};
use vigie_model::{Fold, IncidentsTold, NoHelp, NotCounted, explain};

use super::directory::follow;
use super::request::{
    Answer, Compared, DirectoryRead, Found, Order, Page, Question, Request, Rows,
};
use super::state::Engine;
use crate::publish::Publisher;
use crate::telemetry::metrics as names;

impl Engine {
    /// Carries out an order. Stopping is done by the loop itself.
    pub(super) fn obey(&mut self, order: Order, now: Time) {
        match order {
            Order::Subscribe(subscription) => {
                let feed = self.feed(now);
                let started = Instant::now();
                // Beyond the budget the snapshot comes with the next tick, which
                // computes a topic once for all who watch it.
                let is_due = self.budget.has_left(self.began.elapsed());
                let fold = &self.fold;
                let figures = (is_due && fold.as_of().is_some()).then_some(fold);
                self.publisher.subscribe(subscription, figures, &feed);
                self.budget.spend(started.elapsed());
            }
            Order::Unsubscribe(client, topic) => self.publisher.unsubscribe(client, &topic),
            Order::Leave(client) => self.publisher.leave(client),
            Order::Directory(read) => self.read_directory(read, now),
            Order::Counters(reply) => {
                // Whoever asked may have left meanwhile.
                let _ = reply.send(self.fold.counters());
            }
            Order::Stop(_) => {}
        }
    }

    /// Goes by another version of the directory, or takes note of one that is at fault.
    fn read_directory(&mut self, read: DirectoryRead, now: Time) {
        let directory = match read {
            Ok(directory) => directory,
            Err(faults) => return self.directory.refuse(faults, now),
        };
        self.directory.accept(now);
        if follow(&mut self.fold, &directory) {
            self.parts.saving.hurry();
            let scopes = self.fold.scopes().map(|crumb| crumb.scope).collect();
            self.agencies.keep(&scopes);
        }
    }

    /// Answers a request. Beyond the budget only what the tick has made is answered,
    /// and the rest is turned away.
    pub(super) fn answer(&mut self, request: Request) {
        let Request { question, reply } = request;
        if reply.is_closed() {
            return; // whoever asked has left
        }
        let has_time = self.budget.has_left(self.began.elapsed());
        let started = Instant::now();
        let (fold, publisher) = (&self.fold, &self.publisher);
        let answer = if has_time {
            find(fold, publisher, question)
        } else {
            made(fold, publisher, &question)
        };
        self.budget.spend(started.elapsed());
        names::record(names::ANSWER_SECONDS, started.elapsed());
        let _ = reply.send(answer);
    }
}

fn find(fold: &Fold, publisher: &Publisher, question: Question) -> Answer {
    let as_of = fold.as_of();
    if let Question::Scopes(page) = question {
        let scopes = Rows::of(as_of, fold.scopes(), page);
        return Answer::Found(Found::Scopes(scopes.map(|Crumb { scope, name }| {
            KnownScope {
                desk_number: fold.desk_number(&scope).map(str::to_owned),
                scope,
                name,
            }
        })));
    }
    if as_of.is_none() {
        return Answer::NotYet;
    }
    if let Some(unnamed) = question.extent().and_then(|extent| fold.unnamed(extent)) {
        return Answer::UnknownScope(unnamed.clone());
    }
    let found = match question {
        Question::View(topic, quarters) => view(fold, publisher, topic.extent(), quarters),
        Question::Children(topic, page) => children(fold, publisher, topic.extent(), page),
        Question::Waiting(topic, page) => fold
            .waiting_calls(topic.extent())
            .map(|calls| Found::Waiting(Rows::of(as_of, calls, page))),
        Question::Ended(topic, page, counted, since) => {
            match fold.ended_calls(topic.extent(), counted, since) {
                Ok((since, calls)) => {
                    Some(Found::Ended(Rows::of(as_of, calls, page), counted, since))
                }
                Err(reason) => return not_counted("since", reason),
            }
        }
        Question::Promises(topic, page) => fold
            .open_promises(topic.extent())
            .map(|promises| Found::Promises(Rows::of(as_of, promises, page))),
        // The latest are what is in force.
        Question::Levers(topic, page) => fold
            .lever_changes(topic.extent())
            .map(|levers| Found::Levers(Rows::of(as_of, levers.into_iter().rev(), page))),
        Question::Incidents(topic, page, since) => match (since, as_of) {
            (Some(to), Some(as_of)) if to > as_of => {
                return Answer::NotCounted("since", NotCounted::Ahead { to, as_of });
            }
            (_, None) => return Answer::NotYet,
            (since, Some(_)) => fold
                .incidents_since(
                    topic.extent(),
                    since.unwrap_or(Time(i64::MIN)),
                    IncidentsTold {
                        most: page.offset.saturating_add(page.limit),
                        ..IncidentsTold::ALL
                    },
                )
                .map(|(total, first)| {
                    let incidents = Rows::of(as_of, first, page);
                    Found::Incidents(Rows { total, ..incidents })
                }),
        },
        Question::Explanation(topic, compared) => match explained(fold, topic.extent(), compared) {
            Ok(explanation) => Some(Found::Explanation(Box::new(explanation))),
            Err((instant, reason)) => return not_counted(instant, reason),
        },
        Question::Help(topic, asked) => {
            let asked = asked.as_ref().map(|(from, to)| (from, to));
            match fold.help(topic.extent(), asked) {
                Ok(help) => Some(Found::Help(Box::new(help))),
                Err(reason) => return not_helped(reason),
            }
        }
        Question::Unknown(Page { offset, limit }) => fold
            .unknown(offset..offset.saturating_add(limit))
            .map(|unknown| Found::Unknown(Box::new(unknown))),
        Question::Scopes(_) => None, // answered above
    };
    found.map_or(Answer::NotYet, Answer::Found)
}

/// Why something is not known, because of the instant of that name.
fn not_counted(instant: &'static str, reason: NotCounted) -> Answer {
    match reason {
        NotCounted::UnknownScope(scope) => Answer::UnknownScope(scope),
        NotCounted::NotYet => Answer::NotYet,
        NotCounted::Ahead { .. } | NotCounted::Past { .. } | NotCounted::Gone { .. } => {
            Answer::NotCounted(instant, reason)
        }
    }
}

/// Why it cannot be told who could help.
fn not_helped(reason: NoHelp) -> Answer {
    match reason {
        NoHelp::UnknownScope(scope) => Answer::UnknownScope(scope),
        NoHelp::NotYet => Answer::NotYet,
        NoHelp::NotOfAgencies(_)
        | NoHelp::NotAQueue(_)
        | NoHelp::NotAnAgency(_)
        | NoHelp::Outside { .. }
        | NoHelp::Itself(_) => Answer::NotHelped(reason),
    }
}

/// The view of a scope that is watched: a copy, so that whoever follows the
/// figures by the API has them however much others ask.
fn made(fold: &Fold, publisher: &Publisher, question: &Question) -> Answer {
    match question {
        Question::View(topic, false) => publisher.view(topic.extent(), fold.as_of()),
        _ => None,
    }
    .map_or(Answer::Busy, |view| {
        Answer::Found(Found::View(Box::new(view.clone())))
    })
}

/// A view; if the scope is watched, it is the one that the tick made.
fn view(fold: &Fold, publisher: &Publisher, extent: &Extent, quarters: bool) -> Option<Found> {
    let view = match publisher.view(extent, fold.as_of()) {
        Some(view) => view.clone(),
        None => fold.view(extent)?,
    };
    let quarters = quarters.then(|| fold.quarters(extent)).flatten();
    Some(Found::View(Box::new(View { quarters, ..view })))
}

/// Why a rate moved; where that is not known, because of which instant, and why.
fn explained(
    fold: &Fold,
    extent: &Extent,
    compared: Compared,
) -> Result<Explanation, (&'static str, NotCounted)> {
    let Compared { from, to, length } = compared;
    let side = |name, at| {
        let side = fold.side_at(extent, length, at);
        side.map_err(|reason| (name, reason))
    };
    // The later one first: whoever is told that it is to come need not know the other.
    let after = side("to", to)?;
    let before = side("from", from)?;
    Ok(explain(extent, length, &before, &after))
}

/// A page of the children of a scope, sorted by scope as in a snapshot of the
/// websocket. If they are watched, they are those that the tick made.
fn children(fold: &Fold, publisher: &Publisher, extent: &Extent, page: Page) -> Option<Found> {
    let as_of = fold.as_of();
    let rows = match publisher.children(extent, as_of) {
        Some(shown) => Rows::of(as_of, shown, page).map(Card::clone),
        None => {
            let mut children = fold.children(extent)?;
            children.sort_by(|one, other| one.scope.cmp(&other.scope));
            Rows::of(as_of, children, page)
        }
    };
    Some(Found::Children(rows, fold.path(extent)))
}
