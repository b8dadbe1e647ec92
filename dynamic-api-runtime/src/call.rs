//! A call on its way through the pipeline, and its reply: what both transports translate to and from.

mod account;
mod custom;
mod principal;
mod route;

use std::{fmt, future::Future, marker::PhantomData, net::IpAddr, pin::Pin, sync::Arc, task};

use bytes::Bytes;

pub use self::{
    account::{AccountKind, Credential},
    custom::{CustomInput, CustomMethod, CustomRoute, CustomTarget},
    principal::{Principal, UserPrincipal},
    route::{Access, Addressing, Handler, Route, RouteKind},
};
use crate::{
    auth::TokenPair, broadcast::Broadcast, error::Error, policy::Policy, resource::Resource,
    store::BoxFuture, types::Id,
};

/// How a call came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Transport {
    Http,
    SocketIo,
}

/// Which documents a call is about, as the client wrote it. What is no string on the wire stands here as its JSON text, so that
/// it is a malformed id and never an operator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Target {
    /// None was named.
    #[default]
    None,
    /// One.
    One(String),
    /// A list, duplicates included.
    Many(Vec<String>),
}

/// The members of a query, untyped.
#[derive(Debug, Clone, Default)]
pub enum Query {
    /// There are none.
    #[default]
    None,
    /// The decoded pairs of a query string, in order.
    Pairs(Vec<(String, String)>),
    /// The text of a JSON value: what a socket sent as its payload.
    Json(Bytes),
}

/// The body of a call: JSON, not yet looked at.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The JSON text; `None` where nothing was sent.
    pub json: Option<Bytes>,
    /// What it says: other than members only where the route [takes patches](Route::takes_patches).
    pub form: BodyForm,
    /// Members that told the transport where the call goes (`ids` in a socket's payload) and are no part of the input.
    pub envelope: &'static [&'static str],
}

/// How a body says what is to become of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyForm {
    /// Members, each as a whole.
    #[default]
    Members,
    /// A JSON Merge Patch (RFC 7396).
    MergePatch,
    /// A JSON Patch (RFC 6902).
    JsonPatch,
}

/// A call, as a transport hands it to the pipeline.
#[derive(Debug, Clone)]
pub struct RawCall {
    /// The entity it goes to, within its application.
    pub resource: Arc<Resource>,
    /// The route it goes to.
    pub route: &'static Route,
    /// Who calls.
    pub principal: Principal,
    /// How it came in.
    pub transport: Transport,
    /// The client's address, as far as it is known.
    pub address: Option<IpAddr>,
    /// The name of the connection that it came in by, where that stays open after its answer.
    pub connection: Option<Arc<str>>,
    /// What the client calls itself: the `User-Agent` of the request or of a socket's handshake.
    pub device: Option<String>,
    /// The token that came with the call, as it came, where the route takes a refresh token.
    pub bearer: Option<Secret>,
    /// Which documents it is about.
    pub target: Target,
    /// What it asks for.
    pub query: Query,
    /// What it sends.
    pub body: Body,
    /// What the policies come to for the caller. The pipeline finds out.
    pub(crate) policy: Policy,
    /// Which kind of items of its batch it stands for.
    pub(crate) item: Option<RouteKind>,
}

impl RawCall {
    /// What it does; where it stands for items of a batch, what those do.
    pub(crate) fn kind(&self) -> RouteKind {
        self.item.unwrap_or(self.route.kind)
    }
}

/// A text that is not shown.
#[derive(Clone)]
pub struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A call to a route of `E` that takes an `I`.
///
/// The type says what the handler is for; the input is decoded by the pipeline, after it is known that the caller may call.
#[derive(Debug)]
pub struct Call<E, I = ()> {
    raw: RawCall,
    types: PhantomData<fn() -> (E, I)>,
}

impl<E, I> Call<E, I> {
    /// The call without its types.
    pub(crate) fn into_raw(self) -> RawCall {
        self.raw
    }
}

impl<E, I> From<RawCall> for Call<E, I> {
    fn from(raw: RawCall) -> Self {
        Self { raw, types: PhantomData }
    }
}

/// How a call succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Success {
    Ok,
    Created,
    /// There is nothing to tell: the JSON is `null`, and HTTP sends no body.
    NoContent,
}

/// Where a list stands among all that could be asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PageMeta {
    /// The number of the page, from 1; none where the client asked for what comes behind a cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// At most how many rows a page has.
    pub limit: u64,
    /// What to ask for as `after` to get the rows behind these; none where there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many rows there are on all pages, where the client asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether there are rows behind these.
    #[serde(skip)]
    pub has_more: bool,
}

/// The reply to a call: JSON as every transport sends it, and what a transport may say besides.
#[derive(Debug)]
pub struct RawReply {
    /// How the call succeeded.
    pub success: Success,
    /// The presented result, one JSON value.
    pub json: Vec<u8>,
    /// The new document's id, where one was created.
    pub created: Option<Id>,
    /// Where the list stands, where the result is one page of a list.
    pub page: Option<PageMeta>,
    /// How many rows were left out because they could not be read.
    pub skipped: usize,
    /// What became of the caller's session.
    pub session: Option<SessionChange>,
    /// What others are told.
    pub(crate) broadcast: Option<Broadcast>,
}

/// What a call has made of its caller's session. A socket is that user from then on, or nobody; over HTTP the refresh cookie is
/// set or cleared, where there is one.
#[derive(Debug, Clone)]
pub enum SessionChange {
    /// The caller has a session, with new tokens.
    Promoted {
        /// Who the caller is now.
        principal: Principal,
        /// The tokens.
        pair: TokenPair,
    },
    /// The caller's session has ended.
    Ended,
}

impl RawReply {
    pub(crate) fn new(success: Success, json: Vec<u8>) -> Self {
        Self { success, json, created: None, page: None, skipped: 0, session: None, broadcast: None }
    }

    /// A reply that tells nothing but success.
    pub(crate) fn nothing() -> Self {
        Self::new(Success::NoContent, b"null".to_vec())
    }
}

/// The outcome of a call, to be awaited.
pub type RawAnswer = BoxFuture<'static, Result<RawReply, Error>>;

/// The outcome of a call whose result is presented as a `T`, to be awaited.
#[must_use = "a call runs while its answer is awaited"]
pub struct Answer<T> {
    raw: RawAnswer,
    presented: PhantomData<fn() -> T>,
}

impl<T> Answer<T> {
    pub(crate) fn new(outcome: impl Future<Output = Result<RawReply, Error>> + Send + 'static) -> Self {
        Self { raw: Box::pin(outcome), presented: PhantomData }
    }
}

impl<T> From<Answer<T>> for RawAnswer {
    fn from(answer: Answer<T>) -> Self {
        answer.raw
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<RawReply, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> task::Poll<Self::Output> {
        self.raw.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}
