//! What is said of each count of a window.

use crate::indicator::count::{Count, Derived};
use crate::indicator::text::{Text, Words, text, words};

/// What is said of figures that need every call received to be told of.
pub(super) const WHERE_RECEIVED_IS_TOLD: Text = text(
    "Absent là où moins d’appels sont reçus que suivis : une plateforme n’y dit pas ce qu’elle reçoit.",
    "Absent where fewer calls were received than followed: some platform there does not tell what it receives.",
);

pub const LEFT_IN_IVR: Words = words(
    text(
        "Appels restés dans le SVI",
        "Calls left in the voice server",
    ),
    text(
        "Appels reçus qui ont quitté le serveur vocal sans issue connue.",
        "Calls received that left the voice server by no known way out.",
    ),
)
.noting(WHERE_RECEIVED_IS_TOLD);

impl Derived {
    /// What is said of it.
    pub const fn words(self) -> Words {
        match self {
            Derived::Offered => words(
                text("Appels présentés", "Calls offered"),
                text(
                    "Appels qui demandaient un agent et n’ont pas été dissuadés, une fois leur issue connue.",
                    "Calls that asked for an agent and were not turned away, once their outcome is known.",
                ),
            ),
            Derived::Asked => words(
                text("Demandes d’agent", "Calls that asked for an agent"),
                text(
                    "Appels présentés, et appels dissuadés après avoir demandé un agent.",
                    "Calls offered, and calls turned away after asking for an agent.",
                ),
            ),
            Derived::LeftQueue => words(
                text("Appels sortis de la file", "Calls that left the queue"),
                text(
                    "Appels sortis de la file d’attente autrement que par un rappel ou un message choisi.",
                    "Calls that left the queue otherwise than by choosing a callback or a message.",
                ),
            ),
        }
    }
}

