//! What kind of thing a scope is, in words.

use vigie_contract::scope::{Scope, UNASSIGNED};

use crate::words::Words;

/// What a scope is.
pub const fn kind(words: &Words, scope: &Scope) -> &'static str {
    match scope {
        Scope::All => words.level_all,
        Scope::Network(..) => words.level_network,
        Scope::Region(..) => words.level_region,
        Scope::Agency(..) => words.level_agency,
        Scope::Queue(..) => words.level_queue,
        Scope::Line(..) => words.level_line,
        Scope::LineRegion(..) => words.level_line_region,
    }
}

/// What its children are; `None` where it can have none.
pub const fn children(words: &Words, scope: &Scope) -> Option<&'static str> {
    match scope {
        Scope::All => Some(words.networks),
        Scope::Network(..) | Scope::Line(..) => Some(words.regions),
        Scope::Region(..) => Some(words.agencies),
        Scope::Agency(..) => Some(words.queues),
        Scope::Queue(..) | Scope::LineRegion(..) => None,
    }
}

/// What one of its children is; nothing where it can have none.
pub const fn child_kind(words: &Words, scope: &Scope) -> &'static str {
    match scope {
        Scope::All => words.level_network,
        Scope::Network(..) | Scope::Line(..) => words.level_region,
        Scope::Region(..) => words.level_agency,
        Scope::Agency(..) => words.level_queue,
        Scope::Queue(..) | Scope::LineRegion(..) => "",
    }
}

/// The name to show: the directory's, but for the names that are the console's.
pub fn name(words: &Words, scope: &Scope, name: &str) -> String {
    if *scope == Scope::All {
        words.everything.to_owned()
    } else if name == UNASSIGNED {
        words.unassigned.to_owned()
    } else if let Scope::Line(number) = scope
        && name != number
    {
        // Callers and staff know a line by its number.
        format!("{number} {name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn names_are_the_directory_s_but_for_the_console_s_own() {
        let words = Language::French.words();
        for (scope, given, shown) in [
            ("all", "all", "Tous les réseaux"),
            ("ft/NAQ", "Nouvelle-Aquitaine", "Nouvelle-Aquitaine"),
            ("unassigned", "unassigned", "Sans rattachement"),
            (
                "line/3949",
                "Demandeurs d’emploi",
                "3949 Demandeurs d’emploi",
            ),
            ("line/3949", "3949", "3949"),
            ("ft/unassigned", "unassigned", "Sans rattachement"),
        ] {
            assert_eq!(name(words, &scope.parse().unwrap(), given), shown);
        }
    }

    #[test]
    fn a_queue_and_a_line_s_region_have_no_children() {
        let words = Language::English.words();
        let of = |path: &str| children(words, &path.parse().unwrap());
        assert_eq!(of("all"), Some("Networks"));
        assert_eq!(of("ft/NAQ/X"), Some("Queues"));
        assert_eq!(of("ft/NAQ/X/q"), None);
        assert_eq!(of("line/3949"), Some("Regions"));
        assert_eq!(of("line/3949/NAQ"), None);
    }
}
