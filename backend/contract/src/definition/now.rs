//! What is going on at the instant of a view.

use super::figure::{Figure, NUMBER, SECONDS};
use super::place::Windowed;
use crate::indicator::{Direction, Text, Unit, text, words};

/// Calls that wait.
pub const WAITING: Figure = Figure {
    name: "waiting",
    direction: Direction::LowerIsBetter,
    formula: text(
        "appels entrés − appels sortis",
        "calls entered − calls left",
    ),
    words: words(
        text("Appels en attente", "Calls waiting"),
        text(
            "Appels entrés dans une file, ni pris par un agent, ni raccrochés, ni sortis autrement. Tous les motifs comptent.",
            "Calls that entered a queue and were neither picked up by an agent, nor hung up, nor left otherwise. Every reason counts.",
        ),
    ),
    ..NUMBER
};

/// The age of the call that waits longest.
pub const LONGEST_WAIT: Figure = Figure {
    name: "longest_wait_seconds",
    formula: text(
        "instant des chiffres − instant de la plus ancienne demande",
        "time of the figures − time of the oldest request",
    ),
    words: words(
        text("Plus longue attente", "Longest wait"),
        text(
            "Depuis quand attend l’appel qui attend le plus, compté du moment où l’appelant a demandé un agent.",
            "How long the call that waits longest has waited, since the caller asked for an agent.",
        ),
    ),
    ..SECONDS
};

/// Of those who wait, the ones with a reason.
const fn waiting_by(name: &'static str, title: Text, sentence: Text) -> Figure {
    Figure {
        name,
        direction: Direction::LowerIsBetter,
        formula: text(
            "appels en attente, de ce motif d’entrée",
            "calls waiting, of this reason of entry",
        ),
        words: words(title, sentence),
        ..NUMBER
    }
}

/// Agents whose last state is one.
const fn agents_in(name: &'static str, title: Text, sentence: Text) -> Figure {
    Figure {
        name,
        formula: text(
            "agents dont c’est le dernier état connu",
            "agents of whom it is the last state known",
        ),
        words: words(title, sentence),
        ..NUMBER
    }
}

/// A record of predictions of missed promises.
const PREDICTED: Figure = Figure {
    unit: Some(Unit::Ratio),
    direction: Direction::HigherIsBetter,
    has_bound: true,
    ..NUMBER
};

/// Of the promises predicted to be missed, the share that were.
const fn precision(name: &'static str, windows: &'static [Windowed], title: Text) -> Figure {
    Figure {
        name,
        windows,
        formula: text(
            "manquées et prévues manquées 15 min avant ÷ prévues manquées 15 min avant",
            "missed and predicted to be 15 min before ÷ predicted to be missed 15 min before",
        ),
        words: words(
            title,
            text(
                "Parmi les promesses échues que l’on prévoyait manquées 15 minutes avant, celles que personne n’a tentées à temps.",
                "Of the promises that came due and were predicted to be missed 15 minutes before, those that nobody attempted in time.",
            ),
        ),
        ..PREDICTED
    }
}

/// Of the promises missed, the share that was predicted.
const fn recall(name: &'static str, windows: &'static [Windowed], title: Text) -> Figure {
    Figure {
        name,
        windows,
        formula: text(
            "manquées et prévues manquées 15 min avant ÷ manquées, faites 15 min avant",
            "missed and predicted to be 15 min before ÷ missed, and made 15 min before",
        ),
        words: words(
            title,
            text(
                "Parmi les promesses échues que personne n’a tentées à temps, celles que l’on prévoyait manquées 15 minutes avant.",
                "Of the promises that came due and that nobody attempted in time, those predicted to be missed 15 minutes before.",
            ),
        ),
        ..PREDICTED
    }
}

