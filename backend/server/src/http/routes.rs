//! Every path, and what is done with every request and answer.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use super::shared::Shared;
use super::{api, calls, console, explain, guard, health, help, indicators, socket, unknown};
use crate::engine::request::Question;

/// The headers that are sent with every answer. The console is WebAssembly:
/// compiling it needs `wasm-unsafe-eval`, which allows that and no `eval`.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// The size in bytes from which on answers are compressed: a smaller one is one
/// packet either way.
const SMALLEST_COMPRESSED: u16 = 1_024;

/// Every path of the service but the console's, as the API's description
/// writes them.
fn routes() -> [(&'static str, MethodRouter<Shared>); 19] {
    [
        ("/ws", get(socket::upgrade)),
        ("/api/v1/views/{scope}", get(api::view)),
        ("/api/v1/children/{scope}", get(api::children)),
        ("/api/v1/waiting/{scope}", api::list(Question::Waiting)),
        ("/api/v1/calls/{scope}", get(calls::calls)),
        ("/api/v1/promises/{scope}", api::list(Question::Promises)),
        ("/api/v1/levers/{scope}", api::list(Question::Levers)),
        ("/api/v1/incidents/{scope}", get(api::incidents)),
        ("/api/v1/explain/{scope}", get(explain::explain)),
        ("/api/v1/help/{scope}", get(help::help)),
        ("/api/v1/scopes", get(api::scopes)),
        ("/api/v1/unknown", get(unknown::unknown)),
        ("/api/v1/indicators", get(indicators::all)),
        ("/api/v1/indicators/{name}", get(indicators::one)),
        ("/api/v1/openapi.json", get(api::openapi)),
        ("/api/v1/schema/{name}", get(api::schema)),
        ("/metrics", get(health::metrics)),
        ("/healthz", get(health::healthz)),
        ("/readyz", get(health::readyz)),
    ]
}

/// Every path, with what is done with every request and answer.
pub fn router(shared: Shared) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, (path, route)| {
            // The path of a scope has slashes in it.
            let path = path.replace("{scope}", "{*scope}");
            if path == "/ws" {
                router.route(&path, route)
            } else {
                router.route(&path, route.layer(compression()))
            }
        })
        // The console's files are compressed already.
        .fallback(console::serve)
        .layer(middleware::from_fn_with_state(shared.clone(), guard::guard))
        .layer(middleware::from_fn(with_headers))
        .with_state(shared)
}

/// Compresses answers: figures are text that repeats itself, so a tenth of it is
/// sent, for little work.
fn compression() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(SMALLEST_COMPRESSED))
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn description() -> Value {
        serde_json::from_str(api::OPENAPI).unwrap()
    }

    #[test]
    fn the_description_has_every_path_and_no_other() {
        let described = description();
        let mut described: Vec<&str> = described["paths"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let routes = routes();
        let mut served: Vec<&str> = routes.iter().map(|(path, _)| *path).collect();
        described.sort_unstable();
        served.sort_unstable();
        assert_eq!(described, served);
    }

    #[test]
    fn the_description_names_every_schema_that_is_served() {
        let served: Vec<&str> = api::DOCUMENTS.iter().map(|(name, ..)| *name).collect();
        let parameter = "/paths/~1api~1v1~1schema~1{name}/get/parameters/0/schema/enum";
        assert_eq!(description().pointer(parameter), Some(&json!(served)));
    }

    #[test]
    fn the_description_gives_the_limits_of_lists() {
        let described = description();
        let limit = &described["components"]["parameters"]["limit"]["schema"];
        assert_eq!(limit["default"], json!(api::DEFAULT_LIMIT));
        assert_eq!(limit["maximum"], json!(api::HIGHEST_LIMIT));
        let limit = described.pointer("/paths/~1api~1v1~1unknown/get/parameters/0/schema");
        let limit = limit.unwrap();
        assert_eq!(limit["default"], json!(unknown::DEFAULT_LIMIT));
        assert_eq!(limit["maximum"], json!(unknown::HIGHEST_LIMIT));
    }
}
