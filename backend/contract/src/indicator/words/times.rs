//! What is said of each time.

use crate::indicator::text::{Text, Words, text, words};

/// How exact percentiles are.
const WITHIN: Text = text("À 2 % près, zéro exact.", "Within 2%, zero being exact.");

pub const ANSWER_MEAN: Words = words(
    text("Attente moyenne avant décroché", "Average speed of answer"),
    text(
        "Attente moyenne des appels traités, depuis la demande d’agent, en horaires d’ouverture.",
        "Mean wait of the calls answered, since the caller asked, in opening hours.",
    ),
)
.after(text(
    "Objectifs annuels des caisses : attente moyenne par agence.",
    "Yearly objectives of the funds: mean wait per agency.",
));

pub const ANSWER_P50: Words = words(
    text("Attente médiane avant décroché", "Median speed of answer"),
    text(
        "La moitié des appels traités ont attendu moins, depuis la demande d’agent.",
        "Half of the calls answered waited less, since the caller asked.",
    ),
)
.noting(WITHIN);

pub const ANSWER_P90: Words = words(
    text(
        "Attente avant décroché, 90e centile",
        "Speed of answer, 90th percentile",
    ),
    text(
        "Neuf appels traités sur dix ont attendu moins, depuis la demande d’agent.",
        "Nine in ten of the calls answered waited less, since the caller asked.",
    ),
)
.noting(WITHIN);

pub const ANSWER_P95: Words = words(
    text(
        "Attente avant décroché, 95e centile",
        "Speed of answer, 95th percentile",
    ),
    text(
        "Dix-neuf appels traités sur vingt ont attendu moins, depuis la demande d’agent.",
        "Nineteen in twenty of the calls answered waited less, since the caller asked.",
    ),
)
.noting(WITHIN);

pub const ANSWER_LONGEST: Words = words(
    text(
        "Plus longue attente avant décroché",
        "Longest wait of a call answered",
    ),
    text(
        "Attente de l’appel traité qui a attendu le plus, depuis la demande d’agent.",
        "Wait of the call answered that waited longest, since the caller asked.",
    ),
)
.noting(text(
    "À 2 % près, et jamais en dessous.",
    "Within 2%, and never below it.",
));

pub const ABANDON_MEAN: Words = words(
    text("Attente moyenne avant abandon", "Average time to abandon"),
    text(
        "Attente moyenne des appels abandonnés, depuis la demande d’agent, en horaires d’ouverture.",
        "Mean wait of the calls abandoned, since the caller asked, in opening hours.",
    ),
);

pub const HANDLE_MEAN: Words = words(
    text("Durée moyenne de traitement", "Average handle time"),
    text(
        "Conversation, mise en attente et post-appel, par conversation terminée.",
        "Talk, hold and wrap-up, for each call ended.",
    ),
);

pub const SECOND_LEVEL_ANSWER_MEAN: Words = words(
    text(
        "Attente moyenne en deuxième niveau",
        "Second-level average speed of answer",
    ),
    text(
        "Attente moyenne avant décroché des appels transmis par un agent.",
        "Mean wait before an answer of the calls that an agent passed on.",
    ),
);

pub const ANNOUNCED_ERROR_P50: Words = words(
    text("Erreur médiane de l’attente annoncée", "Median error of the announced wait"),
    text(
        "Pour la moitié des appels traités, l’écart entre la première attente annoncée et l’attente réelle est moindre.",
        "Half of the calls answered had a smaller difference between the wait first announced and the actual one.",
    ),
)
.noting(WITHIN);

pub const SATISFACTION_MEAN: Words = words(
    text("Note moyenne de satisfaction", "Mean satisfaction score"),
    text(
        "Moyenne des notes, de 1 à 5, données après un appel.",
        "Mean of the scores, from 1 to 5, given after a call.",
    ),
);
