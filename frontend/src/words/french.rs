//! The console in French.

use vigie_contract::definition::{ESTIMATED_MEDIAN, LONGEST_WAIT, WAITING};
use vigie_contract::indicator::{Operand, PICK_UP_AGENT};

use super::catalogue::{Words, named};
use super::supervision;

pub static FRENCH: Words = Words {
    language: "Langue",
    breadcrumbs: "Chemin",
    skip_to_figures: "Aller aux chiffres",
    theme_automatic: "Thème : celui du système",
    theme_light: "Thème : clair",
    theme_dark: "Thème : sombre",
    key_search: ("/", "chercher"),

    everything: "Tous les réseaux",
    level_all: "Ensemble",
    level_network: "Réseau",
    level_region: "Région",
    level_agency: "Agence",
    level_queue: "File d’attente",
    level_line: "Ligne",
    level_line_region: "Ligne en région",
    level_selection: "Sélection",
    selection_of: |members| format!("Sélection de {members}"),
    members: "Périmètres choisis",
    networks: "Réseaux",
    regions: "Régions",
    agencies: "Agences",
    queues: "Files d’attente",
    unassigned: "Sans rattachement",
    not_in_directory: "hors annuaire",
    not_in_directory_long: "Vu dans les appels, absent de l’annuaire",

    search: "Chercher un périmètre",
    search_placeholder: "Région, agence, file, ligne…",
    search_nothing: "Rien ne correspond",
    search_failed: "La liste des périmètres n’a pas pu être lue",
    search_loading: "Lecture de la liste…",
    search_more: "Les plus proches ; précisez pour les autres",
    search_results: |count| match count {
        0 => "Aucun résultat".to_owned(),
        1 => "1 résultat".to_owned(),
        _ => format!("{count} résultats"),
    },

    link_state: "État de la liaison",
    connecting: "Connexion…",
    connected: "Connecté",
    loading: "Chargement…",
    live: "En direct",
    starting: "En attente du premier appel",
    catching_up: "Rattrapage",
    stale: "Données anciennes",
    disconnected: "Déconnecté de Kafka",
    silent: "Sans nouvelles du serveur",
    reconnecting: "Reconnexion",
    reconnecting_in: |time| format!("dans {time}"),
    reconnect_now: "Réessayer",
    messages_left: |count, written| match count {
        0 | 1 => format!("{written} message à lire"),
        _ => format!("{written} messages à lire"),
    },
    figures_of: |time| format!("Chiffres de {time}"),
    newest_event: |age| format!("dernier événement il y a {age}"),
    no_event_yet: "aucun événement reçu",
    event_clock: "Heure des appels",
    event_clock_long: "L’heure affichée est celle des appels lus, pas celle de l’horloge",
    not_current: |time| format!("Pas à jour : chiffres de {time}"),

    notices: "Ce qui manque aux chiffres",
    partial: "En direct, en partie",
    blocked: "Lecture arrêtée",
    notice_partial: |partitions, since| match partitions {
        1 => format!("Chiffres incomplets depuis {since} : une partie du flux n’est pas lue."),
        _ => {
            format!(
                "Chiffres incomplets depuis {since} : {partitions} parties du flux ne sont pas lues."
            )
        }
    },
    notice_agencies: "Agences concernées :",
    notice_sources: "Sources concernées :",
    notice_and_more: |more| format!("et {more} autres"),
    notice_blocked: "Plus rien n’est lu : les messages refusés ne peuvent pas être mis de côté. \
                     Prévenez l’astreinte.",
    notice_refused_waiting: |since| {
        format!("Depuis {since}, les messages refusés ne peuvent pas être mis de côté.")
    },
    notice_clock_behind: |time| {
        format!("L’horloge du serveur retarde de {time} ; les chiffres suivent celle de Kafka.")
    },
    notice_clock_ahead: |time| {
        format!("L’horloge du serveur avance de {time} ; les chiffres suivent celle de Kafka.")
    },
    notice_lost: |count, written, time| match count {
        1 => format!("1 message effacé avant d’être lu ({time}) : il manque aux chiffres."),
        _ => format!(
            "{written} messages effacés avant d’être lus ({time}) : ils manquent aux chiffres."
        ),
    },
    notice_directory_refused: |faults, written, since| match faults {
        1 => format!(
            "L’annuaire déposé est refusé depuis {since}, pour 1 erreur : la version précédente reste en vigueur."
        ),
        _ => format!(
            "L’annuaire déposé est refusé depuis {since}, pour {written} erreurs : la version précédente reste en vigueur."
        ),
    },

    figures: "Chiffres du périmètre",
    close: "Fermer",
    explain: |figure| format!("{figure} : formule et fenêtre"),
    waiting: WAITING.words.title.fr,
    waiting_long: WAITING.words.sentence.fr,
    longest_wait: LONGEST_WAIT.words.title.fr,
    longest_wait_long: LONGEST_WAIT.words.sentence.fr,
    nobody_waits: "personne n’attend",
    all_requests: "demandes d’agent",
    of_which_requests: |count, written| match count {
        0 | 1 => format!("dont {written} demande d’agent"),
        _ => format!("dont {written} demandes d’agent"),
    },
    median_and_p90: |median, p90| format!("médiane {median} · P90 {p90}"),
    pick_up_15m: "Décroché (agent), 15 min",
    pick_up_today: "Décroché (agent), aujourd’hui",
    pick_up_long: PICK_UP_AGENT.words.sentence.fr,
    no_call_asked: "aucun appel à compter",
    estimate: ESTIMATED_MEDIAN.words.title.fr,
    estimate_long: ESTIMATED_MEDIAN.words.sentence.fr,
    estimate_p90: |p90| format!("moins de {p90} neuf fois sur dix"),
    estimate_too_little_history: "pas d’estimation : trop peu d’appels connus",
    estimate_nobody_staffed: "pas d’estimation : aucun agent en poste",
    estimate_closed: "pas d’estimation : fermé",
    estimate_several_lines: "plusieurs lignes : voir chacune",
    record_held_60m: "Attentes restées sous le P90 annoncé, 60 min",
    record_held_today: "Attentes restées sous le P90 annoncé, aujourd’hui",
    record_error_60m: "Erreur médiane de l’estimation, 60 min",
    record_error_today: "Erreur médiane de l’estimation, aujourd’hui",
    record_bias_60m: "Écart moyen de l’estimation, 60 min",
    record_bias_today: "Écart moyen de l’estimation, aujourd’hui",
    foreseen_too_long: |time| format!("{time} trop long"),
    foreseen_too_short: |time| format!("{time} trop court"),
    foreseen_right: "aucun",
    estimate_median: "Médiane",
    wait_mean: "Moyenne",

    formula: "Formule",
    counts: "Comptes",
    window: "Fenêtre",
    window_now: |time| format!("À l’instant : {time}"),
    window_15m: |from, to| format!("15 dernières minutes : de {from} à {to}"),
    window_today: |to| format!("De minuit, heure locale de chaque agence, à {to}"),
    formula_waiting: WAITING.formula.fr,
    formula_longest: LONGEST_WAIT.formula.fr,
    other_rates: "Autres lectures",
    of_family_network: "réseau famille",
    of_platforms: "plateformes",
    reason_asked: "Demande d’agent",
    reason_overflow: "Débordement d’une autre file",
    reason_transfer: "Transfert par un agent",
    reason_callback: "Rappel par un agent",
    operands: &[
        named(Operand::named("answered"), "Traités", "traités"),
        named(
            Operand::named("promises_kept"),
            "Rappels tenus",
            "rappels tenus",
        ),
        named(
            Operand::named("asked"),
            "Demandes d’agent",
            "demandes d’agent",
        ),
        named(
            Operand::named("callbacks_accepted"),
            "Rappels acceptés",
            "rappels acceptés",
        ),
        named(
            Operand::named("promises_broken"),
            "Rappels manqués",
            "rappels manqués",
        ),
        named(
            Operand::named("short_abandoned"),
            "Abandons courts, non comptés",
            "abandons courts",
        ),
        named(
            Operand::named("left_queue"),
            "Sortis de la file",
            "sortis de la file",
        ),
    ],
    wait_median: "Médiane de ceux qui attendent",
    wait_p90: "9 sur 10 attendent moins de",

    supervision: &supervision::FRENCH,
};
