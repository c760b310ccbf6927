//! A reader of JSON in its plain form, the one that producers write: no white
//! space, no escapes, no sign or exponent in a number, nothing nested that the
//! contract does not know.
//!
//! It is no second opinion about what an event is. It hands tokens to the same
//! `Deserialize` types as serde_json does, only sooner, and where a text is not
//! plain it says [`NotPlain`], and nothing more: serde_json then reads the text
//! from its start and has the last word, and every message. So the two can
//! differ only if this takes a token for another one than it is, which property
//! tests hold (`tests/contract/properties.rs`, `read/tests.rs`).
//!
//! Its cost is these lines; what it saves is half the time of a reading.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a text that holds one value, with at most the end of a line after it.
pub(crate) fn read<'de, T>(
    text: &'de str,
    value: impl DeserializeSeed<'de, Value = T>,
) -> Option<T> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if has_escapes_or_controls(text) {
        return None;
    }
    let mut plain = Plain { text, at: 0 };
    let value = value.deserialize(&mut plain).ok()?;
    plain.rest().is_empty().then_some(value)
}

/// Whether a byte is one that a string holds only escaped, or escapes with.
///
/// Asked of the whole once, without a way out, so that many bytes are looked at
/// in one go; what is left to find in a string is the quote that ends it.
fn has_escapes_or_controls(text: &str) -> bool {
    text.bytes()
        .fold(false, |found, byte| found | (byte == b'\\') | (byte < 0x20))
}

/// The text is not plain, or is at fault: which of the two, serde_json says.
#[derive(Debug)]
pub(crate) struct NotPlain;

impl fmt::Display for NotPlain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not plain")
    }
}

impl std::error::Error for NotPlain {}

impl de::Error for NotPlain {
    fn custom<T: fmt::Display>(_: T) -> Self {
        NotPlain
    }
}

type Read<T> = Result<T, NotPlain>;

/// A text without escapes and control characters, read up to a place.
struct Plain<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Plain<'de> {
    fn rest(&self) -> &'de [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes over a byte if it is the next.
    fn take(&mut self, byte: u8) -> Read<()> {
        if self.peek() != Some(byte) {
            return Err(NotPlain);
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Read<()> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(NotPlain);
        }
        self.at += word.len();
        Ok(())
    }

    #[inline]
    fn string(&mut self) -> Read<&'de str> {
        let [b'"', after @ ..] = self.rest() else {
            return Err(NotPlain);
        };
        let length = before_quote(after);
        if after.get(length) != Some(&b'"') {
            return Err(NotPlain);
        }
        let start = self.at + 1;
        self.at = start + length + 1;
        // From quote to quote, so that no character is cut.
        self.text.get(start..start + length).ok_or(NotPlain)
    }

    /// A number that is not negative and has no exponent.
    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Read<V::Value> {
        let rest = self.rest();
        let whole = digits(rest);
        let leading_zero = whole > 1 && rest[0] == b'0';
        let fraction = match rest.get(whole) {
            Some(b'.') => Some(digits(&rest[whole + 1..])),
            _ => None,
        };
        let length = whole + fraction.map_or(0, |digits| digits + 1);
        if whole == 0
            || leading_zero
            || fraction == Some(0)
            || length > MOST_DIGITS
            || matches!(rest.get(length), Some(b'e' | b'E'))
        {
            return Err(NotPlain);
        }
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        match fraction {
            None => visitor.visit_u64(text.parse().map_err(|_| NotPlain)?),
            Some(_) => visitor.visit_f64(text.parse().map_err(|_| NotPlain)?),
        }
    }

    fn boolean(&mut self) -> Read<bool> {
        let truth = self.peek() == Some(b't');
        self.word(if truth { "true" } else { "false" })?;
        Ok(truth)
    }
}

/// The most digits, a decimal point among them or not, of which every number is the
/// significand of a float over a power of ten that a float holds exactly. So there
/// is one nearest float, and serde_json, which does not always find it, does here.
const MOST_DIGITS: usize = 16;

/// The number of digits before anything else.
fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// The number of bytes before the first quote.
///
/// Eight at a time. Source of the test for a zero byte: Alan Mycroft, after Sean
/// Anderson, "Bit Twiddling Hacks", "Determine if a word has a zero byte"; the
/// lowest byte that it finds is one.
#[inline]
fn before_quote(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    let (chunks, tail) = bytes.as_chunks::<8>();
    let mut length = 0;
    for chunk in chunks {
        let zero_where_quote = u64::from_le_bytes(*chunk) ^ (ONES * b'"' as u64);
        let found = zero_where_quote.wrapping_sub(ONES) & !zero_where_quote & TOPS;
        if found != 0 {
            return length + found.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + tail.iter().take_while(|&&byte| byte != b'"').count()
}

impl<'de> de::Deserializer<'de> for &mut Plain<'de> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.peek() {
            Some(b'"') => self.deserialize_str(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            Some(b'0'..=b'9') => self.deserialize_u64(visitor),
            _ => Err(NotPlain),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_borrowed_str(self.string()?)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_bool(self.boolean()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_u64(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.peek() == Some(b'n') {
            self.word("null")?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.string()?))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take(b'{')?;
        let value = visitor.visit_map(Items::new(self, b'}'))?;
        self.take(b'}')?;
        Ok(value)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take(b'[')?;
        let value = visitor.visit_seq(Items::new(self, b']'))?;
        self.take(b']')?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.peek() == Some(b'n') {
            self.word("null")?;
            visitor.visit_unit()
        } else {
            self.deserialize_any(visitor)
        }
    }

    /// serde_json alone knows how to keep a value as its text.
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Read<V::Value> {
        Err(NotPlain)
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u128 f32 f64 char string bytes byte_buf unit unit_struct
        tuple tuple_struct struct
    }
}

/// What stands in an object or a list, up to the byte that ends it.
struct Items<'p, 'de> {
    plain: &'p mut Plain<'de>,
    end: u8,
    first: bool,
}

impl<'p, 'de> Items<'p, 'de> {
    fn new(plain: &'p mut Plain<'de>, end: u8) -> Self {
        let first = true;
        Self { plain, end, first }
    }

    /// Whether the object or list has one more item, of which nothing has been read.
    #[inline]
    fn more(&mut self) -> Read<bool> {
        if self.plain.peek() == Some(self.end) {
            // Nothing may stand between the last comma and the end, and then
            // the comma was not gone over.
            return Ok(false);
        }
        if !std::mem::replace(&mut self.first, false) {
            self.plain.take(b',')?;
        }
        Ok(true)
    }
}

impl<'de> de::MapAccess<'de> for Items<'_, 'de> {
    type Error = NotPlain;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if !self.more()? {
            return Ok(None);
        }
        let key = seed.deserialize(&mut *self.plain)?;
        self.plain.take(b':')?;
        Ok(Some(key))
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.plain)
    }
}

impl<'de> de::SeqAccess<'de> for Items<'_, 'de> {
    type Error = NotPlain;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if !self.more()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.plain).map(Some)
    }
}
