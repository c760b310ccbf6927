//! Why a message is not an event of the contract.

/// The most characters of an offending value that a reason repeats.
const LONGEST_SHOWN: usize = 100;

/// Why a message is not an event of the contract: the field, and what is wrong
/// with its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Malformed {
    /// Path of the field, such as `data.queue`; `message` for the whole.
    pub field: String,
    /// What is wrong with its value.
    pub problem: String,
}

impl Malformed {
    /// What is wrong with a field.
    pub(super) fn new(field: &str, problem: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            problem: problem.into(),
        }
    }
}

/// A value as it is repeated in a reason: quoted, what cannot be seen escaped,
/// and not at any length.
pub(super) fn shown(value: &str) -> String {
    match value.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{:?}…", &value[..end]),
        None => format!("{value:?}"),
    }
}

/// A field that has to be there and is not.
pub(super) fn missing(field: &str) -> Malformed {
    Malformed::new(field, "missing")
}
