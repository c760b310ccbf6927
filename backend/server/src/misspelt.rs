//! Names that may have been misspelt: how they are shown, and how far one is from
//! another that there is.

/// The most characters of a name that are shown, and compared.
const LONGEST: usize = 60;

/// The most letters by which a name may differ from the one that is meant.
pub const LETTERS_APART: usize = 3;

/// A name as it is shown: cut short.
pub fn shown(name: &str) -> String {
    name.chars().take(LONGEST).collect()
}

/// A name as it is compared with others: cut short, in lower case.
#[derive(Debug)]
pub struct Misspelt(String);

impl Misspelt {
    /// A name that there is not.
    pub fn of(name: &str) -> Self {
        Self(shown(name).to_lowercase())
    }

    /// The number of letters that are compared.
    pub fn letters(&self) -> usize {
        self.0.chars().count()
    }

    /// The number of letters that are too many, too few, mistaken or swapped, against a
    /// name that there is.
    pub fn letters_apart(&self, known: &str) -> usize {
        strsim::damerau_levenshtein(&self.0, &known.to_lowercase())
    }
}
