//! What is asked of every request before anything else looks at it.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::host::Host;
use super::problem::{Problem, count_refused};
use super::shared::Shared;

/// How long an answer may take to be made.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// The service's own end of the connection that a request came by.
#[derive(Clone, Copy, Debug)]
pub struct CameInAt(pub IpAddr);

/// Lets a request through that is under a known name and has no body, and gives
/// its answer a time.
pub async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    if let Err(problem) = name_of(&shared.allowed_hosts, &request) {
        count_refused("host");
        return problem.into_response();
    }
    if has_body(request.headers()) {
        count_refused("body");
        let problem = Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "nothing here takes a request with a body",
        );
        let mut response = problem.into_response();
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        return response;
    }
    match tokio::time::timeout(ANSWERED_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            count_refused("late");
            Problem::unavailable("there was no answer in time, see /readyz").into_response()
        }
    }
}

/// Whether a request is under one name, and a known one: that of the `Host`
/// header, and that of its address where it gives a whole one.
fn name_of(allowed: &[Host], request: &Request) -> Result<(), Problem> {
    let mut given = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (given.next(), given.next()) else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "a request needs one Host header",
        ));
    };
    let came_in_at = request.extensions().get::<CameInAt>().map(|own| own.0);
    let authority = request.uri().authority().map(|whole| whole.as_str());
    let known = |authority: &str| {
        Host::of_authority(authority).is_ok_and(|host| host.is_known(allowed, came_in_at))
    };
    let is_known = host.to_str().is_ok_and(known) && authority.is_none_or(known);
    if is_known {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "the service does not go by this name, see http.allowed_hosts",
    ))
}

fn has_body(headers: &HeaderMap) -> bool {
    let has_length = headers
        .get(header::CONTENT_LENGTH)
        .is_some_and(|length| length != "0");
    has_length || headers.contains_key(header::TRANSFER_ENCODING)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn status(uri: &str, hosts: &[&str]) -> Option<u16> {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request
            .extensions_mut()
            .insert(CameInAt("10.1.2.3".parse().unwrap()));
        let allowed = ["vigie.example".parse().unwrap()];
        let problem = name_of(&allowed, &request).err()?;
        Some(problem.into_response().status().as_u16())
    }

    #[test]
    fn a_request_is_under_one_known_name() {
        for (uri, hosts, refused) in [
            ("/", &["localhost:8787"][..], None),
            ("/healthz", &["10.1.2.3:8787"], None),
            ("http://vigie.example/ws", &["vigie.example"], None),
            ("/", &[], Some(400)),
            ("/", &["localhost", "localhost"], Some(400)),
            ("/", &["localhost", "evil.example"], Some(400)),
            ("/metrics", &["evil.example"], Some(421)),
            ("/ws", &["10.1.2.4"], Some(421)),
            ("/", &["localhost, evil.example"], Some(421)),
            ("http://evil.example/ws", &["localhost"], Some(421)),
            ("http://localhost/ws", &["evil.example"], Some(421)),
        ] {
            assert_eq!(status(uri, hosts), refused, "{uri} {hosts:?}");
        }
    }

    #[test]
    fn a_body_is_announced_by_its_length_or_as_chunks() {
        for (name, value, has) in [
            (header::CONTENT_LENGTH, "0", false),
            (header::CONTENT_LENGTH, "1", true),
            (header::CONTENT_LENGTH, "10000000000", true),
            (header::TRANSFER_ENCODING, "chunked", true),
            (header::ACCEPT, "1", false),
        ] {
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
            assert_eq!(has_body(&headers), has, "{headers:?}");
        }
    }
}
