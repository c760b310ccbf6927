//! The parts of a page. Each reads the session and writes to nothing but it.

mod breadcrumbs;
mod heading;
mod link_state;
mod notices;
mod scope_link;
mod search_box;
mod switches;
mod table;
mod tile;

pub use breadcrumbs::Breadcrumbs;
pub use heading::Heading;
pub use link_state::LinkState;
pub use notices::Notices;
pub use scope_link::ScopeLink;
pub use search_box::{FIELD as SEARCH_FIELD, SearchBox};
pub use switches::{LanguageSwitch, ThemeSwitch};
pub use table::{ChildrenTable, focus_row};
pub use tile::{Tile, close_explanation};
