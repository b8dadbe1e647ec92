//! The rows of an entity's route table: what a route does, who may call it, and what answers its calls.

use std::fmt;

use super::{AccountKind, CustomRoute, RawAnswer, RawCall};
use crate::{entity::WebSocket, hook::Hooks, policy::RoutePolicy};

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
