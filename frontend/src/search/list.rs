//! The list of scopes, read from the server.
//!
//! JSON, since that is what the API speaks, read by the browser's own parser: a
//! second one would weigh a quarter of the console.

use js_sys::{Array, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::Index;

/// Where the server lists its scopes.
const ADDRESS: &str = "/api/v1/scopes";

/// The list could not be had: the network, the server or what it sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads the list.
pub async fn read() -> Result<Index, Unreadable> {
    let response = JsFuture::from(window().fetch_with_str(ADDRESS))
        .await
        .map_err(unreadable)?;
    let response: Response = response.dyn_into().map_err(unreadable)?;
    if !response.ok() {
        return Err(Unreadable);
    }
    let json = JsFuture::from(response.json().map_err(unreadable)?)
        .await
        .map_err(unreadable)?;
    let entries: Array = json.dyn_into().map_err(unreadable)?;
    let mut scopes = Vec::new();
    for entry in entries.iter() {
        scopes.push((text(&entry, "scope")?, text(&entry, "name")?));
    }
    Ok(Index::new(scopes))
}

fn text(entry: &JsValue, field: &str) -> Result<String, Unreadable> {
    Reflect::get(entry, &JsValue::from_str(field))
        .ok()
        .and_then(|value| value.as_string())
        .ok_or(Unreadable)
}

fn unreadable(_: JsValue) -> Unreadable {
    Unreadable
}
