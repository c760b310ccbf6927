//! The five networks: their lines, queues and habits.
//!
//! Yearly volumes and published figures are those of the domain; what nobody
//! publishes (lengths of conversations, patience, slack of the rosters) was
//! chosen so that the published figures come out (see `tests/calibration.rs`).

use super::hours::{AGENCIES, CHEQUES, CONTRACTORS, EMPLOYERS, FAMILY, HEALTH, PENSIONS};
use super::kinds::{CallbackStyle, LineKind, NetworkKind, QueueKind, Route};

const QUEUE: QueueKind = QueueKind {
    code: "",
    name: "",
    line: "",
    share: 0.0,
    route: Route::Own,
    talk_seconds: 0.0,
    overflows: false,
    in_agencies: 1.0,
    voicemail: false,
    is_expert: false,
};

/// Position of each network in [`NETWORKS`].
pub(crate) const CAF: usize = 0;
pub(crate) const FRANCE_TRAVAIL: usize = 1;
pub(crate) const HEALTH_INSURANCE: usize = 2;
pub(crate) const PENSION_INSURANCE: usize = 3;
pub(crate) const CNTCES: usize = 4;

/// The networks.
pub(crate) static NETWORKS: [NetworkKind; 5] = [
    NetworkKind {
        code: "caf",
        name: "Allocations familiales",
        lines: &[LineKind {
            number: "3230",
            name: "Allocataires",
            hours: &FAMILY,
        }],
        queues: &[
            QueueKind {
                code: "prestations",
                name: "Prestations",
                line: "3230",
                share: 0.52,
                talk_seconds: 290.0,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "logement",
                name: "Aides au logement",
                line: "3230",
                share: 0.28,
                talk_seconds: 330.0,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "minima-sociaux",
                name: "RSA et prime d'activité",
                line: "3230",
                share: 0.20,
                talk_seconds: 380.0,
                overflows: false,
                voicemail: true,
                ..QUEUE
            },
            QueueKind {
                code: "experts",
                name: "Situations complexes",
                line: "3230",
                talk_seconds: 420.0,
                is_expert: true,
                ..QUEUE
            },
        ],
        yearly_calls: 42e6,
        identified: 0.82,
        self_served: 0.18,
        left_in_ivr: 0.06,
        patience_seconds: 1300.0,
        wrap_up_seconds: 55.0,
        agency_slack: 0.885,
        platform_slack: 0.885,
        paris_slack: 0.95,
        overflow_after_seconds: 420.0,
        overflow_share: 0.12,
        takes_callback: 0.12,
        callback: CallbackStyle::AgentDials,
        passed_on: 0.03,
        recontacted: 0.02,
        recontact_hours: 48,
        hours: &FAMILY,
    },
    NetworkKind {
        code: "ft",
        name: "France Travail",
        lines: &[
            LineKind {
                number: "3949",
                name: "Demandeurs d'emploi",
                hours: &CONTRACTORS,
            },
            LineKind {
                number: "3995",
                name: "Entreprises",
                hours: &EMPLOYERS,
            },
        ],
        queues: &[
            QueueKind {
                code: "indemnisation",
                name: "Indemnisation",
                line: "3949",
                share: 0.38,
                talk_seconds: 330.0,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "placement",
                name: "Placement",
                line: "3949",
                share: 0.20,
                talk_seconds: 300.0,
                voicemail: true,
                ..QUEUE
            },
            QueueKind {
                code: "inscription",
                name: "Inscription",
                line: "3949",
                share: 0.15,
                route: Route::Contractor,
                talk_seconds: 420.0,
                ..QUEUE
            },
            QueueKind {
                code: "actualisation",
                name: "Actualisation",
                line: "3949",
                share: 0.13,
                route: Route::Contractor,
                talk_seconds: 240.0,
                ..QUEUE
            },
            QueueKind {
                code: "intermittents",
                name: "Intermittents du spectacle",
                line: "3949",
                share: 0.02,
                talk_seconds: 420.0,
                in_agencies: 0.12,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "entreprises",
                name: "Entreprises",
                line: "3995",
                share: 0.12,
                talk_seconds: 300.0,
                ..QUEUE
            },
            QueueKind {
                code: "experts",
                name: "Experts indemnisation",
                line: "3949",
                talk_seconds: 450.0,
                in_agencies: 0.12,
                is_expert: true,
                ..QUEUE
            },
        ],
        yearly_calls: 30e6,
        identified: 0.89,
        self_served: 0.24,
        left_in_ivr: 0.05,
        patience_seconds: 1150.0,
        wrap_up_seconds: 60.0,
        agency_slack: 0.945,
        platform_slack: 1.03,
        paris_slack: 0.97,
        overflow_after_seconds: 120.0,
        overflow_share: 0.35,
        takes_callback: 0.22,
        callback: CallbackStyle::DiallerReports,
        passed_on: 0.03,
        recontacted: 0.02,
        recontact_hours: 4,
        hours: &AGENCIES,
    },
    NetworkKind {
        code: "cnam",
        name: "Assurance maladie",
        lines: &[LineKind {
            number: "3646",
            name: "Assurés",
            hours: &HEALTH,
        }],
        queues: &[
            QueueKind {
                code: "remboursements",
                name: "Remboursements",
                line: "3646",
                share: 0.40,
                talk_seconds: 240.0,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "droits",
                name: "Droits et carte Vitale",
                line: "3646",
                share: 0.34,
                talk_seconds: 270.0,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "arrets",
                name: "Arrêts de travail",
                line: "3646",
                share: 0.26,
                talk_seconds: 330.0,
                overflows: false,
                voicemail: true,
                ..QUEUE
            },
            QueueKind {
                code: "experts",
                name: "Dossiers complexes",
                line: "3646",
                talk_seconds: 390.0,
                is_expert: true,
                ..QUEUE
            },
        ],
        yearly_calls: 38.8e6,
        identified: 0.85,
        self_served: 0.15,
        left_in_ivr: 0.07,
        patience_seconds: 1150.0,
        wrap_up_seconds: 45.0,
        agency_slack: 0.93,
        platform_slack: 0.93,
        paris_slack: 0.84,
        overflow_after_seconds: 300.0,
        overflow_share: 0.15,
        takes_callback: 0.10,
        callback: CallbackStyle::DiallerSilent,
        passed_on: 0.025,
        recontacted: 0.015,
        recontact_hours: 24,
        hours: &HEALTH,
    },
    NetworkKind {
        code: "cnav",
        name: "Assurance retraite",
        lines: &[LineKind {
            number: "3960",
            name: "Retraités et assurés",
            hours: &PENSIONS,
        }],
        queues: &[
            QueueKind {
                code: "conseil",
                name: "Conseil retraite",
                line: "3960",
                share: 0.58,
                talk_seconds: 360.0,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "paiement",
                name: "Paiement et attestations",
                line: "3960",
                share: 0.30,
                talk_seconds: 280.0,
                overflows: true,
                ..QUEUE
            },
            QueueKind {
                code: "reversion",
                name: "Réversion",
                line: "3960",
                share: 0.12,
                talk_seconds: 480.0,
                overflows: false,
                ..QUEUE
            },
            QueueKind {
                code: "experts",
                name: "Experts retraite",
                line: "3960",
                talk_seconds: 540.0,
                is_expert: true,
                ..QUEUE
            },
        ],
        yearly_calls: 6.2e6,
        identified: 0.80,
        self_served: 0.12,
        left_in_ivr: 0.05,
        patience_seconds: 1250.0,
        wrap_up_seconds: 60.0,
        agency_slack: 0.925,
        platform_slack: 0.925,
        paris_slack: 1.0,
        overflow_after_seconds: 300.0,
        overflow_share: 0.10,
        takes_callback: 0.15,
        callback: CallbackStyle::AgentDials,
        passed_on: 0.06,
        recontacted: 0.09,
        recontact_hours: 4,
        hours: &PENSIONS,
    },
    NetworkKind {
        code: "cntces",
        name: "Centre national de traitement du chèque emploi",
        lines: &[LineKind {
            number: "CESU",
            name: "Chèque emploi service",
            hours: &CHEQUES,
        }],
        queues: &[
            QueueKind {
                code: "employeurs",
                name: "Particuliers employeurs",
                line: "CESU",
                share: 0.70,
                talk_seconds: 330.0,
                ..QUEUE
            },
            QueueKind {
                code: "salaries",
                name: "Salariés",
                line: "CESU",
                share: 0.30,
                talk_seconds: 300.0,
                ..QUEUE
            },
        ],
        yearly_calls: 1.275e6,
        identified: 0.74,
        self_served: 0.10,
        left_in_ivr: 0.05,
        patience_seconds: 1000.0,
        wrap_up_seconds: 60.0,
        agency_slack: 0.88,
        platform_slack: 1.0,
        paris_slack: 1.0,
        overflow_after_seconds: 600.0,
        overflow_share: 0.0,
        takes_callback: 0.12,
        callback: CallbackStyle::AgentDials,
        passed_on: 0.0,
        recontacted: 0.0,
        recontact_hours: 48,
        hours: &CHEQUES,
    },
];
