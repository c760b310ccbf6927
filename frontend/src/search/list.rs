//! The list of scopes, read from the server.

use js_sys::Array;
use wasm_bindgen::JsCast;

use super::index::Index;
use crate::json::{self, Unreadable};

/// Where the server lists its scopes, from one of them on.
const ADDRESS: &str = "/api/v1/scopes?limit=10000&offset=";

/// Reads the list, page by page: a part of it would be searched as the whole.
pub async fn read() -> Result<Index, Unreadable> {
    let mut scopes = Vec::new();
    let mut offset = Some(0.0);
    while let Some(at) = offset {
        let (body, true) = json::fetch(&format!("{ADDRESS}{at}")).await? else {
            return Err(Unreadable);
        };
        let entries: Array = json::field(&body, "scopes")?.dyn_into()?;
        for entry in entries.iter() {
            scopes.push((json::text(&entry, "scope")?, json::text(&entry, "name")?));
        }
        // A next page that is not further on would be read for ever.
        offset = json::field(&body, "next")?
            .as_f64()
            .filter(|next| *next > at);
    }
    Ok(Index::new(scopes))
}
