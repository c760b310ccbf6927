//! Texts and flags that follow their signals, each behind one type.
//!
//! The view code is generic over every closure it is given: some ninety texts,
//! each a type of its own, would have it compiled ninety times over.

use leptos::prelude::*;

/// A text on screen or in an attribute.
pub type Text = Box<dyn FnMut() -> String + Send>;

/// A text that is written again when a signal it reads has changed.
pub fn text<T: Into<String>>(mut of: impl FnMut() -> T + Send + 'static) -> Text {
    Box::new(move || of().into())
}

/// A condition that is told on only when it changes.
pub fn flag(of: impl Fn() -> bool + Send + Sync + 'static) -> Memo<bool> {
    boxed_flag(Box::new(of))
}

fn boxed_flag(of: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<bool> {
    Memo::new(move |_| of())
}
