//! What others ask, answered from the fold as it stands between two inputs.

use vigie_contract::lists::{LeverChanges, OpenPromises, WaitingCalls};
use vigie_contract::time::Time;
use vigie_contract::view::View;
use vigie_model::Fold;

use super::Engine;
use super::request::{Answer, Children, Listing, Request};

impl Engine {
    /// Answers a request. Whoever asked may have left meanwhile: an answer that
    /// nobody takes is dropped.
    pub(super) fn answer(&mut self, request: Request, now: Time) {
        let fold = &self.parts.fold;
        match request {
            Request::Subscribe(subscription) => {
                let feed = self.feed(now);
                let fold = &self.parts.fold;
                let figures = fold.as_of().is_some().then_some(fold);
                self.publisher.subscribe(subscription, figures, &feed);
            }
            Request::Leave(client) => self.publisher.leave(client),
            Request::View(scope, quarters, reply) => {
                let _ = reply.send(about(fold, |_| {
                    let view = fold.view(&scope)?;
                    let quarters = quarters.then(|| fold.quarters(&scope)).flatten();
                    Some(View { quarters, ..view })
                }));
            }
            Request::Children(scope, reply) => {
                let _ = reply.send(about(fold, |as_of| {
                    let children = fold.children(&scope)?;
                    let path = fold.path(&scope);
                    Some(Children {
                        as_of,
                        path,
                        children,
                    })
                }));
            }
            Request::Waiting(Listing { scope, limit }, reply) => {
                let _ = reply.send(about(fold, |as_of| {
                    let mut waiting = fold.waiting_calls(&scope)?;
                    let total = waiting.len() as u64;
                    waiting.truncate(limit);
                    Some(WaitingCalls {
                        as_of,
                        scope,
                        total,
                        waiting,
                    })
                }));
            }
            Request::Promises(Listing { scope, limit }, reply) => {
                let _ = reply.send(about(fold, |as_of| {
                    let mut promises = fold.open_promises(&scope)?;
                    let total = promises.len() as u64;
                    promises.truncate(limit);
                    Some(OpenPromises {
                        as_of,
                        scope,
                        total,
                        promises,
                    })
                }));
            }
            Request::Levers(Listing { scope, limit }, reply) => {
                let _ = reply.send(about(fold, |as_of| {
                    let mut levers = fold.lever_changes(&scope)?;
                    let total = levers.len() as u64;
                    // Oldest first: the latest are what is in force.
                    levers.drain(..levers.len().saturating_sub(limit));
                    Some(LeverChanges {
                        as_of,
                        scope,
                        total,
                        levers,
                    })
                }));
            }
            Request::Scopes(reply) => {
                let _ = reply.send(fold.scopes().collect());
            }
            Request::Unknown(page, reply) => {
                let _ = reply.send(about(fold, |_| fold.unknown(page)));
            }
            Request::Counters(reply) => {
                let _ = reply.send(fold.counters());
            }
            Request::Stop(_) => {} // handled by the loop
        }
    }
}

/// An answer about a scope; `found` is given the instant of the figures.
fn about<T>(fold: &Fold, found: impl FnOnce(Time) -> Option<T>) -> Answer<T> {
    let Some(as_of) = fold.as_of() else {
        return Answer::NotYet;
    };
    match found(as_of) {
        Some(found) => Answer::Found(Box::new(found)),
        None => Answer::UnknownScope,
    }
}
