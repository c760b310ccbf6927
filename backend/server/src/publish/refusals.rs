//! Subscriptions that cannot be served: what is said of them, and their count.

use vigie_contract::frame::{Refused, RefusedReason, ServerFrame};
use vigie_contract::scope::Scope;
use vigie_contract::topic::Topic;

use super::frame::LARGEST_FRAME;
use crate::telemetry::metrics as names;

/// The refusal of a topic of which nobody has named a scope.
pub(super) fn unknown_scope(topic: &Topic, unnamed: &Scope) -> ServerFrame {
    ServerFrame::Refused(Refused {
        topic: topic.to_string(),
        reason: RefusedReason::UnknownScope,
        message: format!("neither the directory nor an event has named {unnamed}"),
    })
}

/// The refusal of a topic whose frame no client's buffer may hold.
pub(super) fn too_large(topic: &Topic, bytes: usize) -> ServerFrame {
    ServerFrame::Refused(Refused {
        topic: topic.to_string(),
        reason: RefusedReason::TooLarge,
        message: format!(
            "a frame of {topic} has {bytes} bytes, more than the {LARGEST_FRAME} that are \
             sent: watch a narrower scope, or its figures alone"
        ),
    })
}

/// Counts a subscription that is refused.
pub fn count_refused(reason: RefusedReason) {
    metrics::counter!(names::SUBSCRIPTIONS_REFUSED, "reason" => reason.name()).increment(1);
}
