//! When the agencies of each network are open.

use crate::calendar::Hours;

const CLOSED: &[(i64, i64)] = &[];
const fn weekdays(
    hours: &'static [(i64, i64)],
    friday: &'static [(i64, i64)],
) -> [&'static [(i64, i64)]; 7] {
    [hours, hours, hours, hours, friday, CLOSED, CLOSED]
}

/// Employment agencies.
pub(crate) static AGENCIES: Hours = Hours {
    name: "agences",
    week: weekdays(&[(510, 990)], &[(510, 930)]),
};
/// Smaller employment agencies close for lunch.
pub(crate) static LUNCH: Hours = Hours {
    name: "agences-pause",
    week: weekdays(&[(510, 750), (810, 990)], &[(510, 750)]),
};
/// The employers' line closes earlier than the agency.
pub(crate) static EMPLOYERS: Hours = Hours {
    name: "entreprises",
    week: weekdays(&[(540, 960)], &[(540, 900)]),
};
/// Contractors' platforms: Monday to Friday 8 to 19, Saturday 8 to 17.
pub(crate) static CONTRACTORS: Hours = Hours {
    name: "prestataires",
    week: [
        &[(480, 1140)],
        &[(480, 1140)],
        &[(480, 1140)],
        &[(480, 1140)],
        &[(480, 1140)],
        &[(480, 1020)],
        CLOSED,
    ],
};
/// Family allowance funds.
pub(crate) static FAMILY: Hours = Hours {
    name: "caf",
    week: weekdays(&[(540, 990)], &[(540, 960)]),
};
/// Health insurance funds.
pub(crate) static HEALTH: Hours = Hours {
    name: "cpam",
    week: weekdays(&[(510, 1050)], &[(510, 1050)]),
};
/// Pension funds.
pub(crate) static PENSIONS: Hours = Hours {
    name: "retraite",
    week: weekdays(&[(480, 1020)], &[(480, 1020)]),
};
/// The centre for employment cheques: 45 hours a week.
pub(crate) static CHEQUES: Hours = Hours {
    name: "cheque-emploi",
    week: weekdays(&[(540, 1080)], &[(540, 1080)]),
};

/// Every opening hours that the directory names.
pub(crate) static HOURS: [&Hours; 8] = [
    &AGENCIES,
    &LUNCH,
    &EMPLOYERS,
    &CONTRACTORS,
    &FAMILY,
    &HEALTH,
    &PENSIONS,
    &CHEQUES,
];
