#![doc = include_str!("../README.md")]

pub use bson;
pub use dynamic_api_macros::{api_type, dynamic_api};
#[cfg(feature = "mongodb")]
pub use dynamic_api_runtime::store::MongoStore;
pub use dynamic_api_runtime::{
    Bound, BroadcastShape, Check, Denial, DuplicateField, Error, Exists, Invalid, Message, Number, Pattern,
    Problem, Rule, Violation,
    app::{
        ApiHandle, BuildError, Conflict, Cors, DynamicApi, DynamicApiBuilder, InvalidToken, ReplyMode,
        RouteInfo, RouteTable, ServeError, WebSocketConfig,
    },
    auth::{
        AccountCall, Accounts, AuthBroadcast, AuthConfig, AuthHooks, CurrentUser, Deliver, FileDelivery,
        ForwardedHeader, HashPriority, LogDelivery, LoginCheck, PasswordHashing, RateLimit, RateLimits,
        Recipient, RefreshCookie, RouteLimits, SigningKey, Throttled, TokenPair, TokenUse, TrustedProxies,
        VerifyingKey,
    },
    call::{
        AccountKind, CustomInput, CustomMethod, CustomRoute, CustomTarget, Principal, RouteKind, Transport,
        UserPrincipal,
    },
    entity::{AccountMeta, Entity, RegisterField, Stored, UserEntity},
    hook::{AfterSave, AfterSaveFailure, BeforeDelete, BeforeSave, Deleting, Saved, Saving, WriteContext},
    operation::{
        AggregatePresenter, AggregateQuery, AuditEntry, CustomCall, CustomHandler, CustomOutcome, Deleted,
        Json, Page, Rows,
    },
    query::{self, Where},
    repo::{self, Repo, Tx},
    resource::Limits,
    shape::{CallContext, CreateBody, DeletePresenter, ListQuery, Presenter, UpdateBody},
    store::{self, EmbeddedStore, IndexReport, Store, StoreError, SyncIndexes},
    types::{ApiType, DateTime, Decimal128, Id, Password, Patch, Ref, Schema, Uuid},
};
/// The crates whose types are in the interface: the router, and the sockets.
pub use dynamic_api_runtime::{axum, socketioxide};

/// What generated code refers to. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __rt {
    pub use dynamic_api_runtime::__rt::*;
}
