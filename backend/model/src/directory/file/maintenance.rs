//! Interruptions that are planned, and every fault of them.

use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use super::check::Check;
use super::raw::RawMaintenance;
use crate::directory::Directory;
use crate::rules::planned::Planned;

impl Check {
    /// The interruptions; those at fault are left out.
    pub(super) fn planned(
        &mut self,
        raw: Vec<RawMaintenance>,
        directory: &Directory,
    ) -> Vec<Planned> {
        let known = directory.scopes();
        let mut all = Vec::new();
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("maintenance[{i}]");
            let from = self.instant(&format!("{place}.from"), &raw.from);
            let to = self.instant(&format!("{place}.to"), &raw.to);
            if raw.scopes.is_empty() {
                self.fault(format!("{place}.scopes"), "is empty: what is interrupted?");
            }
            let mut scopes = Vec::new();
            for (at, path) in raw.scopes.iter().enumerate() {
                let place = format!("{place}.scopes[{at}]");
                match path.parse::<Scope>() {
                    Err(not) => self.fault(place, not.to_string()),
                    Ok(scope) => {
                        self.known(&place, path, "a scope of this directory", |_| {
                            known.iter().any(|(known, _)| *known == scope)
                        });
                        scopes.push(scope);
                    }
                }
            }
            let Some((from, to)) = from.zip(to) else {
                continue;
            };
            if to <= from {
                self.fault(format!("{place}.to"), format!("{to} is not after {from}"));
            }
            all.push(Planned {
                from,
                to,
                scopes,
                reason: raw.reason,
            });
        }
        all
    }

    fn instant(&mut self, place: &str, value: &toml::Value) -> Option<Time> {
        let text = value.as_str();
        let instant = text.and_then(|text| text.parse().ok());
        if instant.is_none() {
            let problem = "is not an instant in quotes, such as \"2026-12-05T20:00:00+01:00\"";
            self.fault(place, format!("{value} {problem}"));
        }
        instant
    }
}
