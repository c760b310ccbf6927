//! How fields are read that may be left out, or that have a limit.
//!
//! Platforms that fill in a form send every field, with an empty text where
//! there is nothing to say: such a text counts as left out.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::{Deserialize, Deserializer, de};

use super::QueueReason;
use crate::text::Text;
use crate::time::{MICROS_PER_SECOND, Span, Time};

/// The length, in characters, that texts written by people (`reason`, `message`) are
/// cut to: what they say is shown, and a lever or a pause counts however much was
/// said.
pub const LONGEST_REMARK: usize = 200;

/// An event that names more queues of an agent is refused: each of them would
/// have figures of its own.
pub const MOST_QUEUES_OF_AN_AGENT: usize = 200;

/// The longest that a conversation, a pause or a wait may be: 24 hours, in seconds.
const LONGEST_DURATION: u64 = 86_400;

/// Keeps `null` (`Some(None)`) apart from an absent field (`None`).
pub(super) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Whether a text says nothing: it is empty, or has nothing but spaces, as
/// fields of fixed length have.
fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte == b' ')
}

/// A text that may be left out, `null` or blank.
pub(super) fn text<'de, D>(deserializer: D) -> Result<Option<Text<'de>>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = Option::<Text<'de>>::deserialize(deserializer)?;
    Ok(text.filter(|text| !is_blank(text)))
}

/// Why a call is in a queue: left out, `null` and blank are the default.
pub(super) fn queue_reason<'de, D>(deserializer: D) -> Result<QueueReason, D::Error>
where
    D: Deserializer<'de>,
{
    match text(deserializer)? {
        None => Ok(QueueReason::default()),
        Some(word) => QueueReason::deserialize(StrDeserializer::new(&word)),
    }
}

/// A text that a person wrote, which may be left out, `null` or blank.
pub(super) fn remark<'de, D>(deserializer: D) -> Result<Option<Text<'de>>, D::Error>
where
    D: Deserializer<'de>,
{
    let remark = message(deserializer)?;
    Ok(remark.filter(|remark| !remark.is_empty()))
}

/// A text that a person wrote, trimmed and cut to [`LONGEST_REMARK`]. A blank text
/// becomes an empty one and not one left out: it says that callers hear no message
/// any more, as `null` says that a queue does not overflow any more.
pub(super) fn message<'de, D>(deserializer: D) -> Result<Option<Text<'de>>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = Option::<Text<'de>>::deserialize(deserializer)?;
    Ok(text.map(|Text(text)| match text {
        Cow::Borrowed(text) => Text(Cow::Borrowed(cut(text))),
        Cow::Owned(text) => Text(Cow::Owned(cut(&text).to_owned())),
    }))
}

/// Cuts a text, and takes the blanks around it away before and after, so that what
/// is written reads back the same.
fn cut(text: &str) -> &str {
    let text = text.trim();
    match text.char_indices().nth(LONGEST_REMARK) {
        Some((end, _)) => text[..end].trim_end(),
        None => text,
    }
}

/// A time that may be left out, `null` or an empty text.
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    /// What stands where a time may stand.
    struct Stated(Option<Time>);
    impl<'de> Deserialize<'de> for Stated {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl de::Visitor<'_> for Visitor {
                type Value = Stated;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(Time::EXPECTED)
                }
                fn visit_str<E: de::Error>(self, text: &str) -> Result<Stated, E> {
                    if is_blank(text) {
                        return Ok(Stated(None));
                    }
                    let time = text.parse();
                    time.map(|time| Stated(Some(time)))
                        .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
                }
            }
            deserializer.deserialize_str(Visitor)
        }
    }
    let stated = Option::<Stated>::deserialize(deserializer)?;
    Ok(stated.and_then(|Stated(time)| time))
}

/// A length of time of a call or of what was announced to a caller.
struct Duration(Span);

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Duration;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(
                    f,
                    "a number of seconds from 0 to {LONGEST_DURATION} (24 hours)"
                )
            }
            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Duration, E> {
                if seconds > LONGEST_DURATION {
                    return Err(E::invalid_value(de::Unexpected::Unsigned(seconds), &self));
                }
                Ok(Duration(Span(seconds as i64 * MICROS_PER_SECOND)))
            }
            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Duration, E> {
                u64::try_from(seconds)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(seconds), &self))
                    .and_then(|whole| self.visit_u64(whole))
            }
            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Duration, E> {
                // Judged before it is rounded, as the published schema does.
                Span::from_seconds_f64(seconds)
                    .filter(|_| (0.0..=LONGEST_DURATION as f64).contains(&seconds))
                    .map(Duration)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Float(seconds), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// A length of time that must be there.
pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    Duration::deserialize(deserializer).map(|Duration(span)| span)
}

/// A length of time that may be left out.
pub(super) fn optional_duration<'de, D>(deserializer: D) -> Result<Option<Span>, D::Error>
where
    D: Deserializer<'de>,
{
    let duration = Option::<Duration>::deserialize(deserializer)?;
    Ok(duration.map(|Duration(span)| span))
}

/// The queues of an agent. A blank code names no queue: joining no codes with commas
/// and parting them again gives one.
pub(super) fn queues<'de, D>(deserializer: D) -> Result<Option<Vec<Text<'de>>>, D::Error>
where
    D: Deserializer<'de>,
{
    /// The codes of queues, at most [`MOST_QUEUES_OF_AN_AGENT`], so that no message
    /// makes a longer list.
    struct Queues<'a>(Vec<Text<'a>>);
    impl<'de> Deserialize<'de> for Queues<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> de::Visitor<'de> for Visitor {
                type Value = Queues<'de>;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "a list of at most {MOST_QUEUES_OF_AN_AGENT} codes")
                }
                fn visit_seq<A>(self, mut items: A) -> Result<Queues<'de>, A::Error>
                where
                    A: de::SeqAccess<'de>,
                {
                    let mut queues = Vec::new();
                    let mut seen = 0;
                    while let Some(queue) = items.next_element::<Text<'de>>()? {
                        seen += 1;
                        if seen > MOST_QUEUES_OF_AN_AGENT {
                            let problem =
                                format!("more than {MOST_QUEUES_OF_AN_AGENT} queues of an agent");
                            return Err(de::Error::custom(problem));
                        }
                        if !is_blank(&queue) {
                            queues.push(queue);
                        }
                    }
                    Ok(Queues(queues))
                }
            }
            deserializer.deserialize_seq(Visitor)
        }
    }
    let queues = Option::<Queues<'de>>::deserialize(deserializer)?;
    Ok(queues.map(|Queues(queues)| queues))
}
