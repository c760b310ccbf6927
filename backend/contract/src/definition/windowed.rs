//! What a view shows of a window beside counts, rates and times, and of the scope as
//! a whole.

use super::figure::{Figure, NUMBER};
use super::place::{Level, Windowed};
use crate::indicator::{Direction, Kind, Text, Unit, text, words};

/// Which agencies are compared.
const COMPARED: Text = text(
    "Des taux de décroché (agent) des agences qui ont au moins 30 appels au dénominateur ; quartiles au rang le plus proche.",
    "Of the pick-up rates (agent) of the agencies with at least 30 calls in the denominator; quartiles by nearest rank.",
);

/// Who asked for comparisons of agencies.
const EQUITY: Text = text(
    "Équité entre territoires : écart entre les agences d’un même réseau.",
    "Territorial equity: spread between the agencies of one network.",
);

const SPREAD: Figure = Figure {
    kind: Kind::Spread,
    unit: Some(Unit::Ratio),
    windows: &[Windowed::Sliding, Windowed::Today],
    levels: &[Level::All, Level::Network, Level::Region],
    ..NUMBER
};

/// Of those who entered in a quarter-hour, the ones that something became of.
const fn cohort(name: &'static str, direction: Direction, title: Text, sentence: Text) -> Figure {
    Figure {
        name,
        kind: Kind::Cohort,
        windows: &[Windowed::Quarters],
        direction,
        formula: text(
            "entrés = traités + abandonnés + sortis autrement + en attente",
            "entered = answered + abandoned + closed otherwise + waiting",
        ),
        words: words(title, sentence),
        ..NUMBER
    }
}

/// What a view shows of a window beside counts, rates and times, and of the scope as a
/// whole, in the order of the fields of `Window`, `Spread`, `Cohort` and `View`.
pub const WINDOWED: &[Figure] = &[
    Figure {
        name: "complete",
        kind: Kind::Completeness,
        unit: Some(Unit::Ratio),
        windows: &[Windowed::Sliding, Windowed::Today],
        direction: Direction::HigherIsBetter,
        formula: text(
            "moyenne, sur les installations connues, de la part de la fenêtre dite : 1 si elle parle, sinon ce qui précède son dernier événement",
            "mean, over the sources known, of the part of the window told of: 1 of one that reports, else what lies before its newest event",
        ),
        words: words(
            text("Complétude de la fenêtre", "Completeness of the window"),
            text(
                "Part de la fenêtre que les installations ont dite, de 0 à 1.",
                "Part of the window that its sources have told of, from 0 to 1.",
            ),
        ),
        ..NUMBER
    },
    Figure {
        name: "agencies",
        unit: Some(Unit::Count),
        formula: text(
            "agences d’au moins 30 appels",
            "agencies of at least 30 calls",
        ),
        words: words(
            text("Agences comparées", "Agencies compared"),
            text(
                "Agences dont les taux de décroché sont comparés.",
                "Agencies whose pick-up rates are compared.",
            ),
        )
        .noting(COMPARED),
        ..SPREAD
    },
    Figure {
        name: "best",
        direction: Direction::HigherIsBetter,
        formula: text(
            "plus haut des taux comparés",
            "highest of the rates compared",
        ),
        words: words(
            text("Meilleure agence", "Best agency"),
            text(
                "Le plus haut taux de décroché parmi les agences comparées.",
                "The highest pick-up rate of the agencies compared.",
            ),
        )
        .noting(COMPARED)
        .after(EQUITY),
        ..SPREAD
    },
    Figure {
        name: "worst",
        direction: Direction::HigherIsBetter,
        formula: text("plus bas des taux comparés", "lowest of the rates compared"),
        words: words(
            text("Agence la plus basse", "Worst agency"),
            text(
                "Le plus bas taux de décroché parmi les agences comparées.",
                "The lowest pick-up rate of the agencies compared.",
            ),
        )
        .noting(COMPARED)
        .after(EQUITY),
        ..SPREAD
    },
    Figure {
        name: "interquartile_range",
        direction: Direction::LowerIsBetter,
        formula: text(
            "troisième quartile − premier quartile des taux comparés",
            "third quartile − first quartile of the rates compared",
        ),
        words: words(
            text(
                "Écart interquartile entre agences",
                "Interquartile range of agencies",
            ),
            text(
                "Écart entre les agences du quart haut et celles du quart bas.",
                "How far apart the agencies of the upper and the lower quarter are.",
            ),
        )
        .noting(COMPARED)
        .after(EQUITY),
        ..SPREAD
    },
    cohort(
        "entered",
        Direction::Neither,
        text(
            "Entrés dans le quart d’heure",
            "Entered in the quarter-hour",
        ),
        text(
            "Appels du premier niveau entrés en file dans le quart d’heure, à toute heure, là où ils sont traités.",
            "First-level calls that entered a queue in the quarter-hour, at any hour, where they are handled.",
        ),
    ),
    cohort(
        "answered",
        Direction::HigherIsBetter,
        text("Dont traités depuis", "Of which answered since"),
        text(
            "Parmi ceux entrés dans le quart d’heure, ceux qu’un agent a pris depuis.",
            "Of those that entered in the quarter-hour, those that an agent took since.",
        ),
    ),
    cohort(
        "abandoned",
        Direction::LowerIsBetter,
        text("Dont abandonnés depuis", "Of which abandoned since"),
        text(
            "Parmi ceux entrés dans le quart d’heure, ceux dont l’appelant a raccroché depuis.",
            "Of those that entered in the quarter-hour, those whose caller hung up since.",
        ),
    ),
    cohort(
        "closed_otherwise",
        Direction::Neither,
        text(
            "Dont sortis autrement depuis",
            "Of which closed otherwise since",
        ),
        text(
            "Parmi ceux entrés dans le quart d’heure, ceux sortis de la file de toute autre façon.",
            "Of those that entered in the quarter-hour, those that left the queue in any other way.",
        ),
    ),
    cohort(
        "waiting",
        Direction::LowerIsBetter,
        text("Dont toujours en attente", "Of which still waiting"),
        text(
            "Parmi ceux entrés dans le quart d’heure, ceux qui attendent encore.",
            "Of those that entered in the quarter-hour, those that still wait.",
        ),
    ),
    Figure {
        name: "severity",
        kind: Kind::Severity,
        unit: None,
        formula: text("pire des états de judged", "worst of the states of judged"),
        words: words(
            text("Gravité", "Severity"),
            text(
                "La pire gravité de ce qui est jugé : ok, warning ou critical.",
                "The worst severity of what is judged: ok, warning or critical.",
            ),
        ),
        ..NUMBER
    },
];
