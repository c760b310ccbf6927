//! What an agent counts under.

use super::counts::State;

/// What an agent counts under at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupation {
    /// Not there: counts nowhere.
    Offline,
    Ready,
    Ringing,
    Talking,
    Holding,
    WrapUp,
    /// On a pause for lunch.
    Lunch,
    /// On a short pause.
    Break,
    /// In a training.
    Training,
    /// In a meeting.
    Meeting,
    /// Does what a call left to do.
    BackOffice,
    /// Put on a pause because the set rang and nobody took it.
    Unanswered,
}

impl Occupation {
    /// The counts of an agency that an agent is in.
    pub(super) fn counts(self, state: &mut State) -> [Option<&mut u32>; 2] {
        let of_reason = match self {
            Occupation::Offline => return [None, None],
            Occupation::Ready => return [Some(&mut state.agents_ready), None],
            Occupation::Ringing => return [Some(&mut state.agents_ringing), None],
            Occupation::Talking => return [Some(&mut state.agents_talking), None],
            Occupation::Holding => return [Some(&mut state.agents_holding), None],
            Occupation::WrapUp => return [Some(&mut state.agents_wrap_up), None],
            Occupation::Lunch => &mut state.paused_lunch,
            Occupation::Break => &mut state.paused_break,
            Occupation::Training => &mut state.paused_training,
            Occupation::Meeting => &mut state.paused_meeting,
            Occupation::BackOffice => &mut state.paused_back_office,
            Occupation::Unanswered => &mut state.paused_unanswered,
        };
        [Some(&mut state.agents_paused), Some(of_reason)]
    }
}
