//! How callers fared: `docs/callers.md`.

use super::figure::{Figure, NUMBER};
use super::place::{Level, Windowed};
use crate::indicator::{Direction, Kind, Text, Unit, text, words};

/// Who is one caller, and for how long.
const EPISODE: Text = text(
    "Un épisode est un appelant, connu par son pseudonyme, sur une ligne, un jour local de la ligne ; un appelant sur deux lignes en fait deux. Voir docs/callers.md.",
    "An episode is a caller, known by a pseudonym, on a line on a local day of the line; a caller on two lines is two. See docs/callers.md.",
);

/// Where the idea comes from.
const SURVEY: Text = text(
    "D’après l’enquête de la Défenseure des droits sur les plateformes téléphoniques des services publics (2023), qui a rappelé jusqu’à trois fois.",
    "After the survey of the telephone platforms of public services by the French Ombudsman (2023), which called up to three times.",
);

const OF_CALLERS: Figure = Figure {
    kind: Kind::Callers,
    unit: Some(Unit::Ratio),
    windows: &[Windowed::Today],
    levels: &[Level::All, Level::Network, Level::Line],
    has_bound: true,
    ..NUMBER
};

/// How callers fared, in the order of the fields of `Callers`.
pub const CALLERS: &[Figure] = &[
    Figure {
        name: "lived",
        direction: Direction::HigherIsBetter,
        formula: text(
            "épisodes où l’une des trois premières tentatives a été décrochée en moins de 300 s ÷ épisodes dont la première tentative a abouti ou échoué",
            "episodes in which one of the first three attempts was answered within 300 s ÷ episodes of which the first attempt succeeded or failed",
        ),
        words: words(
            text("Taux vécu par les appelants", "Rate lived by callers"),
            text(
                "Part des appelants qui ont joint un agent, parmi ceux qui ont essayé, rappels et dissuasions compris.",
                "Share of the callers who reached an agent, of those who tried, calling again and being turned away included.",
            ),
        )
        .noting(EPISODE)
        .after(SURVEY),
        ..OF_CALLERS
    },
    Figure {
        name: "ended_by_promise",
        formula: text(
            "épisodes non aboutis dont l’une des trois premières tentatives s’est finie par une promesse ÷ épisodes dont la première tentative a abouti ou échoué",
            "episodes not reached of which one of the first three attempts ended with a promise ÷ episodes of which the first attempt succeeded or failed",
        ),
        words: words(
            text("Finis par une promesse", "Ended by a promise"),
            text(
                "Part des appelants qui n’ont pas joint d’agent, et à qui un rappel ou une réponse à leur message a été promis.",
                "Share of the callers who reached no agent, and who were promised a callback or an answer to their message.",
            ),
        )
        .noting(EPISODE),
        ..OF_CALLERS
    },
    Figure {
        name: "attempts_per_episode",
        direction: Direction::LowerIsBetter,
        has_bound: false,
        formula: text("tentatives ÷ épisodes", "attempts ÷ episodes"),
        words: words(
            text("Tentatives par appelant", "Attempts per caller"),
            text(
                "Combien de fois un appelant a essayé de joindre un agent aujourd’hui, en moyenne.",
                "How many times a caller tried to reach an agent today, on average.",
            ),
        )
        .noting(EPISODE),
        ..OF_CALLERS
    },
    Figure {
        name: "without_caller",
        direction: Direction::LowerIsBetter,
        formula: text(
            "appels sans appelant connu ÷ appels qui ont demandé un agent",
            "calls without a known caller ÷ calls that asked for an agent",
        ),
        words: words(
            text("Appels sans appelant", "Calls without caller"),
            text(
                "Part des appels dont aucun événement ne dit l’appelant : les autres chiffres des appelants n’en savent rien.",
                "Share of the calls of which no event tells the caller: the other figures of callers know nothing of them.",
            ),
        ),
        ..OF_CALLERS
    },
    Figure {
        name: "repeat_calls",
        direction: Direction::LowerIsBetter,
        formula: text(
            "épisodes dont l’appelant avait essayé sur la ligne dans les 24 h d’avant ÷ épisodes",
            "episodes whose caller had tried on the line in the 24 h before ÷ episodes",
        ),
        words: words(
            text("Appelants de la veille", "Callers of the day before"),
            text(
                "Part des appelants d’aujourd’hui qui avaient déjà demandé un agent dans les 24 heures d’avant leur première tentative.",
                "Share of the callers of today who had asked for an agent already in the 24 hours before their first attempt.",
            ),
        )
        .noting(EPISODE),
        ..OF_CALLERS
    },
    Figure {
        name: "satisfied_and_back",
        direction: Direction::LowerIsBetter,
        formula: text(
            "appelants satisfaits par le SVI il y a 24 à 26 h et qui ont demandé un agent dans les 24 h ÷ appelants satisfaits par le SVI il y a 24 à 26 h",
            "callers satisfied by the voice server 24 to 26 h ago who asked for an agent within 24 h ÷ callers satisfied by the voice server 24 to 26 h ago",
        ),
        words: words(
            text("Satisfaits par le SVI, et revenus", "Satisfied by the voice server, and back"),
            text(
                "Part des appelants que le SVI dit avoir satisfaits et qui ont quand même demandé un agent sur la ligne dans les 24 heures.",
                "Share of the callers said to be satisfied by the voice server who asked for an agent on the line within 24 hours all the same.",
            ),
        )
        .noting(text(
            "Définitif : leurs 24 heures sont passées. Les appelants sont oubliés au bout de 26 heures.",
            "Final: their 24 hours are over. Callers are forgotten after 26 hours.",
        )),
        ..OF_CALLERS
    },
    Figure {
        name: "satisfied_and_back_so_far",
        direction: Direction::LowerIsBetter,
        formula: text(
            "appelants satisfaits par le SVI aujourd’hui et qui ont demandé un agent depuis ÷ appelants satisfaits par le SVI aujourd’hui",
            "callers satisfied by the voice server today who have asked for an agent since ÷ callers satisfied by the voice server today",
        ),
        words: words(
            text(
                "Satisfaits par le SVI aujourd’hui, et déjà revenus",
                "Satisfied by the voice server today, and back already",
            ),
            text(
                "Part des appelants que le SVI dit avoir satisfaits aujourd’hui et qui ont déjà demandé un agent sur la ligne.",
                "Share of the callers said to be satisfied by the voice server today who have asked for an agent on the line already.",
            ),
        )
        .noting(text(
            "Provisoire : leurs 24 heures courent encore.",
            "Provisional: their 24 hours go on.",
        )),
        ..OF_CALLERS
    },
];
