//! The published contract against the types: golden files, JSON Schemas and the
//! AsyncAPI description. Whatever drifts from the types fails here.
//!
//! `UPDATE_GOLDEN=1 cargo test -p vigie-contract` writes the golden files anew; what
//! changed is then for a person to judge in the diff.

mod agreement;
mod asyncapi;
mod catalogue;
mod definitions;
mod documentation;
mod event_samples;
mod explanation_samples;
mod goldens;
mod help_samples;
mod list_samples;
mod properties;
mod schema;
mod view_samples;
