//! The columns of the spreadsheet: the fields of an agency that fit into a cell.

use std::iter;

use toml_edit::{Array, InlineTable, Item, TableLike, Value};

use super::cell;

/// Whose Excel a spreadsheet is written for. Both are read, whatever they were written
/// for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// French: semicolons between cells, decimal commas.
    #[value(name = "fr")]
    French,
    /// English: commas between cells, decimal points.
    #[value(name = "en")]
    English,
}

impl Language {
    /// What stands between cells.
    pub fn separator(self) -> u8 {
        match self {
            Self::French => b';',
            Self::English => b',',
        }
    }

    fn decimal_mark(self) -> char {
        match self {
            Self::French => ',',
            Self::English => '.',
        }
    }
}

/// A column: a field of an agency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Code of its network.
    Network,
    /// Code of its region.
    Region,
    /// Its code, which tells rows apart.
    Code,
    /// What it is called.
    Name,
    /// The number at which its desk is rung up.
    DeskNumber,
    /// Codes of its queues.
    Queues,
    /// Its own time zone.
    TimeZone,
    /// Name of its hours.
    Hours,
    /// Name of the hours that it keeps on the line of this number.
    LineHours(String),
    /// The pick-up rate aimed at.
    Target,
}

impl Column {
    /// Every column, in their order, of a directory that has these lines.
    pub fn all<'l>(lines: impl IntoIterator<Item = &'l str>) -> Vec<Self> {
        let line_hours = lines
            .into_iter()
            .map(|line| Self::LineHours(line.to_owned()));
        let before = [
            Self::Network,
            Self::Region,
            Self::Code,
            Self::Name,
            Self::DeskNumber,
            Self::Queues,
            Self::TimeZone,
            Self::Hours,
        ];
        let columns = before.into_iter().chain(line_hours);
        columns.chain(iter::once(Self::Target)).collect()
    }

    /// What stands above it.
    pub fn heading(&self, language: Language) -> String {
        let (french, english) = match self {
            Self::Network => ("Réseau", "Network"),
            Self::Region => ("Région", "Region"),
            Self::Code => ("Code", "Code"),
            Self::Name => ("Nom", "Name"),
            Self::DeskNumber => ("Téléphone", "Desk number"),
            Self::Queues => ("Files", "Queues"),
            Self::TimeZone => ("Fuseau horaire", "Time zone"),
            Self::Hours => ("Horaires", "Hours"),
            Self::LineHours(line) => {
                let word = match language {
                    Language::French => "Horaires",
                    Language::English => "Hours",
                };
                return format!("{word} {line}");
            }
            Self::Target => ("Objectif", "Target"),
        };
        match language {
            Language::French => french.to_owned(),
            Language::English => english.to_owned(),
        }
    }

    /// The name of its field in TOML, as faults of a directory name it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Region => "region",
            Self::Code => "code",
            Self::Name => "name",
            Self::DeskNumber => "desk_number",
            Self::Queues => "queues",
            Self::TimeZone => "time_zone",
            Self::Hours => "hours",
            Self::LineHours(_) => "line_hours",
            Self::Target => "target",
        }
    }

    /// Whether no agency is without it.
    pub fn is_required(&self) -> bool {
        match self {
            Self::Network | Self::Code | Self::Name => true,
            Self::Region
            | Self::DeskNumber
            | Self::Queues
            | Self::TimeZone
            | Self::Hours
            | Self::LineHours(_)
            | Self::Target => false,
        }
    }

    /// What an agency has there, empty where it has nothing.
    pub fn text(&self, agency: &dyn TableLike, language: Language) -> String {
        let field = agency.get(self.field());
        match self {
            Self::Network
            | Self::Region
            | Self::Code
            | Self::Name
            | Self::DeskNumber
            | Self::TimeZone
            | Self::Hours => field.and_then(Item::as_str).unwrap_or_default().to_owned(),
            Self::Queues => {
                let codes = field.and_then(Item::as_array).into_iter().flatten();
                cell::list_text(codes.filter_map(Value::as_str))
            }
            Self::LineHours(line) => field
                .and_then(Item::as_table_like)
                .and_then(|hours| hours.get(line)?.as_str())
                .unwrap_or_default()
                .to_owned(),
            Self::Target => field.and_then(number).map_or(String::new(), |share| {
                cell::share_text(share, language.decimal_mark())
            }),
        }
    }

    /// Whether a cell says what an agency has there.
    pub fn is_said(&self, agency: &dyn TableLike, cell: &str) -> bool {
        cell == settled(&self.text(agency, Language::French))
    }

    /// Gives an agency what a cell says, unless it says what is there; answers whether
    /// it does not.
    ///
    /// # Errors
    /// What is wrong with the cell; the agency is left as it is.
    pub fn edit(&self, agency: &mut dyn TableLike, cell: &str) -> Result<bool, String> {
        if self.is_said(agency, cell) {
            return Ok(false);
        }
        if cell.is_empty() {
            self.clear(agency);
            return Ok(true);
        }
        match self {
            Self::Network
            | Self::Region
            | Self::Code
            | Self::Name
            | Self::DeskNumber
            | Self::TimeZone
            | Self::Hours => set(agency, self.field(), cell.into()),
            Self::Queues => set(
                agency,
                self.field(),
                cell::list(cell).collect::<Array>().into(),
            ),
            Self::LineHours(line) => {
                if agency.get(self.field()).is_none() {
                    agency.insert(self.field(), toml_edit::value(InlineTable::new()));
                }
                let hours = agency.get_mut(self.field());
                if let Some(hours) = hours.and_then(Item::as_table_like_mut) {
                    set(hours, line, cell.into());
                }
            }
            Self::Target => {
                let share = cell::share(cell)?;
                if agency.get(self.field()).and_then(number) == Some(share) {
                    return Ok(false);
                }
                set(agency, self.field(), share.into());
            }
        }
        Ok(true)
    }

    fn clear(&self, agency: &mut dyn TableLike) {
        if let Self::LineHours(line) = self
            && let Some(hours) = agency.get_mut(self.field())
            && let Some(hours) = hours.as_table_like_mut()
        {
            hours.remove(line);
            if !hours.is_empty() {
                return;
            }
        }
        agency.remove(self.field());
    }
}

/// A text as it comes back from a spreadsheet: blanks round it and the kind of its line
/// breaks say nothing.
pub fn settled(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.trim().to_owned()
}

/// A number, which may be written as a whole one.
fn number(item: &Item) -> Option<f64> {
    let whole = || item.as_integer().map(|whole| whole as f64);
    item.as_float().or_else(whole)
}

/// Sets a field; what stands beside it, such as a comment, stays.
fn set(table: &mut dyn TableLike, field: &str, mut value: Value) {
    match table.get_mut(field).and_then(Item::as_value_mut) {
        Some(before) => {
            *value.decor_mut() = before.decor().clone();
            *before = value;
        }
        None => {
            table.insert(field, Item::Value(value));
        }
    }
}
