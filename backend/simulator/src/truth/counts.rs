//! What the truth counts: one list a kind of row, with the names in the file.

/// Declares the counts once: their fields and their names in the file.
macro_rules! counts {
    ($(#[doc = $of:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $field:ident,)+ }) => {
        $(#[doc = $of])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: u32,)+
        }

        impl $name {
            /// Every count with its name.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, u32)> {
                [$((stringify!($field), self.$field)),+].into_iter()
            }

            /// Adds the counts of another row.
            pub fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)+
            }
        }
    };
}

counts! {
    /// Counts of an agency in a quarter-hour.
    Counts {
        /// Legs of any reason that opened, in hours or not, by handler.
        entered_all,
        /// Legs of any reason that closed, in hours or not, by handler.
        closed_all,
        /// Picked up by an agent.
        answered,
        /// Picked up by an agent within three minutes.
        answered_within,
        /// Hung up first.
        abandoned,
        /// Hung up first within three minutes.
        abandoned_within,
        /// Hung up first under five seconds.
        short_abandoned,
        /// Dropped by the system.
        cut_off,
        /// Never given an outcome.
        lost,
        /// Chose to be called back.
        callbacks_accepted,
        /// Chose to leave a message.
        voicemails,
        /// Moved on to another queue.
        overflowed_out,
        /// Had come from another queue; at their closing.
        overflowed_in,
        /// Closed outside opening hours, counted nowhere else.
        out_of_hours,
        /// Had an outcome without an entry.
        orphan,
        /// Heard an announcement: those who left before the announced time
        /// aside.
        announcements_heard,
        /// Heard an announcement and waited longer than it said.
        announcements_exceeded,
        /// Turned away after asking for an agent, or as closed in opening
        /// hours.
        deflected_asked,
        /// Turned away as closed, outside opening hours.
        deflected_closed,
        /// Turned away as saturated, before asking for an agent.
        deflected_saturated,
        /// Passed on by an agent; as they enter, at any hour.
        transferred_in,
        /// Legs of reason transfer that were answered.
        second_level_answered,
        /// Legs of reason transfer that were abandoned.
        second_level_abandoned,
        /// Legs of reason transfer that were cut off.
        second_level_cut_off,
        /// Legs of reason transfer that were never given an outcome.
        second_level_lost,
        /// Legs of reason callback that were answered.
        callback_answered,
        /// Legs of reason callback that were abandoned.
        callback_abandoned,
        /// Legs of reason callback that were cut off.
        callback_cut_off,
        /// Callback promises made; all promises by the agency that made them.
        callbacks_promised,
        /// Promises to answer a message made.
        messages_promised,
        /// Promises that an expert will call made.
        recontacts_promised,
        /// Callback promises kept in time.
        promises_kept,
        /// Callback promises broken: due, or cancelled before.
        promises_broken,
        /// Callback promises kept after they were due.
        promises_kept_late,
        /// Callback promises cancelled, at any time.
        promises_cancelled,
        /// Callback promises due and not kept, with an attempt in time.
        promises_unreachable,
        /// Promises of any kind forgotten: open a day after they were due.
        promises_forgotten,
        /// Attempts of any kind against no promise.
        attempts_without_promise,
        /// Callback promises due, those cancelled by then aside.
        callbacks_due,
        /// Callback promises due whose person was called in time.
        callbacks_called_in_time,
        /// Callback promises due whose person was reached in time.
        callbacks_reached_in_time,
        /// Promises to answer a message due, those cancelled by then aside.
        messages_due,
        /// Promises to answer a message due and handled in time.
        messages_in_time,
        /// Promises that an expert will call due, those cancelled by then
        /// aside.
        recontacts_due,
        /// Promises that an expert will call due and handled in time.
        recontacts_in_time,
        /// An agent's set rang and nobody took it.
        rang_unanswered,
        /// Conversations that ended.
        calls_ended,
        /// Callers who rated the call.
        surveys,
        /// Callers who rated the call 4 or 5.
        surveys_satisfied,
        /// Sum of the scores of the callers who rated the call.
        survey_scores,
    }
}

impl Counts {
    /// offered = answered + abandoned + cut_off + lost + callbacks_accepted +
    /// voicemails.
    pub fn offered(&self) -> u32 {
        self.answered
            + self.abandoned
            + self.cut_off
            + self.lost
            + self.callbacks_accepted
            + self.voicemails
    }

