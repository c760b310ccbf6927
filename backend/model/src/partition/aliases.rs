//! An event as its histories keep it.
//!
//! Three things are changed of what the event said, each where it must be. Its id
//! loses the pseudonyms that some platforms build ids from: histories keep ids,
//! since they decide between events of one instant, and no pseudonym may be in a
//! state. Where its source has no place of its own, its id keeps the source: that
//! decides between events of one id. And where its queue has none, its call is told
//! apart by the codes as well: two queues that count under `other` are two legs
//! still.

use std::borrow::Cow;

use vigie_contract::event::{Body, Event};
use vigie_contract::text::Text;

use super::named::codes_of;
use crate::event_id;

/// Stands for a pseudonym in an id. No id holds a control character, and ids in
/// which the same was replaced keep their order.
const REMOVED: &str = "\u{0}";

/// Stands between a call's id and the codes that tell it apart. Neither holds a
/// control character.
const APART: char = '\u{0}';

/// Which codes of an event have no place of their own, and count under `other`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Others {
    pub queue: bool,
    pub source: bool,
}

/// The event as its histories keep it.
pub(super) fn kept<'e>(event: &'e Event<'e>, others: Others) -> Cow<'e, Event<'e>> {
    let id = without_pseudonyms(event);
    if id.is_none() && others == Others::default() {
        return Cow::Borrowed(event);
    }
    let mut kept = event.clone();
    if let Some(id) = id {
        kept.id = Text::from(id);
    }
    if others.source {
        kept.id = Text::from(event_id::with_source(&kept.id, &event.source));
    }
    if others.queue {
        set_apart(&mut kept);
    }
    Cow::Owned(kept)
}

/// The call's id as its platform gave it.
pub(super) fn call_of(subject: &str) -> &str {
    subject.split(APART).next().unwrap_or(subject)
}

fn without_pseudonyms(event: &Event<'_>) -> Option<String> {
    let id = &*event.id;
    let pseudonyms = pseudonyms(&event.body);
    let has = |pseudonym: &&&str| !pseudonym.is_empty() && id.contains(**pseudonym);
    let mut found = pseudonyms.iter().flatten().filter(has).peekable();
    found.peek()?;
    let removed = found.fold(id.to_owned(), |id, pseudonym| {
        id.replace(pseudonym, REMOVED)
    });
    Some(removed)
}

/// The pseudonyms that an event names: of its caller, and of its agent.
pub(super) fn pseudonyms<'e>(body: &'e Body<'_>) -> [Option<&'e str>; 2] {
    let (caller, agent) = match body {
        Body::CallReceived(data) => (data.caller.as_deref(), None),
        Body::CallSelfServed(data) => (data.caller.as_deref(), None),
        Body::CallDeflected(data) => (data.caller.as_deref(), None),
        Body::CallQueued(data) => (data.caller.as_deref(), None),
        Body::CallRangUnanswered(data) => (None, data.agent.as_deref()),
        Body::CallAnswered(data) => (None, data.agent.as_deref()),
        Body::CallEnded(data) => (None, data.agent.as_deref()),
        Body::CallWrappedUp(data) => (None, data.agent.as_deref()),
        Body::AgentStateChanged(data) => (None, Some(&*data.agent)),
        Body::CallAnnounced(_)
        | Body::CallAbandoned(_)
        | Body::CallOverflowed(_)
        | Body::CallCutOff(_)
        | Body::CallCallbackAccepted(_)
        | Body::CallVoicemailLeft(_)
        | Body::CallRecontactPromised(_)
        | Body::PromiseAttempted(_)
        | Body::CallTransferred(_)
        | Body::QueueStateChanged(_)
        | Body::SurveyAnswered(_) => (None, None),
    };
    [caller, agent]
}

fn set_apart(event: &mut Event<'_>) {
    let (agency, queue, _) = codes_of(&event.body);
    let apart = |text: &str| {
        let [agency, queue] = [agency, queue].map(Option::unwrap_or_default);
        Text::from(format!("{text}{APART}{agency}{APART}{queue}"))
    };
    let subject = apart(&event.subject);
    let agent = if let Body::AgentStateChanged(changed) = &event.body {
        Some(apart(&changed.agent))
    } else {
        None
    };
    event.subject = subject;
    if let (Body::AgentStateChanged(changed), Some(agent)) = (&mut event.body, agent) {
        changed.agent = agent;
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::event::CallAnswered;
    use vigie_contract::time::Time;

    use super::*;

    fn answered<'e>(id: &'e str, agent: Option<&'e str>) -> Event<'e> {
        Event {
            id: id.into(),
            source: "/pbx".into(),
            time: Time(0),
            subject: "call-7".into(),
            body: Body::CallAnswered(CallAnswered {
                agency: "A".into(),
                queue: "Q".into(),
                agent: agent.map(Into::into),
            }),
            arrival: None,
        }
    }

    #[test]
    fn an_id_is_kept_without_the_pseudonyms_of_its_event() {
        for (id, agent, expected) in [
            ("call-7-2", Some("jdupont"), "call-7-2"),
            ("call-7-2", None, "call-7-2"),
            ("jdupont-2", Some("jdupont"), "\u{0}-2"),
            ("7/jdupont/2/jdupont", Some("jdupont"), "7/\u{0}/2/\u{0}"),
        ] {
            let event = answered(id, agent);
            let kept = kept(&event, Others::default());
            assert_eq!(&*kept.id, expected);
            assert_eq!(matches!(kept, Cow::Borrowed(_)), id == expected, "{id}");
        }
    }

    #[test]
    fn calls_of_two_queues_without_a_place_are_two_and_show_their_own_id() {
        let event = answered("1", None);
        let mut elsewhere = event.clone();
        if let Body::CallAnswered(answered) = &mut elsewhere.body {
            answered.queue = "P".into();
        }
        let queue = Others {
            queue: true,
            source: false,
        };
        let (one, other) = (kept(&event, queue), kept(&elsewhere, queue));
        assert_ne!(one.subject, other.subject);
        assert_eq!(call_of(&one.subject), "call-7");
        assert_eq!(call_of(&event.subject), "call-7");
    }
}
