//! The console, embedded in the binary.
//!
//! Compressed when it was built, once, at the highest level. Names carry a hash
//! of their content, so a browser may keep them for ever; the page itself is
//! asked for again each time, and answered in a few bytes while it is the same.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// A file of the console.
struct File {
    path: &'static str,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
}

/// What `build.rs` found.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/console_files.rs"));

/// Served in place of a console that was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\">\
<title>Vigie</title>\
<p>Cette version de Vigie a été construite sans sa console : <code>frontend/build</code>, \
puis reconstruire le serveur.</p>\
<p lang=\"en\">This build of Vigie has no console: run <code>frontend/build</code>, then \
build the server again. The API is at <a href=\"/api/v1/scopes\">/api/v1/scopes</a>.</p></html>";

/// A year: as long as caches keep anything.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Serves a file of the console; every path that is no file is a page of it.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("{method} is not possible here"),
        )
        .into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return Problem::not_found(format!("no such path: /{path}")).into_response();
    }
    if let Some(file) = FILES.iter().find(|file| file.path == path) {
        return file.respond(&headers);
    }
    if path.starts_with("assets/")
        || path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'))
    {
        return Problem::not_found(format!("no such file: /{path}")).into_response();
    }
    match FILES.iter().find(|file| file.path == "index.html") {
        Some(page) => page.respond(&headers),
        None => axum::response::Html(NOT_BUILT).into_response(),
    }
}

/// Whether the console was built.
pub fn is_there() -> bool {
    !FILES.is_empty()
}

impl File {
    fn respond(&self, request: &HeaderMap) -> Response {
        let hashed = self.path.starts_with("assets/");
        let tag = format!("\"{:08x}\"", crc32fast::hash(self.plain));
        let same = request
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains(&tag));
        let (encoding, content) = self.choose(request);
        let mut response = if same {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body::from(content).into_response()
        };
        let headers = response.headers_mut();
        let cache = if hashed { FOR_EVER } else { ASK_AGAIN };
        headers.insert(header::CACHE_CONTROL, cache);
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::CONTENT_TYPE, content_type(self.path));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }

    /// The smallest form that the browser takes.
    fn choose(&self, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        let accepted = request
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        match (self.brotli, self.gzip) {
            (Some(brotli), _) if accepts(accepted, "br") => (Some("br"), brotli),
            (_, Some(gzip)) if accepts(accepted, "gzip") => (Some("gzip"), gzip),
            _ => (None, self.plain),
        }
    }
}

/// Whether an `accept-encoding` takes an encoding.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .and_then(|quality| quality.parse::<f32>().ok())
                .is_some_and(|quality| quality == 0.0)
        });
        named && !refused
    })
}

fn content_type(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCRIPT: File = File {
        path: "assets/console-0123.js",
        plain: b"plain",
        gzip: Some(b"gzip"),
        brotli: Some(b"brotli"),
    };

    fn request(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_smallest_form_that_is_taken_is_sent() {
        for (accepted, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip, deflate", Some("gzip")),
            ("BR;q=0.1", Some("br")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("brotli", None),
            ("identity", None),
        ] {
            let headers = request(header::ACCEPT_ENCODING, accepted);
            assert_eq!(SCRIPT.choose(&headers).0, encoding, "{accepted}");
        }
        assert_eq!(SCRIPT.choose(&HeaderMap::new()), (None, &b"plain"[..]));
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let first = SCRIPT.respond(&HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CACHE_CONTROL], FOR_EVER);
        let mut again = HeaderMap::new();
        again.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(SCRIPT.respond(&again).status(), StatusCode::NOT_MODIFIED);
        let other = request(header::IF_NONE_MATCH, "\"00000000\"");
        assert_eq!(SCRIPT.respond(&other).status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn pages_are_the_console_and_the_rest_is_not_there() {
        for (path, status) in [
            ("/", StatusCode::OK),
            ("/ft/NAQ", StatusCode::OK),
            ("/assets/gone.js", StatusCode::NOT_FOUND),
            ("/favicon.ico.map", StatusCode::NOT_FOUND),
            ("/api/v2/views", StatusCode::NOT_FOUND),
        ] {
            let uri = Uri::from_static(path);
            let response = serve(Method::GET, uri, HeaderMap::new()).await;
            assert_eq!(response.status(), status, "{path}");
        }
        let posted = serve(Method::POST, Uri::from_static("/"), HeaderMap::new()).await;
        assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}
