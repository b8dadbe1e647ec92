//! A call on its way through the pipeline, and its reply: what both transports translate to and from.

mod account;
mod custom;
mod principal;

use std::{fmt, future::Future, marker::PhantomData, net::IpAddr, pin::Pin, sync::Arc, task};

use bytes::Bytes;

pub use self::{
    account::{AccountKind, Credential},
    custom::{CustomInput, CustomMethod, CustomRoute, CustomTarget},
    principal::{Principal, UserPrincipal},
};
use crate::{
    auth::TokenPair,
    broadcast::Broadcast,
    entity::WebSocket,
    error::Error,
    hook::Hooks,
    policy::{Policy, RoutePolicy},
    resource::Resource,
    store::BoxFuture,
    types::Id,
};

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub enum RouteKind {
    GetMany,
    GetOne,
    CreateOne,
    CreateMany,
    UpdateOne,
    UpdateMany,
    ReplaceOne,
    DuplicateOne,
    DuplicateMany,
    DeleteOne,
    DeleteMany,
    Aggregate,
    UpsertOne,
    RestoreOne,
    RestoreMany,
    PurgeOne,
    Batch,
    Audit,
    /// What a handler of the program's own does.
    Custom(CustomRoute),
    /// Something of accounts.
    Account(AccountKind),
}

impl RouteKind {
    /// The name in an attribute, and the first words of an event: `get_many`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GetMany => "get_many",
            Self::GetOne => "get_one",
            Self::CreateOne => "create_one",
            Self::CreateMany => "create_many",
            Self::UpdateOne => "update_one",
            Self::UpdateMany => "update_many",
            Self::ReplaceOne => "replace_one",
            Self::DuplicateOne => "duplicate_one",
            Self::DuplicateMany => "duplicate_many",
            Self::DeleteOne => "delete_one",
            Self::DeleteMany => "delete_many",
            Self::Aggregate => "aggregate",
            Self::UpsertOne => "upsert_one",
            Self::RestoreOne => "restore_one",
            Self::RestoreMany => "restore_many",
            Self::PurgeOne => "purge_one",
            Self::Batch => "batch",
            Self::Audit => "audit",
            Self::Custom(_) => "custom",
            Self::Account(account) => account.name(),
        }
    }

    /// What of a call says which documents it is about.
    pub const fn addressing(self) -> Addressing {
        match self {
            Self::GetOne
            | Self::UpdateOne
            | Self::ReplaceOne
            | Self::DuplicateOne
            | Self::DeleteOne
            | Self::RestoreOne
            | Self::PurgeOne
            | Self::Audit => Addressing::Id,
            Self::UpdateMany | Self::DuplicateMany | Self::DeleteMany | Self::RestoreMany => Addressing::Ids,
            Self::GetMany | Self::Aggregate => Addressing::Query,
            Self::CreateOne | Self::CreateMany | Self::UpsertOne | Self::Batch => Addressing::Nothing,
            Self::Custom(custom) => custom.addressing(),
            Self::Account(account) => account.addressing(),
        }
    }

    /// Whether a call has a body.
    pub const fn has_body(self) -> bool {
        match self {
            Self::CreateOne
            | Self::CreateMany
            | Self::UpdateOne
            | Self::UpdateMany
            | Self::ReplaceOne
            | Self::DuplicateOne
            | Self::DuplicateMany
            | Self::UpsertOne
            | Self::Batch => true,
            Self::Custom(custom) => custom.has_body(),
            Self::Account(account) => account.has_body(),
            _ => false,
        }
    }

    /// Whether a call changes nothing.
    pub const fn is_read(self) -> bool {
        match self {
            Self::GetMany | Self::GetOne | Self::Aggregate | Self::Audit => true,
            Self::Custom(custom) => custom.is_read(),
            Self::Account(account) => account.is_read(),
            _ => false,
        }
    }

    /// Whether a call saves documents, as its caller asks for.
    pub(crate) const fn saves(self) -> bool {
        matches!(
            self,
            Self::CreateOne
                | Self::CreateMany
                | Self::UpdateOne
                | Self::UpdateMany
                | Self::ReplaceOne
                | Self::UpsertOne
                | Self::DuplicateOne
                | Self::DuplicateMany
                | Self::RestoreOne
                | Self::RestoreMany
                | Self::Batch
                | Self::Account(AccountKind::Register | AccountKind::UpdateAccount)
        )
    }

    /// Whether a call deletes documents.
    pub(crate) const fn deletes(self) -> bool {
        matches!(self, Self::DeleteOne | Self::DeleteMany | Self::PurgeOne | Self::Batch)
    }

    /// Whether a call says what to change of documents that are there: its method is PATCH.
    pub const fn changes(self) -> bool {
        matches!(self, Self::UpdateOne | Self::UpdateMany)
    }

    /// Whether a call has members of a query besides what says which documents it is about.
    pub const fn has_query(self) -> bool {
        match self {
            Self::GetMany | Self::GetOne | Self::Aggregate | Self::Batch | Self::Audit => true,
            Self::Custom(custom) => custom.has_query(),
            _ => false,
        }
    }
}

