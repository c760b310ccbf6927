//! The list of scopes, read from the server.

use js_sys::Array;
use wasm_bindgen::JsCast;

use super::Index;
use crate::json::{self, Unreadable};

/// Where the server lists its scopes.
const ADDRESS: &str = "/api/v1/scopes";

/// Reads the list.
pub async fn read() -> Result<Index, Unreadable> {
    let (body, true) = json::fetch(ADDRESS).await? else {
        return Err(Unreadable);
    };
    let entries: Array = json::field(&body, "scopes")?.dyn_into()?;
    let mut scopes = Vec::new();
    for entry in entries.iter() {
        scopes.push((json::text(&entry, "scope")?, json::text(&entry, "name")?));
    }
    Ok(Index::new(scopes))
}
