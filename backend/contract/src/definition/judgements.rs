//! What is judged of a scope.

use super::figure::{Figure, NUMBER, SECONDS};
use super::place::Windowed;
use crate::indicator::{Direction, Kind, Text, Unit, Words, text, words};
use crate::view::Concern;

/// How long a level lasts before it is said, and which thresholds there are.
const THRESHOLDS: Text = text(
    "Jugé toutes les 5 secondes ; les seuils, et la durée avant de changer d’avis, sont dans l’annuaire.",
    "Judged every 5 seconds; the thresholds, and how long until it changes, are the directory’s.",
);

/// How rates are judged: by their bound.
const RATE: Figure = Figure {
    kind: Kind::Judged,
    unit: Some(Unit::Ratio),
    windows: &[Windowed::Hour],
    direction: Direction::HigherIsBetter,
    has_bound: true,
    ..NUMBER
};

const TIME: Figure = Figure {
    kind: Kind::Judged,
    ..SECONDS
};

const fn said(title: Text, sentence: Text) -> Words {
    words(title, sentence).noting(THRESHOLDS)
}

/// What is judged, by what it is called in a view.
pub const fn judged(concern: Concern) -> Figure {
    let figure = match concern {
        Concern::PickUp => Figure {
            formula: text(
                "borne de rates.pick_up_agent sur 60 min, contre le seuil",
                "bound of rates.pick_up_agent over 60 min, against the threshold",
            ),
            words: said(
                text("Décroché sur 60 min", "Pick-up over 60 min"),
                text(
                    "Taux de décroché par un agent, mauvais quand sa borne haute est sous le seuil : quelques appels n’alarment personne.",
                    "Pick-up rate by an agent, bad when its upper bound is under the threshold: a few calls alarm nobody.",
                ),
            ),
            ..RATE
        },
        Concern::EstimatedWait => Figure {
            formula: text(
                "estimate.p50_seconds, contre le seuil",
                "estimate.p50_seconds, against the threshold",
            ),
            words: said(
                text("Attente estimée", "Estimated wait"),
                text(
                    "Médiane de l’attente estimée, mauvaise au-dessus du seuil.",
                    "Median of the estimated wait, bad above the threshold.",
                ),
            ),
            ..TIME
        },
        Concern::LongestWait => Figure {
            formula: text(
                "now.longest_wait_seconds, contre le seuil",
                "now.longest_wait_seconds, against the threshold",
            ),
            words: said(
                text("Attente la plus longue", "Longest wait"),
                text(
                    "Âge de l’appel qui attend le plus, mauvais au-dessus du seuil.",
                    "Age of the call that waits longest, bad above the threshold.",
                ),
            ),
            ..TIME
        },
        Concern::CallbacksReached => Figure {
            formula: text(
                "borne de rates.callbacks_reached_within_time sur 60 min, contre le seuil",
                "bound of rates.callbacks_reached_within_time over 60 min, against the threshold",
            ),
            words: said(
                text("Rappels tenus sur 60 min", "Callbacks kept over 60 min"),
                text(
                    "Part des rappels aboutis à temps, mauvaise quand sa borne haute est sous le seuil.",
                    "Share of the callbacks reached within time, bad when its upper bound is under the threshold.",
                ),
            ),
            ..RATE
        },
        Concern::CutOff => Figure {
            kind: Kind::Judged,
            windows: &[Windowed::Hour],
            direction: Direction::LowerIsBetter,
            formula: text(
                "counts.cut_off sur 60 min, contre le seuil",
                "counts.cut_off over 60 min, against the threshold",
            ),
            words: said(
                text(
                    "Appels coupés par la fermeture sur 60 min",
                    "Calls cut off by closing over 60 min",
                ),
                text(
                    "Appels que le système a coupés avant qu’un agent les prenne, mauvais à partir du seuil.",
                    "Calls that the system dropped before an agent took them, bad from the threshold on.",
                ),
            ),
            ..NUMBER
        },
        Concern::DataAge => Figure {
            formula: text(
                "temps, en horaires d’ouverture, depuis le dernier événement de l’installation qui a parlé du périmètre en dernier",
                "time, in opening hours, since the newest event of the source that told of the scope last",
            ),
            words: said(
                text("Silence des installations", "Silence of the installations"),
                text(
                    "Depuis quand l’installation qui a parlé du périmètre en dernier ne dit plus rien : au-dessus du seuil, les chiffres datent.",
                    "For how long the source that told of the scope last has told of nothing: above the threshold the figures are old.",
                ),
            ),
            ..TIME
        },
    };
    Figure {
        name: concern.name(),
        ..figure
    }
}

/// Everything that is judged, in the order of the fields of `Judged`.
pub const JUDGED: &[Figure] = &{
    let mut figures = [TIME; Concern::ALL.len()];
    let mut at = 0;
    while at < figures.len() {
        figures[at] = judged(Concern::ALL[at]);
        at += 1;
    }
    figures
};
