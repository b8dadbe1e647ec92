//! What a call can end in besides success, and the words a client reads of it. It knows no transport: an adapter sends the
//! status and the problem as its protocol does.

use std::borrow::Cow;

use bson::Bson;
use serde::Serialize;

use crate::{
    entity::EntityMeta,
    input,
    resource::Limits,
    store::{BoxError, Conflicting, StoreError},
};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The id can't be one of any document.
    #[error("{0} not found")]
    EntityNotFound(&'static str),
    /// No document has the id.
    #[error("Document not found")]
    DocumentNotFound,
    /// A patch that makes sense does not fit the document as it is: the sentence says which operation, and why.
    #[error("{0}")]
    PatchConflict(String),
    /// Documents of this entity refer to the one to be deleted, and keep it.
    #[error("{0} still refers to what is to be deleted")]
    StillReferred(&'static str),
    /// With the documents to be deleted more would go than one call deletes.
    #[error(
        "What would be deleted with this is more than one call deletes ({limit} documents): delete some of it first"
    )]
    CascadeTooLarge {
        /// How many documents one call takes along.
        limit: usize,
    },
    /// There is no such route or event.
    #[error("Cannot find {}", input::shown(.0))]
    RouteNotFound(String),
    /// Another document has the same value in a unique field, or the same values in a unique combination.
    #[error("{}", duplicate_message(.0))]
    Duplicate(Vec<DuplicateField>),
    /// The input breaks rules: one violation for each. It is a 403 where one is that the caller may not set a field, else a 400.
    #[error("the input is invalid: {0:?}")]
    Invalid(Vec<Violation>),
    /// The text is not JSON.
    #[error("Malformed JSON at line {line} column {column}")]
    MalformedJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A call that needs ids has none, or a query makes no sense as a whole.
    #[error("Invalid query")]
    InvalidQuery,
    /// A body is missing where one is needed, or says nothing.
    #[error("Invalid request body")]
    InvalidBody,
    /// The body is larger than the limit.
    #[error("Payload too large: at most {limit} bytes are accepted")]
    PayloadTooLarge {
        /// In bytes.
        limit: usize,
    },
    /// What was asked for is more than a reply holds.
    #[error("The reply would be larger than {limit} bytes: ask for fewer rows or references")]
    ReplyTooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The body did not come in within the time that a call may take.
    #[error("The request body took too long")]
    BodyTimeout,
    /// The body is of a type that the route does not read.
    #[error("Unsupported media type: send {accepted}")]
    UnsupportedMediaType {
        /// Those that it reads, separated by commas.
        accepted: &'static str,
    },
    /// The path exists, with other methods.
    #[error("Method not allowed")]
    MethodNotAllowed,
    /// The store can't do what was asked.
    #[error("{0}")]
    NotImplemented(String),
    /// The path and the query are longer than the limit.
    #[error("The address is too long: at most {limit} bytes are accepted")]
    UriTooLong {
        /// In bytes.
        limit: usize,
    },
    /// An item of a batch failed, and all of it with that.
    #[error("{error}")]
    Item {
        /// Which, from 0.
        index: usize,
        /// Why.
        error: Box<Error>,
    },
    /// The feature is not configured.
    #[error("This feature is not available")]
    NotAvailable,
    /// The route is for callers with a token, and the caller has none, or none that is valid.
    #[error("Unauthorized")]
    Unauthorized,
    /// The program itself says no, in words of its own: [`Error::refused`].
    #[error("{message}")]
    Refused {
        /// The status, 400 to 499.
        status: u16,
        /// What the client reads.
        message: String,
    },
    /// The login is unknown or the password is wrong: which of both is not said.
    #[error("Invalid credentials")]
    InvalidCredentials,
    /// The refresh token is none, or its session has ended.
    #[error("Invalid refresh token")]
    InvalidRefreshToken,
    /// The reset token is none, or was used before.
    #[error("Invalid reset password token. Please redo the reset password process.")]
    ResetTokenInvalid,
    /// The reset token was one.
    #[error("Time to reset password has expired. Please redo the reset password process.")]
    ResetTokenExpired,
    /// The user may not change the password.
    #[error("You are not allowed to change your password.")]
    PasswordChangeRefused,
    /// The caller is known, and may not do this.
    #[error("{0}")]
    Forbidden(Denial),
    /// An argument of an account route is missing or makes no sense.
    #[error("Invalid or missing argument")]
    InvalidArgument,
    /// There were too many calls of this kind in too short a time.
    #[error("Too Many Requests")]
    TooManyRequests {
        /// After how many seconds the next call is let through.
        retry_after: u32,
        /// How many calls are let through at once.
        limit: u32,
        /// How many of them are left.
        remaining: u32,
        /// After how many seconds all of them are left again.
        reset: u32,
    },
    /// The database can't be reached, or is too slow.
    #[error("The service is temporarily unavailable")]
    Unavailable,
    /// A store's failure, not yet told in the entity's words.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Anything else; its text is for the log alone.
    #[error("Internal server error")]
    Internal(#[source] BoxError),
}

