//! Whether what is on the screen can be trusted to be current.

use vigie_contract::frame::{Feed, FeedState};

use crate::link::Status;

/// Where the figures stand: the link to the server and the server's own feed
/// taken together, the worse of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No figure has come yet.
    Connecting,
    /// Connected, and nothing to be told of the feed.
    Connected,
    Reconnecting {
        seconds: u64,
    },
    /// Connected, but the server does not answer.
    Silent,
    /// The server has not received anything yet.
    Starting,
    /// The server reads what has piled up.
    CatchingUp {
        messages_left: Option<u64>,
    },
    Live,
    /// Live, but for a part of the calls.
    Partial,
    /// The server does not read on, for a fault of its own surroundings.
    Blocked,
    /// No event has reached the server for a while.
    Stale,
    /// The server has lost its broker.
    Disconnected,
}

/// How a standing is drawn: the sign and the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Pending,
    Doubtful,
    Broken,
}

impl Standing {
    pub fn new(link: Status, feed: Option<&Feed>, now_milliseconds: f64) -> Self {
        match (link, feed) {
            (Status::Waiting { until }, _) => Standing::Reconnecting {
                seconds: ((until - now_milliseconds) / 1_000.0).ceil().max(0.0) as u64,
            },
            (Status::Connecting, _) => Standing::Connecting,
            (Status::Silent, _) => Standing::Silent,
            (Status::Unanswered, Some(feed)) if feed.state == FeedState::Live => {
                // Caught up this very moment: the figures are on their way.
                Standing::Connecting
            }
            (Status::Following | Status::Unanswered, None) => Standing::Connected,
            (Status::Following | Status::Unanswered, Some(feed)) => match feed.state {
                FeedState::Starting => Standing::Starting,
                FeedState::CatchingUp => Standing::CatchingUp {
                    messages_left: feed.lag_messages,
                },
                FeedState::Live => Standing::Live,
                FeedState::Partial => Standing::Partial,
                FeedState::Blocked => Standing::Blocked,
                FeedState::Stale => Standing::Stale,
                FeedState::Disconnected => Standing::Disconnected,
            },
        }
    }

    /// Whether the figures are those of now, if only of a part of the calls. All
    /// others are shown as of then.
    pub const fn is_current(self) -> bool {
        matches!(self, Standing::Live | Standing::Partial)
    }

    pub const fn tone(self) -> Tone {
        match self {
            Standing::Live => Tone::Good,
            Standing::Connecting | Standing::Connected | Standing::Starting => Tone::Pending,
            Standing::CatchingUp { .. }
            | Standing::Stale
            | Standing::Silent
            | Standing::Partial => Tone::Doubtful,
            Standing::Reconnecting { .. } | Standing::Disconnected | Standing::Blocked => {
                Tone::Broken
            }
        }
    }
}

impl Tone {
    /// As the style sheet knows it.
    pub const fn name(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Pending => "pending",
            Tone::Doubtful => "doubtful",
            Tone::Broken => "broken",
        }
    }
}

/// Age of the newest event, now: what it was when the figures came, and the time
/// since then, during which the screen may have heard nothing.
pub fn data_age_seconds(
    when_received: Option<f64>,
    received_milliseconds: f64,
    now_milliseconds: f64,
) -> Option<f64> {
    let since = ((now_milliseconds - received_milliseconds) / 1_000.0).max(0.0);
    when_received.map(|age| age + since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_live_feed_over_a_live_link_is_current() {
        let states = FeedState::ALL.map(|(state, _)| state);
        let links = [
            Status::Connecting,
            Status::Following,
            Status::Unanswered,
            Status::Silent,
            Status::Waiting { until: 2_000.0 },
        ];
        for link in links {
            assert!(!Standing::new(link, None, 0.0).is_current());
            for state in states {
                let feed = Feed {
                    state,
                    lag_messages: Some(3),
                    ..Feed::starting()
                };
                let standing = Standing::new(link, Some(&feed), 0.0);
                let follows = link == Status::Following;
                let is_live = follows && state == FeedState::Live;
                let is_part = matches!(link, Status::Following | Status::Unanswered)
                    && state == FeedState::Partial;
                let context = format!("{link:?} {state:?}");
                assert_eq!(standing.is_current(), is_live || is_part, "{context}");
                assert_eq!(standing.tone() == Tone::Good, is_live, "{context}");
            }
        }
    }

    #[test]
    fn counts_down_to_the_next_attempt() {
        let at = |now| Standing::new(Status::Waiting { until: 3_500.0 }, None, now);
        assert_eq!(at(0.0), Standing::Reconnecting { seconds: 4 });
        assert_eq!(at(3_400.0), Standing::Reconnecting { seconds: 1 });
        assert_eq!(at(9_000.0), Standing::Reconnecting { seconds: 0 });
    }

    #[test]
    fn data_grow_old_while_nothing_is_heard() {
        assert_eq!(data_age_seconds(Some(2.0), 1_000.0, 6_000.0), Some(7.0));
        assert_eq!(data_age_seconds(Some(2.0), 6_000.0, 1_000.0), Some(2.0));
        assert_eq!(data_age_seconds(None, 0.0, 5_000.0), None);
    }
}
