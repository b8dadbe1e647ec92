//! An error as the response of a handler of the program's own.

use axum::response::{IntoResponse, Response};

use super::respond;
use crate::{entrance::cause, error::Error};

/// The problem (RFC 9457) that the same failure of a route is told with; its `instance` is empty, since an error knows no path. The
/// cause of a 500 goes to the log alone.
///
/// ```
/// use dynamic_api_runtime::Error;
///
/// async fn handler() -> Result<String, Error> {
///     Err(Error::DocumentNotFound) // 404
/// }
///
/// # fn routes() -> axum::Router {
/// axum::Router::new().route("/own", axum::routing::get(handler))
/// # }
/// ```
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if self.status() == 500 {
            tracing::error!(error = cause(&self), "a handler failed");
        }
        respond::problem(&self, "")
    }
}
