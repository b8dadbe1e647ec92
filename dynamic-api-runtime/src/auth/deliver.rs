//! How a user gets what only that user may have: a reset token, a one-time code.

use std::{fmt, future::Future, io::Write, path::PathBuf, sync::Arc};

use bson::RawDocumentBuf;
use serde_json::json;

use crate::{
    entity::{Stored, UserEntity},
    error::Error,
    server_fields::ID,
    store::{BoxError, BoxFuture},
    types::Id,
};

/// Brings reset tokens and codes to their users: by e-mail, for example.
///
/// It works beside the call that asked for it, so that nobody learns from the time of an answer whether there is such a user. A
/// failure is logged.
pub trait Deliver: Send + Sync + 'static {
    /// Brings the token with which a user sets a new password.
    fn reset(&self, to: &Recipient, token: &str) -> impl Future<Output = Result<(), BoxError>> + Send;

    /// Brings a one-time code.
    fn code(&self, to: &Recipient, code: &str) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// The user that something is delivered to.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub(super) login: String,
    pub(super) document: RawDocumentBuf,
}

impl Recipient {
    /// The value of the login field.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The id of the user's document.
    pub fn id(&self) -> Option<Id> {
        self.document.get_object_id(ID).ok().map(Id::from)
    }

    /// All of the user.
    ///
    /// # Errors
    /// The stored document is not of this type.
    pub fn user<U: UserEntity>(&self) -> Result<Stored<U>, Error> {
        Stored::from_document(&self.document).map_err(Error::internal)
    }
}

/// Writes what is to be delivered into the log of the program. For development alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogDelivery;

impl Deliver for LogDelivery {
    async fn reset(&self, to: &Recipient, token: &str) -> Result<(), BoxError> {
        tracing::info!(login = to.login(), token, "a reset token to deliver");
        Ok(())
    }

    async fn code(&self, to: &Recipient, code: &str) -> Result<(), BoxError> {
        tracing::info!(login = to.login(), code, "a one-time code to deliver");
        Ok(())
    }
}

/// Appends what is to be delivered to a file, each a line of JSON: `{"login", "resetPasswordToken"}` or `{"login", "code"}`. For
/// development and tests.
#[derive(Debug, Clone)]
pub struct FileDelivery(PathBuf);

impl FileDelivery {
    /// To this file, which is made where it is not there.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    async fn append(&self, line: serde_json::Value) -> Result<(), BoxError> {
        let path = self.0.clone();
        let append = move || {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
            file.write_all(format!("{line}\n").as_bytes())
        };
        Ok(tokio::task::spawn_blocking(append).await??)
    }
}

impl Deliver for FileDelivery {
    async fn reset(&self, to: &Recipient, token: &str) -> Result<(), BoxError> {
        self.append(json!({ "login": to.login(), "resetPasswordToken": token })).await
    }

    async fn code(&self, to: &Recipient, code: &str) -> Result<(), BoxError> {
        self.append(json!({ "login": to.login(), "code": code })).await
    }
}

/// What is delivered.
pub(super) enum Delivery {
    Reset(String),
    Code(String),
}

/// [`Deliver`] behind a pointer.
#[derive(Clone)]
pub(super) struct Deliverer(Arc<dyn Erased>);

trait Erased: Send + Sync {
    fn deliver<'a>(
        &'a self,
        to: &'a Recipient,
        delivery: &'a Delivery,
    ) -> BoxFuture<'a, Result<(), BoxError>>;
}

impl<D: Deliver> Erased for D {
    fn deliver<'a>(
        &'a self,
        to: &'a Recipient,
        delivery: &'a Delivery,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        match delivery {
            Delivery::Reset(token) => Box::pin(self.reset(to, token)),
            Delivery::Code(code) => Box::pin(self.code(to, code)),
        }
    }
}

impl Deliverer {
    pub(super) fn new(deliver: impl Deliver) -> Self {
        Self(Arc::new(deliver))
    }

    pub(super) async fn deliver(&self, to: &Recipient, delivery: &Delivery) -> Result<(), BoxError> {
        self.0.deliver(to, delivery).await
    }
}

impl fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deliverer(..)")
    }
}
