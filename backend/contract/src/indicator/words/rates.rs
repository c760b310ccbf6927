//! What is said of each rate.

use super::counts::WHERE_RECEIVED_IS_TOLD;
use crate::indicator::text::{Text, Words, text, words};

pub const PICK_UP_AGENT: Words = words(
    text("Taux de décroché (agent)", "Pick-up rate (agent)"),
    text(
        "Taux de décroché par un agent : part des appels qui demandaient un agent et qu’un agent a pris. Un rappel promis compte quand il est tenu ou manqué, pas quand il est proposé. Compté là où l’appelant a d’abord demandé.",
        "Pick-up rate by an agent: share of the calls that asked for an agent and that an agent took. A promised callback counts when it is kept or broken, not when it is offered. Counted where the caller first asked.",
    ),
)
.noting(text(
    "Cible : 85 %, réglable par réseau et par agence.",
    "Target: 85%, which a network or an agency can set otherwise.",
))
.after(text(
    "Engagement 6 de l’État : appels traités par un agent ÷ appels qui demandaient un agent, au-dessus de 85 %.",
    "Engagement 6 of the State: calls handled by an agent ÷ calls that asked for an agent, above 85%.",
));

pub const PICK_UP_PRESENTED: Words = words(
    text("Taux de décroché (demandes)", "Pick-up rate (presented)"),
    text(
        "Part des demandes d’agent qu’un agent a traitées. Un rappel accepté y compte comme non traité.",
        "Share of the calls that asked for an agent and were answered. A callback accepted counts as not answered.",
    ),
)
.after(text(
    "Réseau famille : appels traités par un agent ÷ appels présentés, publié chaque mois.",
    "Family network: calls handled by an agent ÷ calls presented, published each month.",
));

pub const PICK_UP_QUEUE: Words = words(
    text("Taux de décroché (file)", "Pick-up rate (queue)"),
    text(
        "Part des appels sortis de la file d’attente par un décroché. Rappels et messages choisis n’y comptent pas.",
        "Share of the calls that left the queue by an answer. Callbacks and messages chosen do not count.",
    ),
)
.after(text(
    "Plateformes téléphoniques : appels traités ÷ appels sortis de la file d’attente.",
    "Telephone platforms: calls answered ÷ calls that left the queue.",
));

/// What every service level has to say of its denominator.
const KNOWN_WAITS: Text = text(
    "Au dénominateur, les appels traités, abandonnés, coupés ou perdus de vue dont l’attente est connue.",
    "In the denominator are the calls answered, abandoned, cut off or lost whose wait is known.",
);

pub const SERVICE_LEVEL: Words = words(
    text("Niveau de service", "Service level"),
    text(
        "Part des appels d’attente connue traités sous le seuil de leur file, 180 s par défaut.",
        "Share of the calls of a known wait that were answered within the threshold of their queue, 180 s by default.",
    ),
)
.noting(KNOWN_WAITS);

pub const SERVICE_LEVEL_WITHOUT_SHORT: Words = words(
    text(
        "Niveau de service, abandons sous le seuil écartés",
        "Service level, abandons within the threshold left out",
    ),
    text(
        "Niveau de service où les appels abandonnés sous le seuil de leur file ne comptent pas.",
        "Service level in which calls abandoned within the threshold of their queue do not count.",
    ),
)
.noting(KNOWN_WAITS);

pub const SERVICE_LEVEL_SHORT_GOOD: Words = words(
    text(
        "Niveau de service, abandons sous le seuil comptés comme bons",
        "Service level, abandons within the threshold counted as good",
    ),
    text(
        "Niveau de service où les appels abandonnés sous le seuil de leur file comptent comme traités.",
        "Service level in which calls abandoned within the threshold of their queue count as answered.",
    ),
)
.noting(KNOWN_WAITS);

pub const SERVICE_LEVEL_20: Words = words(
    text("Niveau de service à 20 s", "Service level at 20 s"),
    text(
        "Part des appels d’attente connue traités en 20 secondes au plus, quel que soit le seuil de la file.",
        "Share of the calls of a known wait that were answered within 20 seconds, whatever the threshold of the queue.",
    ),
)
.noting(KNOWN_WAITS);

pub const SERVICE_LEVEL_60: Words = words(
    text("Niveau de service à 60 s", "Service level at 60 s"),
    text(
        "Part des appels d’attente connue traités en une minute au plus, quel que soit le seuil de la file.",
        "Share of the calls of a known wait that were answered within a minute, whatever the threshold of the queue.",
    ),
)
.noting(KNOWN_WAITS);

pub const SERVICE_LEVEL_180: Words = words(
    text("Niveau de service à 180 s", "Service level at 180 s"),
    text(
        "Part des appels d’attente connue traités en trois minutes au plus, quel que soit le seuil de la file.",
        "Share of the calls of a known wait that were answered within three minutes, whatever the threshold of the queue.",
    ),
)
.noting(KNOWN_WAITS);

pub const SERVICE_LEVEL_300: Words = words(
    text("Niveau de service à 300 s", "Service level at 300 s"),
    text(
        "Part des appels d’attente connue traités en cinq minutes au plus, quel que soit le seuil de la file.",
        "Share of the calls of a known wait that were answered within five minutes, whatever the threshold of the queue.",
    ),
)
.noting(KNOWN_WAITS);

