//! Where figures go, as the service is told.

use std::net::SocketAddr;

use super::host::Host;
use crate::given_settings::GivenSettings;

/// Where figures go.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Origins of pages, other than the console's own, that may open a
    /// websocket.
    pub allowed_origins: Vec<String>,
    /// Names that the service goes by, besides loopback and the address that a
    /// connection came in at.
    pub allowed_hosts: Vec<Host>,
    /// Connections open at once, websockets included.
    pub max_connections: usize,
    /// Connections of one address open at once.
    pub max_connections_per_address: usize,
    /// How many clients there may be, and how much waits for each.
    pub limits: ClientLimits,
}

/// How many clients there may be, and how much waits for each.
#[derive(Clone, Copy, Debug)]
pub struct ClientLimits {
    /// Websockets open at once.
    pub max_clients: usize,
    /// Frames that wait for one client; beyond, it is dropped to a snapshot.
    pub client_queue_frames: usize,
}

/// Reads the limits of clients.
pub fn read_limits(given: &mut GivenSettings) -> ClientLimits {
    ClientLimits {
        max_clients: given.size("limits.max_clients", 500, 100_000),
        client_queue_frames: given.size("limits.client_queue_frames", 8, 1_000),
    }
}

/// Reads the settings of `http`; those of `limits` were read before.
pub fn read(given: &mut GivenSettings, limits: ClientLimits) -> HttpSettings {
    let allowed_hosts = given.list("http.allowed_hosts");
    let allowed_hosts = allowed_hosts.iter().filter_map(|name| {
        let host = name.parse();
        if let Err(problem) = &host {
            given.refuse("http.allowed_hosts", format!("{name:?}: {problem}"));
        }
        host.ok()
    });
    let allowed_hosts = allowed_hosts.collect();
    // Room for every client, those that come again included, and for whoever
    // asks otherwise.
    let room = 2 * limits.max_clients as u64 + 100;
    let max_connections = given.number("http.max_connections", room, 8..=1_000_000);
    if max_connections < limits.max_clients as u64 {
        let problem = format!("{max_connections} is less than limits.max_clients");
        given.refuse("http.max_connections", problem);
    }
    let share = (max_connections / 4).max(8);
    let of_an_address = given.number("http.max_connections_per_address", share, 1..=1_000_000);
    HttpSettings {
        listen: given.parsed("http.listen", SocketAddr::from(([127, 0, 0, 1], 8787))),
        allowed_origins: given.list("http.allowed_origins"),
        allowed_hosts,
        // The ranges above fit in 32 bits.
        max_connections: max_connections as usize,
        max_connections_per_address: of_an_address as usize,
        limits,
    }
}