/// What of a call says which documents it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressing {
    /// One id: in the path, or the payload's `id`.
    Id,
    /// A list of ids: in the query string, or the payload's `ids`.
    Ids,
    /// The members of a query.
    Query,
    /// Nothing: it makes new ones.
    Nothing,
}

/// Whether a route is open to callers without a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Open where no accounts are configured, else protected.
    #[default]
    Default,
    /// Open to everyone.
    Public,
    /// Only for callers with a token.
    Protected,
}

/// A function that answers the calls of a route.
pub type Handler = fn(RawCall) -> RawAnswer;

/// A row of an entity's route table.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Route {
    /// What it does.
    pub kind: RouteKind,
    /// The segment (or segments) that tells it from another route of its kind.
    pub sub_path: Option<&'static str>,
    /// The API version, where it is not the entity's.
    pub version: Option<&'static str>,
    /// The name of its Socket.IO event.
    pub event: &'static str,
    /// Whether it is reached over Socket.IO.
    pub web_socket: WebSocket,
    /// What API documents say of it.
    pub description: Option<&'static str>,
    /// Dotted paths of the references that a client may have replaced by what they refer to.
    pub populate: &'static [&'static str],
    /// Stored names of the fields that tell an upsert which document it is about.
    pub key: &'static [&'static str],
    /// Whether its body is of a type of its own, and not the entity's.
    pub own_body: bool,
    /// Whether its results have a shape of their own, and not that of the entity's view.
    pub presented: bool,
    /// Whether an aggregate's pipeline sees deleted documents, hidden fields, and what is out of its caller's reach.
    pub unrestricted: bool,
    /// Who may call it, which documents there are for the caller, and which of them the caller may see, change or make.
    pub policy: RoutePolicy,
    /// The same of the items of a batch, by what each does.
    pub items: &'static [(RouteKind, RoutePolicy)],
    /// What of the program's own runs around its writes, behind what runs around all of the entity's.
    pub hooks: Hooks,
    /// The same of the items of a batch, by what each does.
    pub item_hooks: &'static [(RouteKind, Hooks)],
    /// What answers its calls.
    pub handler: Handler,
}

impl Route {
    /// A route without options.
    pub const fn new(kind: RouteKind, event: &'static str, handler: Handler) -> Self {
        Self {
            kind,
            sub_path: None,
            version: None,
            event,
            web_socket: WebSocket::Inherit,
            description: None,
            populate: &[],
            key: &[],
            own_body: false,
            presented: false,
            unrestricted: false,
            policy: RoutePolicy::new(),
            items: &[],
            hooks: Hooks::new(),
            item_hooks: &[],
            handler,
        }
    }

    /// Sets which references a client may have replaced by what they refer to.
    #[must_use]
    pub const fn populate(mut self, paths: &'static [&'static str]) -> Self {
        self.populate = paths;
        self
    }

    /// Sets which fields tell an upsert the document it is about.
    #[must_use]
    pub const fn key(mut self, fields: &'static [&'static str]) -> Self {
        self.key = fields;
        self
    }

    /// Gives its body a type of its own.
    #[must_use]
    pub const fn own_body(mut self) -> Self {
        self.own_body = true;
        self
    }

    /// Gives its results a shape of their own.
    #[must_use]
    pub const fn presented(mut self) -> Self {
        self.presented = true;
        self
    }

    /// Sets who may call it, which documents there are for the caller, and which of them the caller may see, change or make.
    #[must_use]
    pub const fn policy(mut self, policy: RoutePolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the policies of the items of a batch, by what each does.
    #[must_use]
    pub const fn items(mut self, policies: &'static [(RouteKind, RoutePolicy)]) -> Self {
        self.items = policies;
        self
    }

    /// Sets what of the program's own runs around its writes.
    #[must_use]
    pub const fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }

    /// Sets what runs around the items of a batch, by what each does.
    #[must_use]
    pub const fn item_hooks(mut self, hooks: &'static [(RouteKind, Hooks)]) -> Self {
        self.item_hooks = hooks;
        self
    }

    /// Shows an aggregate's pipeline deleted documents, hidden fields, and what is out of its caller's reach.
    #[must_use]
    pub const fn unrestricted(mut self) -> Self {
        self.unrestricted = true;
        self
    }

    /// Sets what tells it from another route of its kind.
    #[must_use]
    pub const fn sub_path(mut self, path: &'static str) -> Self {
        self.sub_path = Some(path);
        self
    }

    /// Sets its API version.
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = Some(version);
        self
    }

    /// Sets whether it is reached over Socket.IO.
    #[must_use]
    pub const fn web_socket(mut self, setting: WebSocket) -> Self {
        self.web_socket = setting;
        self
    }

    /// Sets whether it is open to callers without a token; all else that its policy asks stays.
    #[must_use]
    pub const fn access(mut self, access: Access) -> Self {
        self.policy.access = access;
        self
    }

    /// Sets what API documents say of it.
    #[must_use]
    pub const fn description(mut self, text: &'static str) -> Self {
        self.description = Some(text);
        self
    }

    /// Whether a call's body may be a patch document, besides the members to change: nothing says what a patch of a body of the
    /// route's own would be.
    pub const fn takes_patches(&self) -> bool {
        self.kind.changes() && !self.own_body
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("kind", &self.kind).field("event", &self.event).finish_non_exhaustive()
    }
}

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
