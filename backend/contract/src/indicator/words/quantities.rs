//! How formulas call what they name.

use crate::indicator::count::Operand;
use crate::indicator::quantity::{Distribution, Quantity};
use crate::indicator::text::{Text, text};

impl Operand {
    /// What it is called.
    pub const fn title(self) -> Text {
        match self {
            Operand::Count(count) => count.words().title,
            Operand::Derived(sum) => sum.words().title,
            Operand::Quantity(quantity) => quantity.title(),
        }
    }
}

impl Quantity {
    /// What it is called.
    pub const fn title(self) -> Text {
        match self {
            Quantity::KnownWaits => text("Appels d’attente connue", "Calls of a known wait"),
            Quantity::AnsweredWithin => text(
                "Appels traités sous le seuil de leur file",
                "Calls answered within the threshold of their queue",
            ),
            Quantity::AnsweredWithin20 => text(
                "Appels traités en 20 s au plus",
                "Calls answered within 20 s",
            ),
            Quantity::AnsweredWithin60 => text(
                "Appels traités en 60 s au plus",
                "Calls answered within 60 s",
            ),
            Quantity::AnsweredWithin180 => text(
                "Appels traités en 180 s au plus",
                "Calls answered within 180 s",
            ),
            Quantity::AnsweredWithin300 => text(
                "Appels traités en 300 s au plus",
                "Calls answered within 300 s",
            ),
            Quantity::AnsweredWithin600 => text(
                "Appels traités en 600 s au plus",
                "Calls answered within 600 s",
            ),
            Quantity::AbandonedWithin => text(
                "Appels abandonnés sous le seuil de leur file",
                "Calls abandoned within the threshold of their queue",
            ),
            Quantity::AnswerWaits => text(
                "Appels traités d’attente connue",
                "Calls answered with a known wait",
            ),
            Quantity::AnswerMicros => text(
                "Attentes cumulées des appels traités",
                "Waits of the calls answered",
            ),
            Quantity::AbandonWaits => text(
                "Appels abandonnés d’attente connue",
                "Calls abandoned with a known wait",
            ),
            Quantity::AbandonMicros => text(
                "Attentes cumulées des appels abandonnés",
                "Waits of the calls abandoned",
            ),
            Quantity::CallsEnded => text("Conversations terminées", "Calls ended"),
            Quantity::HandleMicros => text(
                "Durées cumulées de conversation, de mise en attente et de post-appel",
                "Talk, hold and wrap-up",
            ),
            Quantity::CallbacksDue => text("Rappels échus", "Callbacks that came due"),
            Quantity::CallbacksCalled => text(
                "Rappels tentés avant leur échéance",
                "Callbacks attempted by their due time",
            ),
            Quantity::CallbacksReached => text(
                "Rappels ayant joint l’appelant avant leur échéance",
                "Callbacks that reached the caller by their due time",
            ),
            Quantity::MessagesDue => text(
                "Messages et recontacts échus",
                "Messages and recontacts that came due",
            ),
            Quantity::MessagesHandled => text(
                "Messages et recontacts traités avant leur échéance",
                "Messages and recontacts handled by their due time",
            ),
            Quantity::Announced => text(
                "Appels ayant entendu une attente annoncée, sauf ceux partis avant ce temps",
                "Calls that heard a wait announced, but for those that left before that time",
            ),
            Quantity::AnnouncedExceeded => text(
                "Appels ayant attendu plus qu’annoncé",
                "Calls that waited longer than announced",
            ),
            Quantity::Satisfied => text("Notes de 4 ou 5", "Scores of 4 or 5"),
            Quantity::Scores => text("Somme des notes", "Sum of the scores"),
            Quantity::LeftInIvr => text(
                "Appels reçus − appels satisfaits par le SVI − appels dissuadés (les trois comptes) − premières demandes d’agent, à leur entrée en file",
                "Calls received − calls satisfied by the voice server − calls turned away (all three counts) − first askings for an agent, as they enter a queue",
            ),
            Quantity::BusyMicros => text(
                "Temps des agents en conversation, en mise en attente ou en post-appel",
                "Time that agents were talking, holding or wrapping up",
            ),
            Quantity::ReadyMicros => text("Temps des agents prêts", "Time that agents were ready"),
        }
    }
}

impl Distribution {
    /// What the lengths of time are called of which a percentile is taken.
    pub const fn title(self) -> Text {
        match self {
            Distribution::AnswerWaits => {
                text("Attentes des appels traités", "Waits of the calls answered")
            }
            Distribution::AnnouncedErrors => text(
                "Écarts absolus entre la première attente annoncée et l’attente réelle des appels traités",
                "Absolute differences between the wait first announced and the actual one, of the calls answered",
            ),
        }
    }
}
