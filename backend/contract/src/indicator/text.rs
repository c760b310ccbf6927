//! What is said of an indicator, in the languages of those who read it.

use serde::Serialize;

/// A text in French and in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// In French, with the words of those who supervise.
    pub fr: &'static str,
    /// In English.
    pub en: &'static str,
}

/// A text in French and in English.
pub const fn text(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// What is said of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// What it is called. Formulas name it so too, with a small first letter.
    pub title: Text,
    /// What it is, in a sentence or two.
    pub sentence: Text,
    /// What one has to know to read it right.
    pub note: Option<Text>,
    /// Who publishes it, or asked for it.
    pub source: Option<Text>,
}

/// A title and a sentence, with no note and no source.
pub const fn words(title: Text, sentence: Text) -> Words {
    Words {
        title,
        sentence,
        note: None,
        source: None,
    }
}

impl Words {
    /// What is said of nothing yet.
    pub(crate) const NOTHING: Self = words(text("", ""), text("", ""));

    /// The same words, with what one has to know to read the figure right.
    pub const fn noting(self, note: Text) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    /// The same words, with who publishes the figure, or asked for it.
    pub const fn after(self, source: Text) -> Self {
        Self {
            source: Some(source),
            ..self
        }
    }
}
