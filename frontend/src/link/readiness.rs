//! The state of a server that has no figures to send yet.
//!
//! Frames carry the state of the feed beside figures, so one that has none is
//! asked at `/readyz`, which answers whether it is ready or not.

use vigie_contract::frame::{Feed, FeedState};

use crate::json::{self, Unreadable};

/// Where the server says how it is.
const ADDRESS: &str = "/readyz";

/// Asks for the state of the feed.
pub async fn feed() -> Result<Feed, Unreadable> {
    let (body, _) = json::fetch(ADDRESS).await?;
    let feed = json::field(&body, "feed")?;
    Ok(Feed {
        state: state(&json::text(&feed, "state")?).ok_or(Unreadable)?,
        lag_messages: json::field(&feed, "lag_messages")?
            .as_f64()
            .map(|lag| lag as u64),
        data_age_seconds: json::field(&feed, "data_age_seconds")?.as_f64(),
        clock_off_seconds: json::field(&feed, "clock_off_seconds")?.as_f64(),
        // There are no figures that could lack anything.
        ..Feed::starting()
    })
}

fn state(name: &str) -> Option<FeedState> {
    let mut states = FeedState::ALL.into_iter();
    let (state, _) = states.find(|(_, known)| *known == name)?;
    Some(state)
}
