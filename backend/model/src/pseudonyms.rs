//! Pseudonyms as the state keeps them: keyed hashes.
//!
//! A producer's pseudonym of an agent is of eight letters, say: whoever has a
//! snapshot and a list of agents could find each by a hash that anyone can
//! compute. SipHash-2-4 with a key that only the service can read says nothing
//! without the key, and has 64 bits, as all that the state is looked up by.

use std::fmt;
use std::hash::Hasher;

use siphasher::sip::SipHasher24;

/// The text of which the hash of the key itself is made ([`Pseudonyms::check`]).
const CHECKED: &[u8] = b"vigie: which key made the hashes of this state";

/// What tells hashes of callers from all others.
const CALLER: &[u8] = b"vigie: a caller";

/// What tells hashes that seal from each other, and from those of pseudonyms.
const SEALED: &[u8] = b"vigie: a sealed event";
const NUMBERED: &[u8] = b"vigie: the number of a sealed event";

/// Offline nothing is kept, so there is nothing to keep from anybody. Figures
/// do not depend on the key.
const OFFLINE: [u8; 16] = *b"vigie is offline";

/// Makes hashes of pseudonyms that only whoever has the key can make again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pseudonyms {
    key: [u8; 16],
}

impl Pseudonyms {
    /// Pseudonyms whose hashes are made with a key.
    pub fn new(key: [u8; 16]) -> Self {
        Self { key }
    }

    /// Pseudonyms whose hashes are made with a key that everyone knows, for what is
    /// not kept: files folded offline, tests.
    pub fn offline() -> Self {
        Self::new(OFFLINE)
    }

    /// A number that differs from key to key and tells nothing of the key: a
    /// state goes with the key that made its hashes.
    pub fn check(&self) -> u64 {
        self.hash(&[CHECKED])
    }

    /// The hash of an agent of an agency.
    pub(crate) fn agent(&self, agency: u64, agent: &str) -> u64 {
        self.hash(&[&agency.to_le_bytes(), agent.as_bytes()])
    }

    /// The hash of a caller, the same whichever event and source names it.
    pub fn caller(&self, caller: &str) -> u64 {
        self.hash(&[CALLER, caller.as_bytes()])
    }

    /// Seals an event that is kept as it was written, pseudonyms and all. Answers
    /// the number that opens it, with the key.
    ///
    /// The text is mixed with a stream of hashes of its number and of a count, which
    /// nobody can make without the key: SipHash is made to be such a function. The
    /// number is a keyed hash of the text, so that no two texts share a stream.
    pub(crate) fn seal(&self, text: &str) -> (u64, Vec<u8>) {
        let number = self.hash(&[NUMBERED, text.as_bytes()]);
        (number, self.mixed(number, text.as_bytes()))
    }

    /// Opens what was sealed; `None` where it was with another key, or as another
    /// text.
    pub(crate) fn open(&self, number: u64, sealed: &[u8]) -> Option<String> {
        let opened = String::from_utf8(self.mixed(number, sealed)).ok()?;
        let is_it = self.hash(&[NUMBERED, opened.as_bytes()]) == number;
        is_it.then_some(opened)
    }

    fn mixed(&self, number: u64, text: &[u8]) -> Vec<u8> {
        let stream = (0_u64..).flat_map(|count| {
            let place = [&number.to_le_bytes()[..], &count.to_le_bytes()[..]];
            self.hash(&[SEALED, place[0], place[1]]).to_le_bytes()
        });
        let mixed = text.iter().zip(stream).map(|(byte, mask)| byte ^ mask);
        mixed.collect()
    }

    fn hash(&self, parts: &[&[u8]]) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        parts.iter().for_each(|part| hasher.write(part));
        hasher.finish()
    }
}

impl fmt::Debug for Pseudonyms {
    /// Prints no key, wherever settings are printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_key_another_agency_or_another_agent_is_another_hash() {
        let one = Pseudonyms::new([1; 16]);
        let other = Pseudonyms::new([2; 16]);
        assert_eq!(one.agent(7, "a"), Pseudonyms::new([1; 16]).agent(7, "a"));
        assert_ne!(one.agent(7, "a"), one.agent(7, "b"));
        assert_ne!(one.agent(7, "a"), one.agent(8, "a"));
        assert_ne!(one.agent(7, "a"), other.agent(7, "a"));
        assert_eq!(one.caller("a"), Pseudonyms::new([1; 16]).caller("a"));
        assert_ne!(one.caller("a"), one.caller("b"));
        assert_ne!(one.caller("a"), one.agent(7, "a"));
        assert_ne!(one.caller("a"), other.caller("a"));
        assert_ne!(one.check(), other.check());
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_number_alone() {
        let text = "agent-0417 of the agency".repeat(5);
        let one = Pseudonyms::new([1; 16]);
        let (number, sealed) = one.seal(&text);
        assert_eq!(one.open(number, &sealed), Some(text));
        for (other, number) in [(one, number + 1), (Pseudonyms::new([2; 16]), number)] {
            assert_eq!(other.open(number, &sealed), None);
        }
        // No piece of the text shows, nor that it repeats itself.
        let pieces: Vec<&[u8]> = sealed.chunks(24).collect();
        assert!(pieces.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(!sealed.windows(5).any(|piece| piece == b"agent"));
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", Pseudonyms::new([7; 16])), "Pseudonyms");
    }
}
