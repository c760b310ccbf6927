//! The headings of a spreadsheet: which column is where.

use super::agencies::Edited;
use super::column::{Column, Language, settled};
use super::position::letters;
use crate::misspelt::{LETTERS_APART, Misspelt};

/// The headings of a spreadsheet, in their order.
pub struct Headings {
    /// What is written, and the column that it means.
    all: Vec<(String, Option<Column>)>,
}

impl Headings {
    /// Reads the first row. With them comes what is wrong: where, of one of them, and
    /// what it holds beside the columns of this directory.
    pub fn read(row: &[String], directory: &Edited) -> (Self, Vec<(Option<usize>, String)>) {
        let columns = Column::all(directory.listed("line", "number"));
        let mut all: Vec<(String, Option<Column>)> = Vec::new();
        let mut problems = Vec::new();
        for (at, heading) in row.iter().enumerate() {
            // To the letter where one is so: two lines may differ by case alone.
            let is_so = |name: &String| name == heading;
            let is_alike = |name: &String| name.to_lowercase() == heading.to_lowercase();
            let column = columns
                .iter()
                .find(|column| names(column).iter().any(is_so))
                .or_else(|| {
                    columns
                        .iter()
                        .find(|column| names(column).iter().any(is_alike))
                });
            let problem = match column {
                None if heading.is_empty() => None,
                None => Some(unknown(heading, &columns)),
                Some(column) => all
                    .iter()
                    .any(|(_, before)| before.as_ref() == Some(column))
                    .then(|| format!("{heading:?} is there twice")),
            };
            let column = column.filter(|_| problem.is_none()).cloned();
            problems.extend(problem.map(|problem| (Some(at), problem)));
            all.push((heading.clone(), column));
        }
        let headings = Self { all };
        if headings.place_of(&Column::Code).is_none() {
            let problem = "no heading \"Code\", which tells agencies apart";
            problems.push((None, problem.to_owned()));
        }
        (headings, problems)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether anything stands above a place.
    pub fn has(&self, place: usize) -> bool {
        let heading = self.all.get(place);
        heading.is_some_and(|(heading, _)| !heading.is_empty())
    }

    /// The columns that are understood, but for that of the codes, with their places.
    pub fn columns(&self) -> impl Iterator<Item = (usize, &Column)> {
        let all = self.all.iter().enumerate();
        all.filter_map(|(place, (_, column))| Some((place, column.as_ref()?)))
            .filter(|(_, column)| **column != Column::Code)
    }

    /// Where a column is.
    pub fn place_of(&self, column: &Column) -> Option<usize> {
        let is_it = |(_, known): &(String, Option<Column>)| known.as_ref() == Some(column);
        self.all.iter().position(is_it)
    }

    /// The field of the column at a place.
    pub fn field_at(&self, place: usize) -> Option<&'static str> {
        Some(self.all.get(place)?.1.as_ref()?.field())
    }

    /// A place as a spreadsheet shows it: `column E (Région)`.
    pub fn named(&self, place: usize) -> String {
        let heading = self.all.get(place).map(|(heading, _)| heading.as_str());
        match heading.unwrap_or_default() {
            "" => format!("column {}", letters(place)),
            heading => format!("column {} ({heading})", letters(place)),
        }
    }
}

/// What a column may be called: by either language, or as in TOML.
fn names(column: &Column) -> [String; 3] {
    let in_toml = match column {
        Column::LineHours(line) => format!("line_hours.{line}"),
        Column::Network
        | Column::Region
        | Column::Code
        | Column::Name
        | Column::DeskNumber
        | Column::Queues
        | Column::TimeZone
        | Column::Hours
        | Column::Target => column.field().to_owned(),
    };
    let french = column.heading(Language::French);
    let english = column.heading(Language::English);
    [french, english, in_toml].map(|name| settled(&name))
}

fn unknown(heading: &str, columns: &[Column]) -> String {
    let misspelt = Misspelt::of(heading);
    let near = columns.iter().flat_map(|column| {
        let apart = names(column).map(|name| misspelt.letters_apart(&name));
        let nearest = apart.into_iter().min()?;
        Some((nearest, column))
    });
    let nearest = near.min_by_key(|(apart, _)| *apart);
    let meant = match nearest {
        Some((apart, column)) if apart <= LETTERS_APART => {
            format!(": did you mean {:?}?", column.heading(Language::French))
        }
        Some(_) | None => String::new(),
    };
    format!("{heading:?} is not the heading of a column{meant}")
}
