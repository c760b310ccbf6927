//! What a window adds up for formulas alone.

/// Declares the quantities and their names from one list.
macro_rules! quantities {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:ident,)+) => {
        /// A sum over a window that stands in formulas and is no count of the
        /// contract: a view shows it only as a side of a rate.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Quantity {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Quantity {
            /// Every quantity, in the order of the list.
            pub const ALL: &'static [Quantity] = &[$(Quantity::$variant),+];

            /// Its name, as formulas write it.
            pub const fn name(self) -> &'static str {
                match self { $(Quantity::$variant => stringify!($name),)+ }
            }
        }
    };
}

quantities! {
    /// Legs answered, abandoned, cut off or lost, with a known wait.
    KnownWaits = known_waits,
    /// Legs answered within the threshold X of the service level.
    AnsweredWithin = answered_within,
    /// Legs answered within 20 seconds.
    AnsweredWithin20 = answered_within_20s,
    /// Legs answered within a minute.
    AnsweredWithin60 = answered_within_60s,
    /// Legs answered within three minutes.
    AnsweredWithin180 = answered_within_180s,
    /// Legs answered within five minutes.
    AnsweredWithin300 = answered_within_300s,
    /// Legs answered within ten minutes.
    AnsweredWithin600 = answered_within_600s,
    /// Legs abandoned within the threshold X of the service level.
    AbandonedWithin = abandoned_within,
    /// Legs answered with a known wait.
    AnswerWaits = answer_waits,
    /// Waits of the legs answered, in microseconds.
    AnswerMicros = answer_micros,
    /// Legs abandoned with a known wait.
    AbandonWaits = abandon_waits,
    /// Waits of the legs abandoned, in microseconds.
    AbandonMicros = abandon_micros,
    /// Calls whose conversation ended.
    CallsEnded = calls_ended,
    /// Talk and hold of calls ended, and wrap-up, in microseconds.
    HandleMicros = handle_micros,
    /// Callback promises that came due.
    CallbacksDue = callbacks_due,
    /// Callback promises with an attempt by their due time.
    CallbacksCalled = callbacks_called,
    /// Callback promises reached by their due time.
    CallbacksReached = callbacks_reached,
    /// Messages and recontacts that came due.
    MessagesDue = messages_due,
    /// Messages and recontacts handled by their due time.
    MessagesHandled = messages_handled,
    /// Legs that heard how long they would wait, but for those that left before
    /// that time.
    Announced = announced,
    /// Legs that waited longer than they first heard.
    AnnouncedExceeded = announced_exceeded,
    /// Scores of surveys that are 4 or 5.
    Satisfied = satisfied,
    /// Sum of the scores of surveys.
    Scores = scores,
    /// Calls received that left the voice server by no known way out: received
    /// − self_served − the three deflected − calls that asked for an agent, at
    /// their first `queued` of reason asked.
    LeftInIvr = left_in_ivr,
    /// Time that agents were talking, holding or wrapping up, in microseconds.
    BusyMicros = busy_micros,
    /// Time that agents were ready for a call, in microseconds.
    ReadyMicros = ready_micros,
}

/// Lengths of time of a window, of which percentiles can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// The waits of answered legs.
    AnswerWaits,
    /// By how much the waits of answered legs differed from what was first
    /// announced.
    AnnouncedErrors,
}
