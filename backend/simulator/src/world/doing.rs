//! What an agent does, and why a pause.

use vigie_contract::event::AgentState;

use crate::truth::Occupation;

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
            Doing::Offline
            | Doing::Ready
            | Doing::Ringing
            | Doing::Talking
            | Doing::Holding
            | Doing::WrapUp => None,
        }
    }

    /// Whether the agent counts as there to answer.
    pub fn is_present(self) -> bool {
        !matches!(self, Doing::Offline | Doing::Paused(_))
    }

    /// What the agent counts under.
    pub fn occupation(self) -> Occupation {
        match self {
            Doing::Offline => Occupation::Offline,
            Doing::Ready => Occupation::Ready,
            Doing::Ringing | Doing::Dialling => Occupation::Ringing,
            Doing::Talking => Occupation::Talking,
            Doing::Holding => Occupation::Holding,
            Doing::WrapUp => Occupation::WrapUp,
            Doing::Paused(PauseReason::Lunch) => Occupation::Lunch,
            Doing::Paused(PauseReason::Break) => Occupation::Break,
            Doing::Paused(PauseReason::Training) => Occupation::Training,
            Doing::Paused(PauseReason::Meeting) => Occupation::Meeting,
            Doing::Paused(PauseReason::BackOffice) => Occupation::BackOffice,
            Doing::Paused(PauseReason::Unanswered) => Occupation::Unanswered,
        }
    }
}
