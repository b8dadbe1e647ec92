//! Which other origins may call: one setting for HTTP, socket polling and the Origin of WebSockets.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer, ExposeHeaders};

use super::error::Conflict;

/// The origins whose pages may call the API (Cross-Origin Resource Sharing, <https://fetch.spec.whatwg.org/#http-cors-protocol>).
///
/// Without it only pages of the API's own origin may, and programs that are no browser. A socket's own origin is the `Host` of
/// its handshake: behind a proxy that sends another, list the public origin here.
///
/// ```
/// use dynamic_api_runtime::app::Cors;
///
/// let cors = Cors::origins(["https://app.example.com"]).credentials();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    origins: Origins,
    credentials: bool,
    max_age: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origins {
    Any,
    Listed(Vec<String>),
}

/// What a page may send besides what every page may.
const REQUEST_HEADERS: [HeaderName; 4] =
    [header::CONTENT_TYPE, header::AUTHORIZATION, header::IF_MATCH, header::IF_NONE_MATCH];
/// What a page may read besides what every page may.
const EXPOSED_HEADERS: [HeaderName; 13] = [
    header::LINK,
    header::LOCATION,
    header::ETAG,
    header::RETRY_AFTER,
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-skipped"),
    HeaderName::from_static("x-next-cursor"),
    HeaderName::from_static("x-total-count"),
    HeaderName::from_static("x-cache"),
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
];

impl Cors {
    /// Pages of these origins, each written as a browser sends it: `https://app.example.com`, without a path.
    pub fn origins<O: Into<String>>(origins: impl IntoIterator<Item = O>) -> Self {
        let listed = origins.into_iter().map(Into::into).collect();
        Self { origins: Origins::Listed(listed), credentials: false, max_age: MAX_AGE }
    }

    /// Pages of any origin; not together with credentials.
    pub fn any() -> Self {
        Self { origins: Origins::Any, credentials: false, max_age: MAX_AGE }
    }

    /// Lets a page's calls carry the cookies that the browser holds for the API.
    #[must_use]
    pub fn credentials(mut self) -> Self {
        self.credentials = true;
        self
    }

    /// Sets how long a browser remembers the answer to a preflight request. Default 10 minutes.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Whether a page of this origin may call.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        match &self.origins {
            Origins::Any => true,
            Origins::Listed(listed) => listed.iter().any(|allowed| allowed == origin),
        }
    }

    /// What can't be.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        let Origins::Listed(listed) = &self.origins else {
            let said = "cors: any origin together with credentials would let every page act as the user: list the origins";
            return if self.credentials { vec![Conflict::Setting(said.to_owned())] } else { vec![] };
        };
        let unusable = listed.iter().filter(|origin| !is_origin(origin));
        let said =
            |origin| format!("cors: {origin:?} is no origin: write scheme://host or scheme://host:port");
        unusable.map(|origin| Conflict::Setting(said(origin))).collect()
    }

    /// The layer that answers preflight requests and marks responses.
    pub(crate) fn layer(&self) -> CorsLayer {
        let origins = match &self.origins {
            Origins::Any => AllowOrigin::any(),
            Origins::Listed(listed) => {
                AllowOrigin::list(listed.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
            }
        };
        CorsLayer::new()
            .allow_origin(origins)
            .allow_credentials(self.credentials)
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers(REQUEST_HEADERS)
            .expose_headers(ExposeHeaders::list(EXPOSED_HEADERS))
            .max_age(self.max_age)
    }
}

const MAX_AGE: Duration = Duration::from_secs(600);

/// Whether a text is an origin as a browser writes it (RFC 6454, section 6.2).
fn is_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else { return false };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    plain(scheme) && plain(host) && !host.contains(['/', '?', '#', '*', '@', ','])
}