impl Count {
    /// What is said of it.
    pub const fn words(self) -> Words {
        match self {
            Count::Received => words(
                text("Appels reçus", "Calls received"),
                text(
                    "Appels arrivés au serveur vocal, à toute heure.",
                    "Calls that reached the voice server, at any hour.",
                ),
            ),
            Count::ReceivedOutOfHours => words(
                text("Appels reçus hors horaires", "Calls received out of hours"),
                text(
                    "Appels reçus hors des horaires d’ouverture de la ligne.",
                    "Calls received outside the opening hours of the line.",
                ),
            ),
            Count::Identified => words(
                text("Appels identifiés", "Calls identified"),
                text(
                    "Appels reçus dont l’appelant a été identifié.",
                    "Calls received of which the caller was identified.",
                ),
            ),
            Count::SelfServed => words(
                text(
                    "Appels satisfaits par le SVI",
                    "Calls satisfied by the voice server",
                ),
                text(
                    "Appels que le serveur vocal a satisfaits sans agent.",
                    "Calls that the voice server satisfied without an agent.",
                ),
            ),
            Count::SelfServedInHours => words(
                text(
                    "Appels satisfaits par le SVI en horaires",
                    "Calls satisfied by the voice server in hours",
                ),
                text(
                    "Appels que le serveur vocal a satisfaits pendant les horaires d’ouverture.",
                    "Calls that the voice server satisfied in opening hours.",
                ),
            ),
            Count::DeflectedAsked => words(
                text(
                    "Appels dissuadés après demande",
                    "Calls turned away after asking",
                ),
                text(
                    "Appels dissuadés alors que l’appelant avait demandé un agent, ou comme fermés alors que l’annuaire dit ouvert.",
                    "Calls turned away after the caller had asked for an agent, or as closed while the directory says open.",
                ),
            ),
            Count::DeflectedClosed => words(
                text(
                    "Appels dissuadés pour fermeture",
                    "Calls turned away as closed",
                ),
                text(
                    "Appels dissuadés parce que le service était fermé, sans demande d’agent.",
                    "Calls turned away as the service was closed, without asking for an agent.",
                ),
            ),
            Count::DeflectedSaturated => words(
                text(
                    "Appels dissuadés pour saturation",
                    "Calls turned away as saturated",
                ),
                text(
                    "Appels dissuadés parce que le service était saturé, sans demande d’agent.",
                    "Calls turned away as the service was saturated, without asking for an agent.",
                ),
            ),
            Count::EnteredAll => words(
                text("Entrées en file d’attente", "Entries into a queue"),
                text(
                    "Appels entrés dans une file d’attente, de tout motif et à toute heure, là où ils sont traités.",
                    "Calls that entered a queue, of any reason and at any hour, where they are handled.",
                ),
            ),
            Count::ClosedAll => words(
                text("Sorties de file d’attente", "Exits from a queue"),
                text(
                    "Appels sortis d’une file d’attente, de tout motif et à toute heure, là où ils sont traités.",
                    "Calls that left a queue, of any reason and at any hour, where they are handled.",
                ),
            ),
            Count::Answered => words(
                text("Appels traités", "Calls answered"),
                text(
                    "Appels qu’un agent a décrochés.",
                    "Calls that an agent picked up.",
                ),
            ),
            Count::Abandoned => words(
                text("Appels abandonnés", "Calls abandoned"),
                text(
                    "Appels dont l’appelant a raccroché dans la file d’attente.",
                    "Calls whose caller hung up in the queue.",
                ),
            ),
            Count::ShortAbandoned => words(
                text("Abandons courts", "Short abandons"),
                text(
                    "Appels abandonnés avant le seuil d’abandon court, 5 s par défaut. Ils sont aussi parmi les appels abandonnés.",
                    "Calls abandoned before the threshold of short abandons, 5 s by default. They are among the calls abandoned too.",
                ),
            ),
            Count::CutOff => words(
                text("Appels coupés", "Calls cut off"),
                text(
                    "Appels que le système a coupés avant qu’un agent les prenne, à la fermeture par exemple.",
                    "Calls that the system dropped before an agent took them, at closing for example.",
                ),
            ),
            Count::Lost => words(
                text("Appels perdus de vue", "Calls lost"),
                text(
                    "Appels entrés en file d’attente et dont aucune issue n’est parvenue en deux heures.",
                    "Calls that entered a queue and of which no outcome came within two hours.",
                ),
            ),
            Count::CallbacksAccepted => words(
                text("Rappels acceptés", "Callbacks accepted"),
                text(
                    "Appels dont l’appelant a choisi d’être rappelé.",
                    "Calls whose caller chose to be called back.",
                ),
            ),
            Count::Voicemails => words(
                text("Messages laissés", "Messages left"),
                text(
                    "Appels dont l’appelant a choisi de laisser un message.",
                    "Calls whose caller chose to leave a message.",
                ),
            ),
            Count::OverflowedOut => words(
                text("Appels débordés", "Calls overflowed out"),
                text(
                    "Appels passés à une autre file d’attente.",
                    "Calls that moved on to another queue.",
                ),
            ),
            Count::OverflowedIn => words(
                text("Appels venus par débordement", "Calls overflowed in"),
                text(
                    "Appels venus d’une autre file d’attente, comptés à leur sortie.",
                    "Calls that came from another queue, counted as they leave this one.",
                ),
            ),
            Count::TransferredIn => words(
                text("Appels venus par transfert", "Calls transferred in"),
                text(
                    "Appels transmis par un agent, comptés à leur entrée.",
                    "Calls that an agent passed on, counted as they enter.",
                ),
            ),
            Count::PromisesKept => words(
                text("Rappels tenus", "Callbacks kept"),
                text(
                    "Rappels promis qui ont joint l’appelant avant leur échéance.",
                    "Callbacks promised that reached the caller by their due time.",
                ),
            ),
            Count::PromisesBroken => words(
                text("Rappels manqués", "Callbacks broken"),
                text(
                    "Rappels promis qui n’ont pas joint l’appelant à leur échéance, ou qui ont été annulés.",
                    "Callbacks promised that had not reached the caller by their due time, or were cancelled.",
                ),
            ),
            Count::PromisesKeptLate => words(
                text("Rappels tenus en retard", "Callbacks kept late"),
                text(
                    "Rappels promis qui ont joint l’appelant après leur échéance.",
                    "Callbacks promised that reached the caller after their due time.",
                ),
            ),
            Count::PromisesCancelled => words(
                text("Rappels annulés", "Callbacks cancelled"),
                text(
                    "Rappels promis puis annulés, à tout moment.",
                    "Callbacks promised and then cancelled, at any time.",
                ),
            ),
            Count::PromisesUnreachable => words(
                text("Rappels sans réponse", "Callbacks that reached nobody"),
                text(
                    "Rappels tentés à temps sans joindre personne, comptés à leur échéance.",
                    "Callbacks attempted in time that reached nobody, counted as they came due.",
                ),
            ),
            Count::PromisesForgotten => words(
                text("Promesses oubliées", "Promises forgotten"),
                text(
                    "Promesses de tout type, oubliées 24 heures après leur échéance.",
                    "Promises of any kind, forgotten 24 hours after they were due.",
                ),
            ),
            Count::AttemptsWithoutPromise => words(
                text(
                    "Tentatives de rappel sans promesse",
                    "Attempts to call back without promise",
                ),
                text(
                    "Tentatives de rappel qui ne répondent à aucune promesse.",
                    "Attempts to call back that answer no promise.",
                ),
            ),
            Count::Surveys => words(
                text("Appels notés", "Calls rated"),
                text(
                    "Appels que leur appelant a notés.",
                    "Calls that their caller rated.",
                ),
            ),
            Count::RangUnanswered => words(
                text("Sonneries sans réponse", "Rings unanswered"),
                text(
                    "Fois où le poste d’un agent a sonné sans que personne décroche.",
                    "Times that an agent’s set rang and nobody took it.",
                ),
            ),
            Count::Implausible => words(
                text(
                    "Demandes invraisemblables",
                    "Implausible instants of asking",
                ),
                text(
                    "Événements dont l’heure de demande est impossible ; elle est ignorée.",
                    "Events with an instant of asking that cannot be, which is left out of them.",
                ),
            ),
            Count::Orphan => words(
                text("Issues sans entrée", "Outcomes without entry"),
                text(
                    "Issues d’appels dont aucune entrée en file n’est connue.",
                    "Outcomes of calls of which no entry into a queue is known.",
                ),
            ),
            Count::Repeated => words(
                text("Entrées répétées", "Repeated entries"),
                text(
                    "Entrées en file d’appels qui attendaient déjà.",
                    "Entries into a queue of calls that were waiting already.",
                ),
            ),
            Count::Superseded => words(
                text("Issues en trop", "Superseded outcomes"),
                text(
                    "Issues d’appels déjà sortis de la file.",
                    "Outcomes of calls that had left the queue before.",
                ),
            ),
            Count::Late => words(
                text("Événements en retard", "Late events"),
                text(
                    "Événements arrivés plus de 30 s derrière le plus récent de leur partition. Ils comptent pourtant.",
                    "Events that came more than 30 s behind the newest of their partition. They count all the same.",
                ),
            ),
            Count::TooLate => words(
                text("Événements trop tardifs", "Events too late"),
                text(
                    "Événements d’un jour déjà clos. Ils ne changent que ce compte.",
                    "Events of a day already closed. They change this count alone.",
                ),
            ),
            Count::Duplicate => words(
                text("Événements en double", "Duplicate events"),
                text(
                    "Événements déjà reçus, écartés.",
                    "Events received before, which are left out.",
                ),
            ),
            Count::OutOfHours => words(
                text("Appels hors horaires", "Calls out of hours"),
                text(
                    "Appels sortis de la file sans aucune attente pendant les horaires d’ouverture. Ils ne comptent qu’ici, en attente, et parmi les entrées et les sorties.",
                    "Calls that left the queue without any wait in opening hours. They count here alone, among those waiting, and among entries and exits.",
                ),
            ),
        }
    }
}