/// Who says that a caller may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// A policy, of the documents that are called for.
    #[error("Forbidden resource")]
    Resource,
    /// An ability of the route, before any document is looked at.
    #[error("Access denied")]
    Access,
}

/// A unique field whose value is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateField {
    /// Its name.
    pub name: String,
    /// The value as text; `None` where clients may not see it.
    pub value: Option<String>,
}

/// A rule that an input breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where, as a JSON pointer into the body (RFC 6901): `/list/0/name`.
    pub pointer: String,
    /// What must be true instead.
    pub message: String,
    /// The rule, for programs: `required`, `type`, `range`, `unknown`, `readOnly`, `key` of a body's members, `patch` of an
    /// operation of a JSON Patch, `item` of a batch, `query` and `encoding` of a query's, `payload` of a socket's event, `more`
    /// where there are too many to tell. Of the rules of a field it is their name: `length`, `range`, `email` and so on, of a function
    /// of the program's own what that says, and `exists` where a document that is referred to is not there.
    pub code: &'static str,
    /// The values of the rule, by their names.
    #[serde(skip)]
    pub(crate) params: Vec<(&'static str, serde_json::Value)>,
}

/// The JSON form of an [`Error`]: a problem of RFC 9457, with the members that clients of `mongodb-dynamic-api` read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Always `about:blank`: the status says what it is.
    pub r#type: &'static str,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong, in a sentence.
    pub detail: String,
    /// The path or event that was called.
    pub instance: String,
    /// The same as `status`.
    pub status_code: u16,
    /// The same as `detail`, or one text for each violation.
    pub message: Message,
    /// The same as `title`.
    pub error: &'static str,
    /// The violations, where the input breaks rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
}

/// One text, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Message {
    One(Cow<'static, str>),
    Each(Vec<String>),
}

/// How much of a value that is taken a client gets to read: enough to recognise it.
const SHOWN_CHARS: usize = 200;

impl Error {
    /// [`Error::Internal`] of any error.
    pub fn internal(error: impl Into<BoxError>) -> Self {
        Self::Internal(error.into())
    }

    /// A refusal of the program's own, with a status of 400 to 499 and what the client reads. Any other status is a mistake of the program
    /// and tells the client nothing: a 500.
    ///
    /// ```
    /// use dynamic_api_runtime::Error;
    ///
    /// let error = Error::refused(422, "A post needs a cover");
    /// assert_eq!((error.status(), error.to_string().as_str()), (422, "A post needs a cover"));
    /// assert_eq!(Error::refused(200, "A post needs a cover").status(), 500);
    /// ```
    pub fn refused(status: u16, message: impl Into<String>) -> Self {
        let message = message.into();
        match status {
            400..=499 => Self::Refused { status, message },
            _ => Self::internal(format!("{status} is no status of a refusal: {message}")),
        }
    }

