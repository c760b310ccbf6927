//! Pseudonyms as the state keeps them: keyed hashes.
//!
//! A producer's pseudonym of an agent is of eight letters, say: whoever has a
//! snapshot and a list of agents could find each by a hash that anyone can
//! compute. SipHash-2-4 with a key that only the service can read says nothing
//! without the key, and has 64 bits, as all that the state is looked up by.

use std::fmt;
use std::hash::Hasher;

use siphasher::sip::SipHasher24;

/// What the key's own hash is of ([`Pseudonyms::check`]).
const CHECKED: &[u8] = b"vigie: which key made the hashes of this state";

/// Offline nothing is kept, so there is nothing to keep from anybody. Figures
/// do not depend on the key.
const OFFLINE: [u8; 16] = *b"vigie is offline";

/// Makes hashes of pseudonyms that only whoever has the key can make again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pseudonyms {
    key: [u8; 16],
}

impl Pseudonyms {
    /// With a key.
    pub fn new(key: [u8; 16]) -> Self {
        Self { key }
    }

    /// With a key that everyone knows, for what is not kept: files folded
    /// offline, tests.
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

    fn hash(&self, parts: &[&[u8]]) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        parts.iter().for_each(|part| hasher.write(part));
        hasher.finish()
    }
}

impl fmt::Debug for Pseudonyms {
    /// Without the key, wherever settings are printed.
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
        assert_ne!(one.check(), other.check());
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", Pseudonyms::new([7; 16])), "Pseudonyms");
    }
}