pub const SERVICE_LEVEL_600: Words = words(
    text("Niveau de service à 600 s", "Service level at 600 s"),
    text(
        "Part des appels d’attente connue traités en dix minutes au plus, quel que soit le seuil de la file.",
        "Share of the calls of a known wait that were answered within ten minutes, whatever the threshold of the queue.",
    ),
)
.noting(KNOWN_WAITS);

pub const ABANDON_RATE: Words = words(
    text("Taux d’abandon", "Abandon rate"),
    text(
        "Part des appels sortis de la file d’attente parce que l’appelant a raccroché.",
        "Share of the calls that left the queue because the caller hung up.",
    ),
);

pub const PICK_UP_WITH_IVR: Words = words(
    text("Taux de décroché (agent et SVI)", "Pick-up rate (agent and voice server)"),
    text(
        "Part des appels reçus en horaires d’ouverture qu’un agent a traités ou que le serveur vocal a satisfaits.",
        "Share of the calls received in opening hours that an agent answered or the voice server satisfied.",
    ),
)
.noting(WHERE_RECEIVED_IS_TOLD)
.after(text(
    "Engagement 6 de l’État, serveur vocal compris.",
    "Engagement 6 of the State, the voice server included.",
));

pub const PICK_UP_INBOUND: Words = words(
    text(
        "Taux de décroché (appels entrants)",
        "Pick-up rate (inbound)",
    ),
    text(
        "Part de tous les appels reçus qu’un agent a traités.",
        "Share of all calls received that an agent answered.",
    ),
)
.noting(WHERE_RECEIVED_IS_TOLD)
.after(text(
    "Une caisse d’assurance maladie : appels traités ÷ tous les appels entrants.",
    "A health fund: calls answered ÷ all inbound calls.",
));

pub const CALLBACKS_CALLED_WITHIN_TIME: Words = words(
    text("Rappels effectués à temps", "Callbacks called within time"),
    text(
        "Part des rappels échus qui ont été tentés avant leur échéance, que l’appelant ait été joint ou non.",
        "Share of the callbacks that came due and were attempted by their due time, whether they reached the caller or not.",
    ),
)
.noting(text(
    "Les rappels annulés ne comptent d’aucun côté.",
    "Cancelled callbacks are on neither side.",
))
.after(text(
    "Réseau de l’emploi : part des appelants rappelés sous 2 h, parmi ceux qui l’ont demandé.",
    "Employment network: share called back within 2 h of those who asked for it.",
));

pub const CALLBACKS_REACHED_WITHIN_TIME: Words = words(
    text("Rappels aboutis à temps", "Callbacks reached within time"),
    text(
        "Part des rappels échus qui ont joint l’appelant avant leur échéance.",
        "Share of the callbacks that came due and reached the caller by their due time.",
    ),
)
.noting(text(
    "Les rappels annulés ne comptent d’aucun côté ; tenus en retard et sans réponse sont comptés à part.",
    "Cancelled callbacks are on neither side; those kept late and those that reached nobody are counted apart.",
));

pub const MESSAGES_HANDLED_WITHIN_TIME: Words = words(
    text("Messages traités à temps", "Messages handled within time"),
    text(
        "Part des messages et recontacts échus qui ont été traités avant leur échéance.",
        "Share of the messages and recontacts that came due and were handled by their due time.",
    ),
);

pub const ANNOUNCED_EXCEEDED: Words = words(
    text("Attentes au-delà de l’annonce", "Waits beyond the announcement"),
    text(
        "Part des appels qui ont attendu plus que leur première annonce, parmi ceux qui l’ont entendue et ne sont pas partis avant.",
        "Share of the calls that waited longer than they first heard, of those that heard it and did not leave before.",
    ),
)
.after(text(
    "Demandé par les auditeurs : l’attente prévue, annoncée à chaque appel, comparée à l’attente réelle.",
    "Asked for by the auditors: the expected wait, announced on each call, against the actual one.",
));

pub const IDENTIFICATION: Words = words(
    text("Taux d’identification", "Identification rate"),
    text(
        "Part des appels reçus dont l’appelant a été identifié.",
        "Share of the calls received of which the caller was identified.",
    ),
)
.after(text(
    "Objectifs annuels des caisses : part des appels identifiés.",
    "Yearly objectives of the funds: share of calls identified.",
));

pub const SECOND_LEVEL_PICK_UP: Words = words(
    text("Décroché en deuxième niveau", "Second-level pick-up"),
    text(
        "Part des appels transmis par un agent et sortis de la file d’attente par un décroché.",
        "Share of the calls that an agent passed on and that left the queue by an answer.",
    ),
);

pub const SATISFACTION: Words = words(
    text("Taux de satisfaction", "Satisfaction"),
    text(
        "Part des notes données après un appel qui sont de 4 ou 5.",
        "Share of the scores given after a call that are 4 or 5.",
    ),
)
.after(text(
    "Objectifs annuels des caisses : satisfaction après un appel.",
    "Yearly objectives of the funds: satisfaction after a call.",
));

pub const OCCUPANCY: Words = words(
    text("Taux d’occupation des agents", "Occupancy"),
    text(
        "Part de leur temps de travail que les agents ont passée en conversation, en mise en attente ou en post-appel.",
        "Share of their time at work that agents were talking, holding or wrapping up.",
    ),
);