    /// asked = offered + deflected_asked.
    pub fn asked(&self) -> u32 {
        self.offered() + self.deflected_asked
    }
}

counts! {
    /// Counts of a line in a quarter-hour: events that name no agency.
    LineCounts {
        /// Reached the voice server.
        received,
        /// Reached the voice server outside the hours of the line.
        received_out_of_hours,
        /// Reached the voice server and were identified.
        identified,
        /// Satisfied by the voice server.
        self_served,
        /// Satisfied by the voice server in the hours of the line.
        self_served_in_hours,
        /// Turned away as closed, outside the hours of the line.
        deflected_closed,
    }
}

counts! {
    /// How an agency stands at the end of a quarter-hour.
    State {
        /// Legs that wait because the caller asked.
        waiting_asked,
        /// Legs that wait after an overflow.
        waiting_overflow,
        /// Legs that wait after a transfer.
        waiting_transfer,
        /// Legs that wait for a call back.
        waiting_callback,
        /// Promises of any kind that are open.
        promises_open,
        /// Agents ready for a call.
        agents_ready,
        /// Agents whose set rings.
        agents_ringing,
        /// Agents in conversation.
        agents_talking,
        /// Agents with a caller on hold.
        agents_holding,
        /// Agents in after-call work.
        agents_wrap_up,
        /// Agents on a pause.
        agents_paused,
        /// Agents on a pause for lunch.
        paused_lunch,
        /// Agents on a break.
        paused_break,
        /// Agents in a training.
        paused_training,
        /// Agents in a meeting.
        paused_meeting,
        /// Agents on a pause to do what a call left.
        paused_back_office,
        /// Agents on a pause because their set rang and they did not take it.
        paused_unanswered,
    }
}

impl State {
    /// Agents who are not signed off.
    pub fn staffed(&self) -> u32 {
        self.agents_ready
            + self.agents_ringing
            + self.agents_talking
            + self.agents_holding
            + self.agents_wrap_up
            + self.agents_paused
    }

    /// Agents who are talking, holding or in after-call work.
    pub(super) fn busy(&self) -> u32 {
        self.agents_talking + self.agents_holding + self.agents_wrap_up
    }
}

/// Waits of legs: a sum in microseconds, so that it is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// How many.
    pub count: u32,
    /// Their sum.
    pub sum_microseconds: i64,
    /// The longest.
    pub longest_microseconds: i64,
}

impl Waits {
    pub(super) fn record(&mut self, microseconds: i64) {
        self.count += 1;
        self.sum_microseconds += microseconds;
        self.longest_microseconds = self.longest_microseconds.max(microseconds);
    }

    /// Adds the waits of another row.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.sum_microseconds += other.sum_microseconds;
        self.longest_microseconds = self.longest_microseconds.max(other.longest_microseconds);
    }
}

/// Counts and times of an agency in a quarter-hour, from one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The counts.
    pub counts: Counts,
    /// Waits of answered legs.
    pub answer_waits: Waits,
    /// Waits of abandoned legs.
    pub abandon_waits: Waits,
    /// Waits of answered legs of reason transfer.
    pub second_level_waits: Waits,
    /// Talk and hold of the conversations that ended, and after-call work that
    /// ended.
    pub handle_microseconds: i64,
    /// Time that agents were talking, holding or in after-call work.
    pub busy_microseconds: i64,
    /// Time that agents were ready.
    pub ready_microseconds: i64,
}

impl Figures {
    /// Waits by their names in the file.
    pub fn named_waits(&self) -> [(&'static str, Waits); 3] {
        [
            ("answer_waits", self.answer_waits),
            ("abandon_waits", self.abandon_waits),
            ("second_level_waits", self.second_level_waits),
        ]
    }

    /// Adds the figures of another row.
    pub fn add(&mut self, other: &Self) {
        self.counts.add(&other.counts);
        self.answer_waits.add(&other.answer_waits);
        self.abandon_waits.add(&other.abandon_waits);
        self.second_level_waits.add(&other.second_level_waits);
        self.handle_microseconds += other.handle_microseconds;
        self.busy_microseconds += other.busy_microseconds;
        self.ready_microseconds += other.ready_microseconds;
    }

    /// Times by their names in the file.
    pub fn named_times(&self) -> [(&'static str, i64); 3] {
        [
            ("handle_microseconds", self.handle_microseconds),
            ("busy_microseconds", self.busy_microseconds),
            ("ready_microseconds", self.ready_microseconds),
        ]
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
