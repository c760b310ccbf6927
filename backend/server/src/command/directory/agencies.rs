//! The agencies of a directory's TOML, edited in place: whatever is not edited keeps its
//! bytes, comments included.

use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, TomlError, Value,
};

/// The field of the file that holds them.
const FIELD: &str = "agency";

/// A directory file that is being edited.
pub struct Edited {
    document: DocumentMut,
    /// Line feeds and carriage returns as the file has them, byte order mark included.
    has_carriage_returns: bool,
    mark: &'static str,
}

impl Edited {
    /// Takes a directory that has no fault.
    ///
    /// # Errors
    /// Why it is not TOML.
    pub fn of(toml: &str) -> Result<Self, TomlError> {
        const MARK: &str = "\u{feff}";
        let (mark, text) = match toml.strip_prefix(MARK) {
            Some(text) => (MARK, text),
            None => ("", toml),
        };
        Ok(Self {
            document: text.parse()?,
            has_carriage_returns: text.contains("\r\n"),
            mark,
        })
    }

    /// The file as it is now.
    pub fn text(&self) -> String {
        let text = self.document.to_string();
        let text = match self.has_carriage_returns {
            true => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            false => text,
        };
        format!("{}{text}", self.mark)
    }

    /// Codes of a kind of thing that the file lists, in its order.
    pub fn listed(&self, what: &str, field: &str) -> Vec<&str> {
        let all = tables(self.document.get(what)).into_iter();
        all.filter_map(|table| table.get(field)?.as_str()).collect()
    }

    /// The agencies, in their order.
    pub fn agencies(&self) -> Vec<&dyn TableLike> {
        tables(self.document.get(FIELD))
    }

    /// An agency, by its place in their order.
    pub fn agency_mut(&mut self, at: usize) -> Option<&mut dyn TableLike> {
        match self.document.get_mut(FIELD)? {
            Item::ArrayOfTables(all) => all.get_mut(at).map(|table| table as &mut dyn TableLike),
            Item::Value(Value::Array(all)) => {
                let table = all.get_mut(at)?.as_inline_table_mut();
                table.map(|table| table as &mut dyn TableLike)
            }
            Item::None | Item::Value(_) | Item::Table(_) => None,
        }
    }

    /// Adds an agency of this code after all others.
    pub fn add(&mut self, code: &str) {
        let none = || Item::ArrayOfTables(ArrayOfTables::new());
        match self.document.entry(FIELD).or_insert_with(none) {
            Item::ArrayOfTables(all) => {
                let mut table = Table::new();
                table.insert("code", toml_edit::value(code));
                all.push(table);
            }
            Item::Value(Value::Array(all)) => {
                let mut table = InlineTable::new();
                table.insert("code", code.into());
                all.push(table);
            }
            Item::None | Item::Value(_) | Item::Table(_) => {}
        }
    }

    /// Takes agencies out: those of these places in their order.
    pub fn remove(&mut self, gone: impl Fn(usize) -> bool) {
        let mut at = 0;
        let mut stays = || {
            at += 1;
            !gone(at - 1)
        };
        match self.document.get_mut(FIELD) {
            Some(Item::ArrayOfTables(all)) => all.retain(|_| stays()),
            Some(Item::Value(Value::Array(all))) => all.retain(|_| stays()),
            Some(Item::None | Item::Value(_) | Item::Table(_)) | None => {}
        }
    }
}

/// The tables of a list, however it is written.
fn tables(list: Option<&Item>) -> Vec<&dyn TableLike> {
    let with_headers = list.and_then(Item::as_array_of_tables);
    let with_headers = with_headers
        .into_iter()
        .flat_map(|all| all.iter().map(|table| table as &dyn TableLike));
    let inline = list.and_then(Item::as_array);
    let inline = inline
        .into_iter()
        .flat_map(Array::iter)
        .filter_map(|value| value.as_inline_table())
        .map(|table| table as &dyn TableLike);
    with_headers.chain(inline).collect()
}
