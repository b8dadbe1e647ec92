//! A validated entity: what the expansion reads. Nothing here can be wrong any more, and nothing knows of attributes.

mod policy;
mod route;
mod rule;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprPath, Path, Type, Visibility};

pub(crate) use self::{
    policy::{AbilityMode, Access, AfterSave, Hooks, Permit, Policy, Tenant},
    route::{Custom, CustomInput, CustomMethod, CustomTarget, Input, Populate, Route, RouteKind},
    rule::{Bound, Check, Exists, NamedCheck, Number, Rule, TextCheck},
};

/// An entity.
pub(crate) struct Entity {
    pub(crate) krate: Crate,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    /// What the struct derives that the generated types derive too.
    pub(crate) derives: Vec<Path>,
    pub(crate) path: String,
    pub(crate) collection: String,
    pub(crate) api_tag: Option<String>,
    pub(crate) description: String,
    pub(crate) version: Option<String>,
    pub(crate) soft_delete: bool,
    pub(crate) trashed: bool,
    pub(crate) lenient: bool,
    pub(crate) indexed_only: bool,
    pub(crate) page: Option<Page>,
    /// Which documents there are for a caller.
    pub(crate) scope: Option<Path>,
    /// What reading one document asks, by whichever way.
    pub(crate) read: Policy,
    pub(crate) tenant: Option<Tenant>,
    /// The functions of its rules over several fields.
    pub(crate) rules: Vec<ExprPath>,
    pub(crate) web_socket: WebSocket,
    pub(crate) fields: Vec<Field>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) cascades: Vec<Cascade>,
    pub(crate) audit: Option<Audit>,
    pub(crate) hooks: Hooks,
    pub(crate) routes: Vec<Route>,
    pub(crate) customs: Vec<Custom>,
    pub(crate) types: TypeNames,
    /// Of a user entity.
    pub(crate) account: Option<Account>,
}

/// The fields by which a user logs in, by their stored names.
pub(crate) struct Account {
    pub(crate) login: String,
    pub(crate) password: String,
}

/// How many rows a page has, where the client names no limit and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) default: u32,
    pub(crate) max: u32,
}

/// The names of the generated types.
pub(crate) struct TypeNames {
    pub(crate) create: Ident,
    pub(crate) update: Ident,
    pub(crate) view: Ident,
    pub(crate) events: Ident,
    pub(crate) fields: Ident,
}

/// Where the generated code finds `dynamic_api`.
#[derive(Clone)]
pub(crate) struct Crate(pub(crate) Path);

impl Crate {
    /// The module that generated code refers to.
    pub(crate) fn rt(&self) -> TokenStream {
        let path = &self.0;
        quote!(#path::__rt)
    }

    /// Where serde is found, for its attribute `crate`.
    pub(crate) fn serde(&self) -> String {
        self.rt_text("serde")
    }

    /// An item of [`Crate::rt`], for an attribute that takes its path as text.
    pub(crate) fn rt_text(&self, item: &str) -> String {
        let path = self.0.to_token_stream().to_string().replace(' ', "");
        format!("{path}::__rt::{item}")
    }
}

/// Whether something is reached over Socket.IO.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum WebSocket {
    #[default]
    Inherit,
    On,
    Namespace(String),
    Off,
}

/// A field of an entity, or of a nested struct.
pub(crate) struct Field {
    /// Where it starts.
    pub(crate) start: Span,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// Its name in JSON and BSON.
    pub(crate) name: String,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) optional: bool,
    pub(crate) default: Option<Default>,
    pub(crate) codec: Option<Codec>,
    pub(crate) hidden: bool,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) no_filter: bool,
    pub(crate) derived: Option<Derived>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) exists: Option<Exists>,
    /// What it is of a user, besides a field like others.
    pub(crate) credential: Option<Credential>,
    pub(crate) claim: bool,
    pub(crate) register: Option<Registration>,
    /// The claim of the caller that it holds in a new document.
    pub(crate) from_user: Option<String>,
    /// Who sees it, and who can set it; `None` for everybody.
    pub(crate) readable_by: Option<Permit>,
    pub(crate) writable_by: Option<Permit>,
}

/// That each write is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Audit {
    /// After how many seconds an entry is deleted.
    pub(crate) retention: Option<u32>,
}

/// Documents of an entity that refer to this one's by a field.
pub(crate) struct Cascade {
    pub(crate) child: Path,
    pub(crate) field: Ident,
    pub(crate) on_delete: OnDelete,
}

/// What becomes of a document whose parent is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Delete,
    Restrict,
    SetNull,
}

/// What a user logs in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential {
    Login,
    Password,
}

/// Whether a registration has to have a field that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Registration {
    /// Where the field needs a value that nothing else gives it.
    AsDeclared,
    /// In any case.
    Required,
}

/// The functions that a field's value comes from.
pub(crate) enum Derived {
    /// Computed when a document is saved, and stored.
    Save(ExprPath),
    /// Computed when a document is shown, and not stored.
    Read(ExprPath),
    /// Stored as the first computes it, shown as the second does.
    Both(ExprPath, ExprPath),
}

impl Derived {
    /// What computes the value to store.
    pub(crate) fn on_save(&self) -> Option<&ExprPath> {
        match self {
            Self::Save(function) | Self::Both(function, _) => Some(function),
            Self::Read(_) => None,
        }
    }

    /// What computes the value to show.
    pub(crate) fn on_read(&self) -> Option<&ExprPath> {
        match self {
            Self::Read(function) | Self::Both(_, function) => Some(function),
            Self::Save(_) => None,
        }
    }
}

impl Field {
    /// Whether it is computed when it is shown, and not stored.
    pub(crate) fn is_computed(&self) -> bool {
        matches!(self.derived, Some(Derived::Read(_)))
    }

    /// Whether it has a value though none is given.
    pub(crate) fn can_be_left_out(&self) -> bool {
        self.optional || self.default.is_some() || self.derived.is_some()
    }

    /// Whether it is the password of a user.
    pub(crate) fn is_password(&self) -> bool {
        self.credential == Some(Credential::Password)
    }

    /// Whether clients get to see it.
    pub(crate) fn is_visible(&self) -> bool {
        !self.hidden && !self.write_only
    }
}

/// The value of a field that a document lacks.
pub(crate) enum Default {
    /// That of its type.
    Trait,
    /// What a function returns.
    Function(ExprPath),
    /// What an expression comes to.
    Value(Expr),
}

/// The functions that read and write a field whose type is not left to serde's traits.
#[derive(Clone)]
pub(crate) enum Codec {
    /// The functions `serialize` and `deserialize` of a module.
    Module(ExprPath),
    /// Two functions.
    Functions { serialize: ExprPath, deserialize: ExprPath },
}

/// An index.
pub(crate) struct Index {
    pub(crate) keys: Vec<(String, Direction)>,
    pub(crate) kind: IndexKind,
    /// The conditions of its fields.
    pub(crate) cfgs: Vec<Attribute>,
}

/// What an index is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IndexKind {
    /// To make reads faster.
    Plain,
    /// To keep two documents from having one key.
    Unique,
    /// As that, where texts that differ in case alone are one key.
    UniqueIgnoringCase,
    /// To find words.
    Text,
    /// To delete documents so many seconds after the date of its key.
    Ttl(u32),
}

/// The direction of an index key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}