    /// What ended a read.
    pub(crate) fn of_read(error: StoreError, limits: &Limits) -> Self {
        match error {
            StoreError::ReadTooLarge => Self::ReplyTooLarge { limit: limits.reply_bytes },
            error => Self::Store(error),
        }
    }

    /// One violation.
    pub fn violation(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(pointer, code, message)])
    }

    /// The same violations of what stands at a JSON pointer; any other error is left as it is.
    pub(crate) fn below(self, at: &str) -> Self {
        match self {
            Self::Invalid(mut violations) if !at.is_empty() => {
                for violation in &mut violations {
                    violation.pointer.insert_str(0, at);
                }
                Self::Invalid(violations)
            }
            error => error,
        }
    }

    /// The HTTP status, which sockets send as `statusCode`.
    pub fn status(&self) -> u16 {
        match self {
            Self::EntityNotFound(_) | Self::DocumentNotFound | Self::RouteNotFound(_) => 404,
            Self::Duplicate(_)
            | Self::PatchConflict(_)
            | Self::StillReferred(_)
            | Self::CascadeTooLarge { .. } => 409,
            Self::Invalid(violations) if violations.iter().any(Violation::is_denial) => 403,
            Self::Invalid(_)
            | Self::MalformedJson { .. }
            | Self::InvalidQuery
            | Self::InvalidBody
            | Self::InvalidArgument
            | Self::ReplyTooLarge { .. }
            | Self::ResetTokenInvalid => 400,
            Self::Unauthorized
            | Self::InvalidCredentials
            | Self::InvalidRefreshToken
            | Self::ResetTokenExpired => 401,
            Self::Forbidden(_) | Self::PasswordChangeRefused => 403,
            Self::TooManyRequests { .. } => 429,
            Self::Item { error, .. } => error.status(),
            Self::Refused { status, .. } => *status,
            Self::UriTooLong { .. } => 414,
            Self::PayloadTooLarge { .. } => 413,
            Self::UnsupportedMediaType { .. } => 415,
            Self::MethodNotAllowed => 405,
            Self::BodyTimeout => 408,
            Self::NotImplemented(_) => 501,
            Self::NotAvailable | Self::Unavailable => 503,
            Self::Store(_) | Self::Internal(_) => 500,
        }
    }

    /// After how many seconds the same call may succeed, where that can be said.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Item { error, .. } => error.retry_after(),
            Self::TooManyRequests { retry_after, .. } => Some(*retry_after),
            error => matches!(error, Self::Unavailable).then_some(1),
        }
    }

    /// The problem a client reads. `instance` is the path or event that was called.
    pub fn problem(&self, instance: impl Into<String>) -> Problem {
        let status = self.status();
        let title = title(status);
        let (detail, message, errors) = match self {
            Self::Invalid(violations) => {
                let texts: Vec<String> =
                    violations.iter().map(|violation| violation.message.clone()).collect();
                (texts.join("; "), Message::Each(texts), violations.clone())
            }
            Self::Item { index, error } => {
                let at = format!("/list/{index}");
                let Problem { detail, message, mut errors, .. } = error.problem("");
                for violation in &mut errors {
                    violation.pointer.insert_str(0, &at);
                }
                if errors.is_empty() {
                    errors.push(Violation::new(at, "item", detail.clone()));
                }
                (detail, message, errors)
            }
            Self::Store(_) => (title.to_owned(), Message::One(title.into()), vec![]),
            other => (other.to_string(), Message::One(other.to_string().into()), vec![]),
        };
        Problem {
            r#type: "about:blank",
            title,
            status,
            detail,
            instance: input::shown(&instance.into()).into_owned(),
            status_code: status,
            message,
            error: title,
            errors,
        }
    }

    /// Tells a store's failure in the entity's words; any other error is left as it is.
    pub(crate) fn of_entity(self, entity: &EntityMeta) -> Self {
        let Self::Store(error) = self else { return self };
        match error {
            StoreError::Duplicate { fields, .. } => Self::Duplicate(
                fields
                    .into_iter()
                    .filter(|(name, _)| entity.tenant != Some(&**name))
                    .map(|(name, value)| duplicate_field(entity, name, &value))
                    .collect(),
            ),
            StoreError::Conflict | StoreError::TimedOut => Self::Unavailable,
            StoreError::Unavailable(cause) => {
                tracing::warn!(error = &*cause, entity = entity.name, "the database is unavailable");
                Self::Unavailable
            }
            StoreError::Unsupported { store, what } => {
                Self::NotImplemented(format!("{what} is not supported by the {store} store"))
            }
            StoreError::Invalid(reason) => {
                // The store's words may quote stored values, so they are not for the common log.
                tracing::debug!(reason, entity = entity.name, "the store refused a call");
                Self::InvalidQuery
            }
            StoreError::TooLarge(_) => Self::PayloadTooLarge { limit: MAX_DOCUMENT },
            StoreError::KeyTooLong { path, limit, .. } => Self::Invalid(vec![Violation::new(
                format!("/{}", path.replace('.', "/")),
                "range",
                format!("{path} is indexed and must be shorter than {limit} bytes"),
            )]),
            other => Self::internal(other),
        }
    }
}

