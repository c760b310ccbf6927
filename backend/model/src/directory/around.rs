//! The scopes that a scope lies in.

use vigie_contract::scope::Scope;

use super::lookup::Directory;

impl Directory {
    /// The scopes of both trees that a scope lies in, itself left out: of an agency those
    /// of all its lines.
    pub(crate) fn around(&self, scope: &Scope) -> Vec<Scope> {
        let in_lines = |network: &str, region: &str, lines: &[&str]| {
            let [own, other] = [network, region].map(str::to_owned);
            let mut around = vec![Scope::Region(own.clone(), other)];
            let in_region = lines
                .iter()
                .map(|&line| (line.to_owned(), region.to_owned()));
            around.extend(in_region.map(|(line, region)| Scope::LineRegion(line, region)));
            around.push(Scope::Network(own));
            around.extend(lines.iter().map(|&line| Scope::Line(line.to_owned())));
            around.push(Scope::All);
            around
        };
        match scope {
            Scope::All => Vec::new(),
            Scope::Network(_) => vec![Scope::All],
            Scope::Region(network, _) => vec![Scope::Network(network.clone()), Scope::All],
            Scope::Agency(network, region, code) => {
                let listed = self.agencies.get(code).map(|agency| &*agency.queues);
                let queues = listed.unwrap_or_default().iter();
                let mut lines: Vec<&str> = queues
                    .filter_map(|queue| self.line_of_queue(code, queue))
                    .collect();
                lines.sort_unstable();
                lines.dedup();
                in_lines(network, region, &lines)
            }
            Scope::Queue(network, region, code, queue) => {
                let line = self.line_of_queue(code, queue);
                let agency = Scope::Agency(network.clone(), region.clone(), code.clone());
                let mut around = vec![agency];
                around.extend(in_lines(network, region, line.as_slice()));
                around
            }
            Scope::Line(line) => {
                let network = self.network_of_line(line).to_owned();
                vec![Scope::Network(network), Scope::All]
            }
            Scope::LineRegion(line, region) => {
                let around = in_lines(self.network_of_line(line), region, &[line]);
                around.into_iter().filter(|other| other != scope).collect()
            }
        }
    }
}
