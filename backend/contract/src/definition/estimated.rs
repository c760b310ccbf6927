//! The estimated wait, and how good such estimates have been.

use super::figure::{Figure, SECONDS};
use super::place::Windowed;
use crate::indicator::{Direction, Kind, Text, Unit, text, words};

/// Where an estimate comes from.
const LEARNED: Text = text(
    "apprise en continu des appels décrochés : voir docs/estimates.md",
    "learned online from the calls answered: see docs/estimates.md",
);

/// Which scopes have no estimate, and why.
const OF_ONE_LINE: Text = text(
    "Absente, avec son motif, sans historique, sans agent en poste, à la fermeture, et là où plusieurs lignes se mêlent.",
    "Absent, with the reason, where there is no history, nobody staffed, it is closed, and where lines mix.",
);

const OF_NOW: Figure = Figure {
    kind: Kind::Estimate,
    formula: LEARNED,
    ..SECONDS
};

/// The median of the estimated wait.
pub const ESTIMATED_MEDIAN: Figure = Figure {
    name: "p50_seconds",
    words: words(
        text("Attente estimée", "Estimated wait"),
        text(
            "Attente probable d’un appel qui arriverait maintenant et qui attendrait, apprise de chaque appel décroché. Une moyenne des attentes passées n’en tient pas lieu.",
            "Likely wait of a call that would arrive now and had to wait, learned from every call answered. A mean of past waits is no substitute for it.",
        ),
    )
    .noting(OF_ONE_LINE),
    ..OF_NOW
};

/// The estimated wait, in the order of the fields of `Estimate`.
pub const ESTIMATE: &[Figure] = &[
    Figure {
        name: "mean_seconds",
        words: words(
            text("Attente estimée, moyenne", "Estimated wait, mean"),
            text(
                "Moyenne des attentes possibles d’un appel qui arriverait maintenant.",
                "Mean of the waits that a call that would arrive now may have.",
            ),
        )
        .noting(OF_ONE_LINE),
        ..OF_NOW
    },
    ESTIMATED_MEDIAN,
    Figure {
        name: "p90_seconds",
        words: words(
            text(
                "Attente estimée, 90e centile",
                "Estimated wait, 90th percentile",
            ),
            text(
                "Neuf fois sur dix, un appel qui arriverait maintenant attendrait moins.",
                "Nine times in ten, a call that would arrive now would wait for less.",
            ),
        )
        .noting(OF_ONE_LINE),
        ..OF_NOW
    },
];

const OF_RECORD: Figure = Figure {
    kind: Kind::Record,
    windows: &[Windowed::Hour, Windowed::Today],
    ..SECONDS
};

/// How good estimates have been, in the order of the fields of `Record`.
pub const RECORD: &[Figure] = &[
    Figure {
        name: "held",
        unit: Some(Unit::Ratio),
        direction: Direction::Neither,
        has_bound: true,
        formula: text(
            "attentes restées sous le 90e centile donné ÷ attentes notées",
            "waits within the 90th percentile given ÷ waits scored",
        ),
        words: words(
            text("Estimations tenues", "Estimates held"),
            text(
                "Part des appels traités dont l’attente est restée sous le 90e centile donné : 0,9 est juste.",
                "Share of the calls answered whose wait stayed within the 90th percentile given: 0.9 is right.",
            ),
        ),
        ..OF_RECORD
    },
    Figure {
        name: "error_p50_seconds",
        formula: text(
            "médiane de |médiane donnée − attente|",
            "median of |median given − wait|",
        ),
        words: words(
            text(
                "Erreur médiane de l’estimation",
                "Median error of the estimate",
            ),
            text(
                "Pour la moitié des appels traités, l’attente différait moins de la médiane donnée.",
                "Half of the calls answered waited for a time that differed less from the median given.",
            ),
        ),
        ..OF_RECORD
    },
    Figure {
        name: "bias_seconds",
        direction: Direction::Neither,
        formula: text(
            "moyenne de (moyenne donnée − attente)",
            "mean of (mean given − wait)",
        ),
        words: words(
            text(
                "Écart moyen de l’estimation",
                "Mean deviation of the estimate",
            ),
            text(
                "Au-dessus de zéro, les attentes ont été plus courtes que prévu.",
                "Above zero, waits were shorter than foreseen.",
            ),
        ),
        ..OF_RECORD
    },
    Figure {
        name: "unscored",
        unit: Some(Unit::Count),
        formula: text(
            "appels dont le décroché a été dit avec plus de 30 s de retard",
            "calls whose answer was told more than 30 s late",
        ),
        words: words(
            text("Estimations non notées", "Estimates not scored"),
            text(
                "Appels dont le décroché a été dit trop tard pour que leur estimation soit notée.",
                "Calls whose answer was told too late for their estimate to be scored.",
            ),
        ),
        ..OF_RECORD
    },
];
