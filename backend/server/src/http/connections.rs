//! Connections: accepted, bounded, and let go when they are of no use.
//!
//! A loop of our own rather than `axum::serve`, which bounds neither how many
//! there are, nor how long one may take to say what it wants, nor how long it
//! may take to read what it is sent. Each holds a place for as long as its socket
//! is open, websockets included; an address holds a share of them at most, so
//! that one machine cannot take them all.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_io_timeout::TimeoutStream;

use super::guard::CameInAt;
use super::settings::HttpSettings;
use super::stopping::stopped;
use crate::telemetry::metrics as names;

/// How long the head of a request may take to come, the first on a connection and
/// each that follows. An idle connection is closed after this time, too.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// How long a client may take nothing of what it is sent before it is let go.
const TAKEN_WITHIN: Duration = Duration::from_secs(20);

/// The most bytes of the head of a request.
const LARGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;

/// How long accepting waits after an error that is not of one client, such as having
/// no more files.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Serves connections until told to stop, and then until the last has ended.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    http: &HttpSettings,
    mut stops: watch::Receiver<bool>,
) {
    let (open, mut all_closed) = mpsc::channel(1);
    let places = Arc::new(ConnectionPlaces::new(
        http.max_connections,
        http.max_connections_per_address,
    ));
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopped(&mut stops) => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_the_client(&error) => continue,
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            }
        };
        match places.take(peer.ip(), &open) {
            Ok(place) => {
                let connection = handle(stream, place, router.clone(), stops.clone());
                tokio::spawn(connection);
            }
            Err(full) => {
                metrics::counter!(names::CONNECTIONS_REFUSED, "reason" => full.name()).increment(1);
                // Who does not take it at once is not waited for.
                let _ = stream.try_write(full.answer().as_bytes());
            }
        }
    }
    drop(listener);
    // Each connection ends once it has answered; their places tell that all
    // have, websockets too, which are no longer HTTP's.
    drop(open);
    while all_closed.recv().await.is_some() {}
}

async fn handle(
    stream: TcpStream,
    place: ConnectionPlace,
    router: Router,
    mut stops: watch::Receiver<bool>,
) {
    let Ok(local) = stream.local_addr() else {
        return; // gone already
    };
    // A frame is written whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(TAKEN_WITHIN));
    let socket = Socket {
        stream: Box::pin(stream),
        _place: place,
    };
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(CameInAt(local.ip()));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stops) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Errors of one connection that was gone before it was accepted.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Places for connections.
#[derive(Debug)]
struct ConnectionPlaces {
    most: usize,
    most_of_an_address: usize,
    taken: Mutex<PlacesTaken>,
}

#[derive(Debug, Default)]
struct PlacesTaken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Full {
    /// All places are taken.
    All,
    /// The address has its share.
    Address,
}

impl Full {
    fn name(self) -> &'static str {
        match self {
            Full::All => "full",
            Full::Address => "address",
        }
    }

    /// The answer to whoever finds no place, sent before anything was read.
    fn answer(self) -> String {
        let setting = match self {
            Full::All => "http.max_connections",
            Full::Address => "http.max_connections_per_address",
        };
        let body = format!("too many connections, see {setting}\n");
        format!(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\n\
             content-length: {}\r\nretry-after: 5\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}

/// The place of one connection, free again once it is dropped.
#[derive(Debug)]
struct ConnectionPlace {
    places: Arc<ConnectionPlaces>,
    address: IpAddr,
    /// Dropped with the place: once it is gone from all places, all connections have
    /// ended.
    _open: mpsc::Sender<()>,
}

impl ConnectionPlaces {
    fn new(most: usize, most_of_an_address: usize) -> Self {
        Self {
            most,
            most_of_an_address,
            taken: Mutex::default(),
        }
    }

    fn take(
        self: &Arc<Self>,
        peer: IpAddr,
        open: &mpsc::Sender<()>,
    ) -> Result<ConnectionPlace, Full> {
        let address = network(peer);
        // Nothing under the lock can panic half-way.
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.most {
            return Err(Full::All);
        }
        let of_address = taken.by_address.entry(address).or_default();
        if *of_address >= self.most_of_an_address {
            return Err(Full::Address);
        }
        *of_address += 1;
        taken.all += 1;
        metrics::gauge!(names::CONNECTIONS).increment(1.0);
        Ok(ConnectionPlace {
            places: Arc::clone(self),
            address,
            _open: open.clone(),
        })
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let taken = self.places.taken.lock();
        let mut taken = taken.unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(of_address) = taken.by_address.get_mut(&self.address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.by_address.remove(&self.address);
            }
        }
        metrics::gauge!(names::CONNECTIONS).decrement(1.0);
    }
}

/// What counts as one address: of version 6 its first half, since whoever has
/// one of the second has them all.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let first_half = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(first_half))
        }
    }
}

/// A socket that holds its place, whoever owns it: HTTP, or a websocket.
struct Socket {
    stream: Pin<Box<TimeoutStream<TcpStream>>>,
    _place: ConnectionPlace,
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write_vectored(context, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_and_all_have_the_rest() {
        let places = Arc::new(ConnectionPlaces::new(4, 2));
        let (open, _closed) = mpsc::channel(1);
        let take = |peer: &str| places.take(peer.parse().unwrap(), &open);
        let mut held = vec![take("10.0.0.1").unwrap(), take("::ffff:10.0.0.1").unwrap()];
        assert_eq!(take("10.0.0.1").unwrap_err(), Full::Address);
        held.push(take("10.0.0.2").unwrap());
        held.push(take("fd00::1").unwrap());
        assert_eq!(take("10.0.0.3").unwrap_err(), Full::All);
        held.remove(0);
        held.push(take("fd00::2").unwrap());
        assert_eq!(take("10.0.0.1").unwrap_err(), Full::All);
        held.remove(0);
        assert_eq!(
            take("fd00::ffff:1").unwrap_err(),
            Full::Address,
            "the same network"
        );
        take("fd00:0:0:1::1").unwrap();
        held.clear();
        let taken = places.taken.lock().unwrap();
        assert_eq!(
            (taken.all, taken.by_address.len()),
            (0, 0),
            "nothing is left"
        );
    }

    #[test]
    fn who_finds_no_place_is_told_which_limit_it_met() {
        for (full, body) in [
            (
                Full::All,
                "too many connections, see http.max_connections\n",
            ),
            (
                Full::Address,
                "too many connections, see http.max_connections_per_address\n",
            ),
        ] {
            let answer = full.answer();
            let (head, told) = answer.split_once("\r\n\r\n").unwrap();
            assert_eq!(told, body);
            let length = format!("\r\ncontent-length: {}\r\n", body.len());
            assert!(head.contains(&length), "{head}");
        }
    }
}