/// What a document may be at most in MongoDB: 16 MiB
/// (<https://www.mongodb.com/docs/manual/reference/limits/#bson-documents>).
pub(crate) const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

impl Conflicting for Error {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

/// The code of a violation by who calls, and not by what was sent.
pub(crate) const DENIAL: &str = "forbidden";

impl Violation {
    /// What a caller may not set, though others may: with one of these, invalid input is a 403.
    pub(crate) fn denial(pointer: impl Into<String>, name: &str) -> Self {
        Self::new(pointer, DENIAL, format!("{name} can't be set by this caller"))
    }

    fn is_denial(&self) -> bool {
        self.code == DENIAL
    }

    /// A violation of the rule `code` at a JSON pointer.
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into(), code, params: vec![] }
    }

    /// A value of the rule, by its name: `min` and `max` of a length, `min`, `max`, `exclusiveMin` and `exclusiveMax` of a range,
    /// `pattern`, `text`, and what a function of the program's own has added.
    pub fn param(&self, name: &str) -> Option<&serde_json::Value> {
        self.params.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// All values of the rule.
    pub fn params(&self) -> &[(&'static str, serde_json::Value)] {
        &self.params
    }

    pub(crate) fn add_param(&mut self, name: &'static str, value: serde_json::Value) {
        self.params.push((name, value));
    }
}

fn duplicate_field(entity: &EntityMeta, name: String, value: &Bson) -> DuplicateField {
    let top = name.split('.').next().unwrap_or_default();
    let visible = entity.field(top).is_some_and(|field| field.is_visible() && field.readable_by.is_none());
    // The store does not always know the value.
    let value = (visible && *value != Bson::Undefined).then(|| text_of(value));
    DuplicateField { name, value }
}

fn text_of(value: &Bson) -> String {
    let text = match value {
        Bson::String(text) => text.clone(),
        Bson::ObjectId(id) => id.to_hex(),
        Bson::DateTime(at) => crate::types::DateTime::from(*at).to_string(),
        Bson::Decimal128(number) => number.to_string(),
        other => other.to_string(),
    };
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn duplicate_message(fields: &[DuplicateField]) -> String {
    let named = |field: &DuplicateField| match &field.value {
        Some(value) => format!("{} '{value}'", field.name),
        None => field.name.clone(),
    };
    match fields {
        [field] => format!("{} is already used", named(field)),
        fields => {
            let fields: Vec<String> = fields.iter().map(named).collect();
            format!("The combination of {} already exists", fields.join(", "))
        }
    }
}

fn title(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use bson::bson;
    use serde_json::json;

    use super::*;
    use crate::entity::Field;

    const META: &EntityMeta = &EntityMeta::new("User", "users", "users").fields(&[
        Field::new::<String>("email"),
        Field::new::<String>("name"),
        Field::new::<String>("pin").hidden(),
    ]);

    fn duplicate(fields: Vec<(&str, Bson)>) -> Error {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Error::Store(StoreError::Duplicate { collection: "users".into(), fields }).of_entity(META)
    }

    #[test]
    fn a_problem_has_the_members_of_both_conventions() {
        let problem = serde_json::to_value(Error::DocumentNotFound.problem("/users/1")).unwrap();
        let expected = json!({
            "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Document not found",
            "instance": "/users/1", "statusCode": 404, "message": "Document not found", "error": "Not Found",
        });
        assert_eq!(problem, expected);
    }

    #[test]
    fn violations_are_an_array_of_texts_and_of_pointers() {
        let problem = Error::violation("/name", "type", "name must be a string").problem("create-one-user");
        let problem = serde_json::to_value(problem).unwrap();
        assert_eq!(problem["message"], json!(["name must be a string"]));
        let errors = json!([{ "pointer": "/name", "message": "name must be a string", "code": "type" }]);
        assert_eq!(problem["errors"], errors);
    }

    #[test]
    fn duplicates_are_told_by_value_unless_hidden() {
        let taken = |fields| duplicate(fields).to_string();
        assert_eq!(taken(vec![("email", bson!("a@b.c"))]), "email 'a@b.c' is already used");
        assert_eq!(taken(vec![("pin", bson!("1234"))]), "pin is already used");
        let pair = vec![("name", bson!("Ada")), ("email", bson!("a@b.c"))];
        assert_eq!(taken(pair), "The combination of name 'Ada', email 'a@b.c' already exists");
        assert!(taken(vec![("name", bson!("x".repeat(5000)))]).len() < 300);
    }

    #[test]
    fn accounts_answer_in_the_words_that_clients_know() {
        let reset = "Please redo the reset password process.";
        for (error, status, message) in [
            (Error::Unauthorized, 401, "Unauthorized".to_owned()),
            (Error::InvalidCredentials, 401, "Invalid credentials".to_owned()),
            (Error::InvalidRefreshToken, 401, "Invalid refresh token".to_owned()),
            (Error::ResetTokenInvalid, 400, format!("Invalid reset password token. {reset}")),
            (Error::ResetTokenExpired, 401, format!("Time to reset password has expired. {reset}")),
            (Error::PasswordChangeRefused, 403, "You are not allowed to change your password.".to_owned()),
            (Error::Forbidden(Denial::Resource), 403, "Forbidden resource".to_owned()),
            (Error::Forbidden(Denial::Access), 403, "Access denied".to_owned()),
            (Error::InvalidArgument, 400, "Invalid or missing argument".to_owned()),
        ] {
            let problem = error.problem("/auth/login");
            assert_eq!((problem.status, problem.message), (status, Message::One(message.into())));
        }
    }

    #[test]
    fn too_many_calls_say_when_to_come_back() {
        let error = Error::TooManyRequests { retry_after: 7, limit: 10, remaining: 0, reset: 60 };
        assert_eq!((error.status(), error.retry_after()), (429, Some(7)));
        assert_eq!(error.problem("/auth/login").title, "Too Many Requests");
    }

    #[test]
    fn a_value_that_is_too_long_for_its_index_is_invalid_input() {
        let failure = StoreError::KeyTooLong { path: "address.street".into(), bytes: 70_000, limit: 65_536 };
        let problem = Error::Store(failure).of_entity(META).problem("/users");
        assert_eq!(problem.status, 400);
        assert_eq!(problem.errors[0].pointer, "/address/street");
    }

    #[test]
    fn nothing_of_the_store_reaches_a_client() {
        let secret = "mongodb://root:secret@10.0.0.1 E11000";
        let failures = [
            StoreError::Unavailable(secret.into()),
            StoreError::Other(secret.into()),
            StoreError::Invalid(secret.into()),
            StoreError::TooLarge(secret.into()),
            StoreError::Index(secret.into()),
        ];
        for failure in failures {
            let problem = Error::Store(failure).of_entity(META).problem("/users");
            assert!(!serde_json::to_string(&problem).unwrap().contains("secret"), "{problem:?}");
        }
    }
}
