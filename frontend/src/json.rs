//! What the server answers as JSON, read by the browser's own parser: a second
//! one would weigh a quarter of the console.

use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The answer could not be had, or is not what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl From<JsValue> for Unreadable {
    fn from(_: JsValue) -> Self {
        Self
    }
}

/// The body at an address, and whether the server calls it a success.
pub async fn fetch(address: &str) -> Result<(JsValue, bool), Unreadable> {
    let response: Response = JsFuture::from(window().fetch_with_str(address))
        .await?
        .dyn_into()?;
    let body = JsFuture::from(response.json()?).await?;
    Ok((body, response.ok()))
}

/// A field of an object.
pub fn field(object: &JsValue, name: &str) -> Result<JsValue, Unreadable> {
    Ok(Reflect::get(object, &JsValue::from_str(name))?)
}

/// A field that is a text.
pub fn text(object: &JsValue, name: &str) -> Result<String, Unreadable> {
    field(object, name)?.as_string().ok_or(Unreadable)
}