/// Everything that is going on, in the order of the fields of `Now`.
pub const NOW: &[Figure] = &[
    WAITING,
    waiting_by(
        "waiting_by_reason.asked",
        text(
            "En attente : demandes d’agent",
            "Waiting: asked for an agent",
        ),
        text(
            "Appels en attente dont l’appelant a demandé un agent.",
            "Calls waiting whose caller asked for an agent.",
        ),
    ),
    waiting_by(
        "waiting_by_reason.overflow",
        text("En attente : débordements", "Waiting: overflows"),
        text(
            "Appels en attente venus d’une autre file d’attente.",
            "Calls waiting that another queue passed on.",
        ),
    ),
    waiting_by(
        "waiting_by_reason.transfer",
        text("En attente : deuxième niveau", "Waiting: second level"),
        text(
            "Appels en attente qu’un agent a transmis.",
            "Calls waiting that an agent passed on.",
        ),
    ),
    waiting_by(
        "waiting_by_reason.callback",
        text("En attente : rappels", "Waiting: callbacks"),
        text(
            "Rappels en attente d’un agent.",
            "Callbacks that wait for an agent.",
        ),
    ),
    LONGEST_WAIT,
    Figure {
        name: "wait_p50_seconds",
        formula: text(
            "médiane (rang ⌈0,5 n⌉) des âges des n appels en attente",
            "median (nearest rank ⌈0.5 n⌉) of the ages of the n calls waiting",
        ),
        words: words(
            text("Attente en cours, médiane", "Wait so far, median"),
            text(
                "La moitié des appels en attente attendent depuis moins longtemps.",
                "Half of the calls waiting have waited for less.",
            ),
        ),
        ..SECONDS
    },
    Figure {
        name: "wait_p90_seconds",
        formula: text(
            "90e centile (rang ⌈0,9 n⌉) des âges des n appels en attente",
            "90th percentile (nearest rank ⌈0.9 n⌉) of the ages of the n calls waiting",
        ),
        words: words(
            text(
                "Attente en cours, 90e centile",
                "Wait so far, 90th percentile",
            ),
            text(
                "Neuf appels en attente sur dix attendent depuis moins longtemps.",
                "Nine in ten of the calls waiting have waited for less.",
            ),
        ),
        ..SECONDS
    },
    Figure {
        name: "agents.staffed",
        formula: text(
            "agents prêts + en sonnerie + en conversation + en mise en attente + en post-appel + en pause",
            "agents ready + ringing + talking + holding + wrapping up + paused",
        ),
        words: words(
            text("Agents en poste", "Agents staffed"),
            text(
                "Agents qui ne sont pas hors ligne.",
                "Agents who are not offline.",
            ),
        ),
        ..NUMBER
    },
    Figure {
        name: "agents.available",
        formula: text("agents prêts", "agents ready"),
        words: words(
            text("Agents disponibles", "Agents available"),
            text(
                "Agents prêts à prendre un appel.",
                "Agents who are ready for a call.",
            ),
        ),
        ..NUMBER
    },
    agents_in(
        "agents.ready",
        text("Agents prêts", "Agents ready"),
        text(
            "Agents dont le dernier état est prêt.",
            "Agents whose last state is ready.",
        ),
    ),
    agents_in(
        "agents.ringing",
        text("Agents en sonnerie", "Agents ringing"),
        text("Agents dont le poste sonne.", "Agents whose set rings."),
    ),
    agents_in(
        "agents.talking",
        text("Agents en conversation", "Agents talking"),
        text("Agents en conversation.", "Agents in conversation."),
    ),
    agents_in(
        "agents.holding",
        text("Agents en mise en attente", "Agents holding"),
        text(
            "Agents dont l’appelant est mis en attente.",
            "Agents whose caller is on hold.",
        ),
    ),
    agents_in(
        "agents.wrap_up",
        text("Agents en post-appel", "Agents wrapping up"),
        text(
            "Agents qui finissent le travail d’un appel.",
            "Agents in after-call work.",
        ),
    ),
    agents_in(
        "agents.paused",
        text("Agents en pause", "Agents paused"),
        text("Agents en pause.", "Agents in a pause."),
    ),
    agents_in(
        "agents.offline",
        text("Agents hors ligne", "Agents offline"),
        text(
            "Agents déconnectés, ou sans nouvelles depuis 12 heures.",
            "Agents who have signed off, or have been silent for 12 hours.",
        ),
    ),
    agents_in(
        "agents.pauses",
        text("Agents en pause, par motif", "Agents paused, by reason"),
        text(
            "Agents en pause, par le motif donné ; « unspecified » sans motif.",
            "Agents in a pause, by the reason given; “unspecified” where none was.",
        ),
    ),
    Figure {
        name: "promises.open",
        formula: text(
            "promesses faites − promesses tenues − annulées − oubliées",
            "promises made − kept − cancelled − forgotten",
        ),
        words: words(
            text("Promesses ouvertes", "Promises open"),
            text(
                "Promesses de tout type, ni tenues ni annulées.",
                "Promises of every kind, neither kept nor cancelled.",
            ),
        ),
        ..NUMBER
    },
    Figure {
        name: "promises.due_15m",
        direction: Direction::LowerIsBetter,
        formula: text(
            "promesses ouvertes dont l’échéance est dans les 15 minutes",
            "promises open that are due within 15 minutes",
        ),
        words: words(
            text(
                "Promesses à tenir sous 15 min",
                "Promises due within 15 min",
            ),
            text(
                "Promesses ouvertes dont l’échéance vient dans les 15 minutes.",
                "Promises open that are due within 15 minutes.",
            ),
        ),
        ..NUMBER
    },
    Figure {
        name: "promises.overdue",
        direction: Direction::LowerIsBetter,
        formula: text(
            "promesses ouvertes dont l’échéance est passée",
            "promises open that are past their due time",
        ),
        words: words(
            text("Promesses en retard", "Promises overdue"),
            text(
                "Promesses ouvertes dont l’échéance est passée.",
                "Promises open that are past their due time.",
            ),
        ),
        ..NUMBER
    },
    Figure {
        name: "promises.predicted_missed",
        direction: Direction::LowerIsBetter,
        formula: text(
            "promesses dues sous 60 min, dépassées ou dont le rang > tentatives des 30 dernières min × temps restant ÷ 30 min",
            "promises due within 60 min, passed over or whose rank > attempts of the last 30 min × time left ÷ 30 min",
        ),
        words: words(
            text(
                "Promesses qui seront manquées",
                "Promises that will be missed",
            ),
            text(
                "Promesses ouvertes dues sous 60 minutes que personne n’aura tentées à temps, au rythme et dans l’ordre des tentatives des 30 dernières minutes.",
                "Promises open and due within 60 minutes that nobody will have attempted in time, at the pace and in the order of the attempts of the last 30 minutes.",
            ),
        )
        .noting(text(
            "À la dernière demi-minute pleine, calculées comme le dit docs/predictions.md.",
            "As of the last whole half minute, computed as docs/predictions.md says.",
        )),
        ..NUMBER
    },
    precision(
        "promises.record_60m.precision",
        &[Windowed::Hour],
        text(
            "Justesse des promesses prévues manquées, 60 min",
            "Precision of predicted misses, 60 min",
        ),
    ),
    recall(
        "promises.record_60m.recall",
        &[Windowed::Hour],
        text(
            "Part prévue des promesses manquées, 60 min",
            "Recall of predicted misses, 60 min",
        ),
    ),
    precision(
        "promises.record_today.precision",
        &[Windowed::Today],
        text(
            "Justesse des promesses prévues manquées, aujourd’hui",
            "Precision of predicted misses, today",
        ),
    ),
    recall(
        "promises.record_today.recall",
        &[Windowed::Today],
        text(
            "Part prévue des promesses manquées, aujourd’hui",
            "Recall of predicted misses, today",
        ),
    ),
    Figure {
        name: "data_age_seconds",
        formula: text(
            "instant des chiffres − instant du dernier événement",
            "time of the figures − time of the newest event",
        ),
        words: words(
            text("Âge des données", "Age of the data"),
            text(
                "Temps écoulé depuis le dernier événement du périmètre.",
                "Time since the newest event of the scope.",
            ),
        ),
        ..SECONDS
    },
    Figure {
        name: "sources.known",
        formula: text(
            "installations entendues dans les 24 heures",
            "installations heard of within 24 hours",
        ),
        words: words(
            text("Installations connues", "Sources known"),
            text(
                "Installations qui ont envoyé des événements dans les 24 heures.",
                "Installations that were heard of within 24 hours.",
            ),
        ),
        ..NUMBER
    },
    Figure {
        name: "sources.reporting",
        direction: Direction::HigherIsBetter,
        formula: text(
            "installations entendues dans les 300 secondes",
            "installations heard of within 300 seconds",
        ),
        words: words(
            text("Installations qui parlent", "Sources reporting"),
            text(
                "Installations qui ont envoyé des événements dans les 300 secondes.",
                "Installations that were heard of within 300 seconds.",
            ),
        ),
        ..NUMBER
    },
    Figure {
        name: "complete_to",
        unit: None,
        direction: Direction::HigherIsBetter,
        formula: text(
            "plus ancien des derniers événements des installations qui parlent",
            "oldest of the newest events of the sources that report",
        ),
        words: words(
            text("Chiffres complets jusqu’à", "Figures complete up to"),
            text(
                "Instant jusqu’auquel toutes les installations qui parlent ont envoyé leurs événements.",
                "Instant up to which all sources that report have sent their events.",
            ),
        ),
        ..NUMBER
    },
];
