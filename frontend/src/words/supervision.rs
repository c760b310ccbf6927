//! What the page of a scope says, in each language.

use vigie_contract::definition::JUDGED;
use vigie_contract::indicator::{Text, text};
use vigie_contract::view::{Concern, Severity, Suppressed};

/// What the page of a scope says.
pub struct SupervisionWords {
    /// Keys of the page, and what each does.
    pub keys: &'static [(&'static str, &'static str)],

    // The table.
    pub group_now: &'static str,
    pub group_15m: &'static str,
    pub group_today: &'static str,
    pub column_waiting: &'static str,
    pub column_longest: &'static str,
    pub column_pick_up: &'static str,
    pub column_answer_mean: &'static str,
    pub column_offered: &'static str,
    pub column_answered: &'static str,
    pub column_abandoned: &'static str,
    pub column_severity: &'static str,
    pub sort_by: fn(&str) -> String,

    // What is judged.
    /// How bad something is; nothing where it is ok.
    pub severity: fn(Severity) -> &'static str,
    /// What is judged, as the head of a line.
    pub concern: fn(Concern) -> &'static str,
    /// Since when.
    pub since: fn(&str) -> String,
    /// Of a value, that it has passed a threshold.
    pub beyond: fn(&str, &str) -> String,
    /// Of a rate, what it may well be.
    pub at_best: fn(&str) -> String,
    /// Why nothing, or not everything, is judged.
    pub suppressed: fn(Suppressed) -> &'static str,
    /// The same in a word, for a cell of the table.
    pub suppressed_short: fn(Suppressed) -> &'static str,
    pub order_held: &'static str,
    pub order_held_long: &'static str,
    pub no_children: &'static str,
    pub no_children_yet: &'static str,

    // A scope that cannot be shown.
    pub unknown_scope: &'static str,
    pub unknown_scope_long: fn(&str) -> String,
    pub not_a_scope: &'static str,
    pub not_a_scope_long: fn(&str) -> String,
    pub too_large: &'static str,
    pub too_large_long: fn(&str) -> String,
    pub show_everything: &'static str,
}

/// What is judged, as the catalogue calls it. The compiler takes the titles out of the
/// definitions, so that the bundle has nothing else of these.
static CONCERNS: [Text; Concern::ALL.len()] = {
    let mut titles = [text("", ""); Concern::ALL.len()];
    let mut at = 0;
    while at < titles.len() {
        titles[at] = JUDGED[at].words.title;
        at += 1;
    }
    titles
};

pub static FRENCH: SupervisionWords = SupervisionWords {
    keys: &[
        ("↑ ↓", "parcourir"),
        ("Entrée", "ouvrir"),
        ("Échap", "fermer, remonter"),
    ],

    group_now: "Maintenant",
    group_15m: "15 minutes",
    group_today: "Aujourd’hui",
    column_waiting: "En attente",
    column_longest: "Attente max.",
    column_pick_up: "Décroché",
    column_answer_mean: "Réponse moyenne",
    column_offered: "Présentés",
    column_answered: "Traités",
    column_abandoned: "Abandonnés",
    column_severity: "Depuis",
    sort_by: |column| format!("Trier par {column}"),
    severity: |severity| match severity {
        Severity::Ok => "",
        Severity::Warning => "Attention",
        Severity::Critical => "Critique",
    },
    concern: |concern| CONCERNS[concern as usize].fr,
    since: |moment| format!("depuis {moment}"),
    beyond: |value, threshold| format!("{value}, seuil {threshold}"),
    at_best: |bound| format!("au mieux {bound}"),
    suppressed: |reason| match reason {
        Suppressed::Closed => "Fermé : rien n’est jugé.",
        Suppressed::Opening => {
            "Ouvert depuis moins de 15 minutes : les taux ne sont pas encore jugés."
        }
        Suppressed::Stale => {
            "Installations silencieuses : les chiffres datent, rien d’autre n’est jugé."
        }
        Suppressed::Maintenance => "Interruption prévue : rien n’est jugé.",
    },
    suppressed_short: |reason| match reason {
        Suppressed::Closed => "fermé",
        Suppressed::Opening => "ouvre",
        Suppressed::Stale => "muet",
        Suppressed::Maintenance => "arrêt",
    },
    order_held: "Ordre retenu",
    order_held_long: "Les lignes ne changent pas de place tant que vous êtes dans le tableau ; \
                      les chiffres, eux, suivent",
    no_children: "Ce périmètre n’a pas de subdivision.",
    no_children_yet: "Rien n’est encore connu sous ce périmètre.",

    unknown_scope: "Périmètre inconnu",
    unknown_scope_long: |scope| {
        format!(
            "« {scope} » n’est ni dans l’annuaire ni dans les appels reçus. La page s’affichera \
             d’elle-même s’il apparaît."
        )
    },
    not_a_scope: "Adresse illisible",
    not_a_scope_long: |scope| format!("« {scope} » n’est pas le chemin d’un périmètre."),
    too_large: "Périmètre trop vaste",
    too_large_long: |scope| {
        format!(
            "« {scope} » contient plus de périmètres qu’une page ne peut en recevoir. Choisissez \
             l’un d’eux par la recherche."
        )
    },
    show_everything: "Voir tous les réseaux",
};

pub static ENGLISH: SupervisionWords = SupervisionWords {
    keys: &[
        ("↑ ↓", "browse"),
        ("Enter", "open"),
        ("Esc", "close, go up"),
    ],

    group_now: "Now",
    group_15m: "15 minutes",
    group_today: "Today",
    column_waiting: "Waiting",
    column_longest: "Longest wait",
    column_pick_up: "Pick-up",
    column_answer_mean: "Mean answer",
    column_offered: "Offered",
    column_answered: "Answered",
    column_abandoned: "Abandoned",
    column_severity: "Since",
    sort_by: |column| format!("Sort by {column}"),
    severity: |severity| match severity {
        Severity::Ok => "",
        Severity::Warning => "Warning",
        Severity::Critical => "Critical",
    },
    concern: |concern| CONCERNS[concern as usize].en,
    since: |moment| format!("since {moment}"),
    beyond: |value, threshold| format!("{value}, threshold {threshold}"),
    at_best: |bound| format!("at best {bound}"),
    suppressed: |reason| match reason {
        Suppressed::Closed => "Closed: nothing is judged.",
        Suppressed::Opening => "Open for less than 15 minutes: rates are not judged yet.",
        Suppressed::Stale => {
            "Installations are silent: the figures are old, and nothing else is judged."
        }
        Suppressed::Maintenance => "Planned interruption: nothing is judged.",
    },
    suppressed_short: |reason| match reason {
        Suppressed::Closed => "closed",
        Suppressed::Opening => "opening",
        Suppressed::Stale => "silent",
        Suppressed::Maintenance => "paused",
    },
    order_held: "Order held",
    order_held_long: "Rows keep their place while you are in the table; the figures still move",
    no_children: "This scope has no parts.",
    no_children_yet: "Nothing is known below this scope yet.",

    unknown_scope: "Unknown scope",
    unknown_scope_long: |scope| {
        format!(
            "“{scope}” is neither in the directory nor in the calls received. The page will show \
             by itself if it appears."
        )
    },
    not_a_scope: "Unreadable address",
    not_a_scope_long: |scope| format!("“{scope}” is not the path of a scope."),
    too_large: "Scope too large",
    too_large_long: |scope| {
        format!(
            "“{scope}” has more children than one page can be sent. Choose one of them with the \
             search."
        )
    },
    show_everything: "Show all networks",
};
