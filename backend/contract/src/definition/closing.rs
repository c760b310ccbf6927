//! What closing will do to those who wait, and how good such projections have been.

use super::figure::{Figure, NUMBER};
use super::place::Level;
use crate::indicator::{Direction, Kind, Text, Unit, text, words};

/// When there is anything to show.
const SOON: Text = text(
    "Dans les deux heures avant la fermeture, d’après les horaires de l’annuaire.",
    "In the two hours before closing, by the hours of the directory.",
);

/// Where what is expected comes from.
const FROM: Text = text(
    "Des attentes estimées, sinon du rythme des appels traités depuis une demi-heure, comme le dit docs/predictions.md.",
    "From the estimated waits, else from the pace of the calls answered over half an hour, as docs/predictions.md says.",
);

const OF_CLOSING: Figure = Figure {
    kind: Kind::Closing,
    ..NUMBER
};

/// What is expected of the closings to come, in the order of the fields of `Closing`.
pub const CLOSING: &[Figure] = &[
    Figure {
        name: "queues",
        formula: text(
            "files d’attente qui ferment dans les 2 heures",
            "queues that close within 2 hours",
        ),
        words: words(
            text("Files qui vont fermer", "Queues about to close"),
            text(
                "Files d’attente ouvertes qui ferment dans les deux heures.",
                "Queues that are open and close within two hours.",
            ),
        ),
        ..OF_CLOSING
    },
    Figure {
        name: "untold",
        direction: Direction::LowerIsBetter,
        formula: text(
            "files qui vont fermer, sans attente estimée ni appel traité depuis une demi-heure",
            "queues about to close, without estimated wait or call answered over half an hour",
        ),
        words: words(
            text("Fermetures sans prévision", "Closings not projected"),
            text(
                "Files qui vont fermer et dont rien ne peut être prévu.",
                "Queues about to close of which nothing can be expected.",
            ),
        ),
        ..OF_CLOSING
    },
    Figure {
        name: "closes_at",
        unit: None,
        levels: &[Level::Queue],
        formula: text(
            "fin de l’ouverture de la file, d’après l’annuaire",
            "end of the opening of the queue, by the directory",
        ),
        words: words(
            text("Fermeture", "Closes at"),
            text(
                "Quand la file d’attente ferme.",
                "When the queue closes.",
            ),
        )
        .noting(SOON),
        ..OF_CLOSING
    },
    Figure {
        name: "expected_cut_off",
        direction: Direction::LowerIsBetter,
        formula: text(
            "somme, sur ceux qui attendent, de la probabilité d’attendre au-delà de la fermeture",
            "sum, over those who wait, of the probability to wait beyond closing",
        ),
        words: words(
            text(
                "Appels coupés par la fermeture, prévus",
                "Calls cut off by closing, expected",
            ),
            text(
                "Parmi ceux qui attendent, combien n’auront pas d’agent avant la fermeture.",
                "Of those who wait, how many will have no agent before closing.",
            ),
        )
        .noting(FROM),
        ..OF_CLOSING
    },
    Figure {
        name: "latest_entry",
        unit: None,
        levels: &[Level::Queue],
        direction: Direction::HigherIsBetter,
        formula: text(
            "fermeture − 90e centile de l’attente du prochain appel",
            "closing − 90th percentile of the wait of the next call",
        ),
        words: words(
            text("Dernière entrée utile", "Latest entry of use"),
            text(
                "Dernier instant où entrer en file laisse neuf chances sur dix d’avoir un agent avant la fermeture.",
                "Last instant at which to enter the queue leaves nine chances in ten of an agent before closing.",
            ),
        )
        .noting(FROM),
        ..OF_CLOSING
    },
    Figure {
        name: "promises_due_after",
        direction: Direction::LowerIsBetter,
        formula: text(
            "promesses ouvertes dont l’échéance vient après la fermeture de leur file",
            "promises open that are due after their queue has closed",
        ),
        words: words(
            text(
                "Promesses dues après la fermeture",
                "Promises due after closing",
            ),
            text(
                "Promesses ouvertes dont l’échéance vient après la fermeture.",
                "Promises open that are due after closing.",
            ),
        )
        .noting(SOON),
        ..OF_CLOSING
    },
];

/// Which closings are in a record.
const PAST: Text = text(
    "Les quatorze dernières fermetures de chaque file, sur 30 jours au plus.",
    "The last fourteen closings of each queue, of 30 days at most.",
);

const OF_RECORD: Figure = Figure {
    kind: Kind::ClosingScore,
    levels: &[
        Level::All,
        Level::Network,
        Level::Region,
        Level::Agency,
        Level::Queue,
    ],
    ..NUMBER
};

/// How good projections have been, in the order of the fields of `ClosingScore`.
pub const CLOSING_SCORE: &[Figure] = &[
    Figure {
        name: "closings",
        formula: text(
            "fermetures de files, prévues 60, 30 ou 15 min avant",
            "closings of queues, projected 60, 30 or 15 min before",
        ),
        words: words(
            text("Fermetures notées", "Closings scored"),
            text(
                "Fermetures passées dont quelque chose avait été prévu.",
                "Past closings of which something had been expected.",
            ),
        )
        .noting(PAST),
        ..OF_RECORD
    },
    Figure {
        name: "expected_mean",
        formula: text(
            "moyenne des appels coupés prévus",
            "mean of the calls expected to be cut off",
        ),
        words: words(
            text(
                "Appels coupés prévus, en moyenne",
                "Calls expected to be cut off, on average",
            ),
            text(
                "Appels que l’on attendait coupés, par file et fermeture.",
                "Calls that were expected to be cut off, a queue and closing.",
            ),
        )
        .noting(PAST),
        ..OF_RECORD
    },
    Figure {
        name: "cut_off_mean",
        direction: Direction::LowerIsBetter,
        formula: text(
            "moyenne de counts.cut_off dans les 15 min après la fermeture",
            "mean of counts.cut_off in the 15 min after closing",
        ),
        words: words(
            text(
                "Appels coupés à la fermeture, en moyenne",
                "Calls cut off at closing, on average",
            ),
            text(
                "Appels coupés dans les 15 minutes après la fermeture, par file et fermeture.",
                "Calls cut off in the 15 minutes after closing, a queue and closing.",
            ),
        )
        .noting(PAST),
        ..OF_RECORD
    },
    Figure {
        name: "error_mean",
        direction: Direction::LowerIsBetter,
        unit: Some(Unit::Count),
        formula: text(
            "moyenne de |appels coupés prévus − appels coupés|",
            "mean of |calls expected to be cut off − calls cut off|",
        ),
        words: words(
            text(
                "Erreur moyenne des fermetures prévues",
                "Mean error of projected closings",
            ),
            text(
                "Écart moyen, par file et fermeture, entre appels coupés prévus et coupés.",
                "Mean difference, a queue and closing, of the calls expected to be cut off and those that were.",
            ),
        )
        .noting(PAST),
        ..OF_RECORD
    },
];
