//! The console.
mod browser;
mod figures;
mod link;
mod route;
mod search;
mod sort;
mod standing;
mod store;
mod words;
use leptos::prelude::*;
fn main() {
    mount_to_body(|| view! { <h1>"Vigie"</h1> })
}
