//! What an agent does, and why a pause.

use vigie_contract::event::AgentState;

use crate::truth::State;

/// Why an agent is on a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PauseReason {
    Lunch,
    Break,
    Training,
    Meeting,
    /// Something that a call left to do.
    BackOffice,
    /// The set rang and the agent did not take it.
    Unanswered,
}

impl PauseReason {
    /// As sent: a platform's own word. It has none where the pause was its own
    /// doing and not the agent's choice.
    pub fn code(self) -> Option<&'static str> {
        match self {
            PauseReason::Lunch => Some("dejeuner"),
            PauseReason::Break => Some("pause"),
            PauseReason::Training => Some("formation"),
            PauseReason::Meeting => Some("reunion"),
            PauseReason::BackOffice => Some("traitement"),
            PauseReason::Unanswered => None,
        }
    }
}

/// What an agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Offline,
    Ready,
    Ringing,
    /// Dials a person who was promised a call.
    Dialling,
    Talking,
    Holding,
    WrapUp,
    Paused(PauseReason),
}

impl Doing {
    /// The state as sent.
    pub fn state(self) -> AgentState {
        match self {
            Doing::Offline => AgentState::Offline,
            Doing::Ready => AgentState::Ready,
            Doing::Ringing | Doing::Dialling => AgentState::Ringing,
            Doing::Talking => AgentState::Talking,
            Doing::Holding => AgentState::Holding,
            Doing::WrapUp => AgentState::WrapUp,
            Doing::Paused(_) => AgentState::Paused,
        }
    }

    /// The reason as sent.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Doing::Paused(reason) => reason.code(),
            Doing::Dialling => Some("rappel"),
            _ => None,
        }
    }

    /// Whether the agent counts as there to answer.
    pub fn is_present(self) -> bool {
        !matches!(self, Doing::Offline | Doing::Paused(_))
    }

    /// The counts that the agent is in.
    pub fn counts(self, state: &mut State) -> [Option<&mut u32>; 2] {
        match self {
            Doing::Offline => [None, None],
            Doing::Ready => [Some(&mut state.agents_ready), None],
            Doing::Ringing | Doing::Dialling => [Some(&mut state.agents_ringing), None],
            Doing::Talking => [Some(&mut state.agents_talking), None],
            Doing::Holding => [Some(&mut state.agents_holding), None],
            Doing::WrapUp => [Some(&mut state.agents_wrap_up), None],
            Doing::Paused(reason) => {
                let of_reason = match reason {
                    PauseReason::Lunch => &mut state.paused_lunch,
                    PauseReason::Break => &mut state.paused_break,
                    PauseReason::Training => &mut state.paused_training,
                    PauseReason::Meeting => &mut state.paused_meeting,
                    PauseReason::BackOffice => &mut state.paused_back_office,
                    PauseReason::Unanswered => &mut state.paused_unanswered,
                };
                [Some(&mut state.agents_paused), Some(of_reason)]
            }
        }
    }
}
