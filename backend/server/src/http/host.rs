//! The names that the service goes by.
//!
//! A page of a foreign site can have its own name resolved to this machine and
//! then ask for figures as if they were its own (DNS rebinding). What the
//! browser cannot hide is the name: so only requests under a known one are
//! answered. Known are those of the configuration, loopback, and the address
//! that the connection came in at, which is how probes and Prometheus ask.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A name or an address of a host, without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address.
    Address(IpAddr),
    /// A name, in lower case, without a dot at its end.
    Name(String),
}

/// What is neither the name nor the address of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAHost;

impl fmt::Display for NotAHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither the name nor the address of a host, without a port")
    }
}

impl FromStr for Host {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(bare) = bare {
            let address: Ipv6Addr = bare.parse().map_err(|_| NotAHost)?;
            return Ok(Self::Address(IpAddr::V6(address).to_canonical()));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Address(address.to_canonical()));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if is_name {
            Ok(Self::Name(name.to_ascii_lowercase()))
        } else {
            Err(NotAHost)
        }
    }
}

impl Host {
    /// The host of a `Host` header or of the authority of an address: with a
    /// port or without.
    pub fn of_authority(authority: &str) -> Result<Self, NotAHost> {
        let (host, port) = match authority.rsplit_once(':') {
            // The colons of an address in brackets are its own.
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, ""),
        };
        let is_port = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
        // Without brackets, an address of version 6 is no host of a header.
        if !is_port || (host.contains(':') && !host.starts_with('[')) {
            return Err(NotAHost);
        }
        host.parse()
    }

    /// Whether the service goes by it; `came_in_at` is the service's own end of
    /// the connection.
    pub fn is_known(&self, allowed: &[Host], came_in_at: Option<IpAddr>) -> bool {
        let is_own = match self {
            Self::Address(address) => {
                address.is_loopback() || came_in_at.map(|own| own.to_canonical()) == Some(*address)
            }
            Self::Name(name) => name == "localhost",
        };
        is_own || allowed.contains(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_answered_whatever_the_port() {
        let allowed: Vec<Host> = ["Vigie.example", "10.0.0.5", "fd00::5"]
            .map(|name| name.parse().unwrap())
            .into();
        let came_in_at = Some("::ffff:192.168.1.9".parse().unwrap());
        for (authority, is_known) in [
            ("localhost", true),
            ("LOCALHOST:8787", true),
            ("localhost.:8787", true),
            ("127.0.0.1:8787", true),
            ("127.0.0.2", true),
            ("[::1]:8787", true),
            ("[::1]", true),
            ("vigie.EXAMPLE:443", true),
            ("vigie.example.", true),
            ("10.0.0.5:1", true),
            ("[fd00::5]:8787", true),
            ("192.168.1.9:8787", true),
            ("[::ffff:192.168.1.9]", true),
            ("10.0.0.6", false),
            ("[fd00::6]:8787", false),
            ("evil.example", false),
            ("evil.example:8787", false),
            ("vigie.example.evil.example", false),
            ("localhost.evil.example", false),
            ("evil-localhost", false),
        ] {
            let host = Host::of_authority(authority).expect(authority);
            assert_eq!(host.is_known(&allowed, came_in_at), is_known, "{authority}");
        }
    }

    #[test]
    fn what_is_no_host_is_told() {
        for authority in [
            "",
            ":8787",
            ".",
            "::1",
            "[::1",
            "::1]:80",
            "[localhost]",
            "localhost:http",
            "localhost:123456",
            "localhost:80:80",
            "evil.example@localhost",
            "localhost/evil",
            "a b",
            "caf\u{e9}.example",
        ] {
            assert_eq!(Host::of_authority(authority), Err(NotAHost), "{authority}");
        }
        for configured in ["vigie:8787", "http://vigie", "*", "*.example", ""] {
            assert_eq!(configured.parse::<Host>(), Err(NotAHost), "{configured}");
        }
    }
}
