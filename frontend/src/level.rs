//! What kind of thing a scope or a selection is, in words.

use vigie_contract::extent::{Extent, ExtentRef};
use vigie_contract::frame::Crumb;
use vigie_contract::scope::{Scope, UNASSIGNED};

use crate::words::Words;

/// What a scope or a selection is.
pub fn kind<'e>(words: &Words, of: impl Into<ExtentRef<'e>>) -> &'static str {
    match of.into() {
        ExtentRef::Scope(scope) => kind_of_scope(words, scope),
        ExtentRef::Selection(_) => words.level_selection,
    }
}

const fn kind_of_scope(words: &Words, scope: &Scope) -> &'static str {
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

/// What its children or its members are; `None` where it can have none.
pub fn children(words: &Words, extent: &Extent) -> Option<&'static str> {
    match extent {
        Extent::Scope(scope) => children_of_scope(words, scope),
        Extent::Selection(_) => Some(words.members),
    }
}

const fn children_of_scope(words: &Words, scope: &Scope) -> Option<&'static str> {
    match scope {
        Scope::All => Some(words.networks),
        Scope::Network(..) | Scope::Line(..) => Some(words.regions),
        Scope::Region(..) => Some(words.agencies),
        Scope::Agency(..) => Some(words.queues),
        Scope::Queue(..) | Scope::LineRegion(..) => None,
    }
}

/// What one of its children or all its members are; nothing where it can have none, or
/// where they are of several kinds.
pub fn child_kind(words: &Words, extent: &Extent) -> &'static str {
    match extent {
        Extent::Scope(scope) => child_kind_of_scope(words, scope),
        Extent::Selection(selection) => {
            let members = selection.members().iter();
            let mut kinds = members.map(|scope| kind_of_scope(words, scope));
            let first = kinds.next().unwrap_or_default();
            match kinds.all(|kind| kind == first) {
                true => first,
                false => "",
            }
        }
    }
}

const fn child_kind_of_scope(words: &Words, scope: &Scope) -> &'static str {
    match scope {
        Scope::All => words.level_network,
        Scope::Network(..) | Scope::Line(..) => words.level_region,
        Scope::Region(..) => words.level_agency,
        Scope::Agency(..) => words.level_queue,
        Scope::Queue(..) | Scope::LineRegion(..) => "",
    }
}

/// What the page of a scope or a selection is called; `path`: the way down to it.
pub fn title(words: &Words, extent: &Extent, path: &[Crumb]) -> String {
    match extent {
        Extent::Scope(scope) => {
            let own = path.last().map_or("", |crumb| &crumb.name);
            name(words, scope, own)
        }
        Extent::Selection(selection) => (words.selection_of)(selection.members().len()),
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
        assert_eq!(of("pick/ft/NAQ/X+ft/NAQ/Y"), Some("Chosen scopes"));
    }

    #[test]
    fn a_selection_is_called_by_how_many_it_has() {
        let words = Language::French.words();
        let selection = "pick/ft/NAQ/X+ft/OCC/Y+ft/OCC/Z".parse().unwrap();
        assert_eq!(title(words, &selection, &[]), "Sélection de 3");
        assert_eq!(kind(words, &selection), "Sélection");
        assert_eq!(child_kind(words, &selection), "Agence");
        let mixed = "pick/ft/NAQ+ft/OCC/Y".parse().unwrap();
        assert_eq!(child_kind(words, &mixed), "");
        let network = Scope::Network("ft".to_owned());
        let crumb = Crumb {
            scope: network.clone(),
            name: "France Travail".to_owned(),
        };
        assert_eq!(title(words, &network.into(), &[crumb]), "France Travail");
    }
}
