//! A validated entity: what the expansion reads. Nothing here can be wrong any more, and nothing knows of attributes.

mod rule;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprPath, Path, Type, Visibility};

pub(crate) use self::rule::{Bound, Check, Exists, NamedCheck, Number, Rule, TextCheck};

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

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Public,
    Protected,
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

/// Who may do what with which documents on a route.
#[derive(Clone, Default)]
pub(crate) struct Policy {
    /// Whether it is open to callers without a token, where that was said.
    pub(crate) access: Option<Access>,
    pub(crate) scope: Option<Path>,
    pub(crate) ability: Option<Permit>,
    pub(crate) mode: AbilityMode,
    pub(crate) auth_ability: Option<Path>,
}

impl Policy {
    /// Whether it says nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.access.is_none() && self.asks_no_more()
    }

    /// Whether it asks nothing besides whether there is a token.
    pub(crate) fn asks_no_more(&self) -> bool {
        self.scope.is_none() && self.ability.is_none() && self.auth_ability.is_none()
    }
}

/// What becomes of a document that an ability refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum AbilityMode {
    /// The call is refused.
    #[default]
    Throw,
    /// It is as if it were not there.
    Filter,
}

/// Which documents a caller may see, change or make.
#[derive(Clone)]
pub(crate) enum Permit {
    /// Those whose field holds what the claim says; by stored names.
    Holds {
        field: String,
        claim: String,
    },
    /// All, where the claim is one of these.
    Claims {
        claim: String,
        values: Vec<String>,
    },
    /// All, where somebody calls.
    User,
    All(Vec<Permit>),
    Any(Vec<Permit>),
    Not(Box<Permit>),
    /// A function of a document and the call.
    Code(Path),
    /// A function of the caller alone.
    Caller(Path),
}

/// The field by which tenants are told apart, by its stored name, and the caller's claim that it holds.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) field: String,
    pub(crate) claim: String,
}

/// That each write is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Audit {
    /// After how many seconds an entry is deleted.
    pub(crate) retention: Option<u32>,
}

/// What runs around the writes of an entity, or of a route.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) before_save: Option<Path>,
    pub(crate) before_delete: Option<Path>,
    pub(crate) after_save: Option<AfterSave>,
}

impl Hooks {
    pub(crate) fn is_empty(&self) -> bool {
        self.before_save.is_none() && self.before_delete.is_none() && self.after_save.is_none()
    }
}

/// What is done with a document that was saved.
#[derive(Clone)]
pub(crate) struct AfterSave {
    pub(crate) hook: Path,
    /// How often it is tried again, and after how many milliseconds first.
    pub(crate) retry: Option<(u32, u64)>,
}

impl AfterSave {
    /// The first pause where none is written, in milliseconds.
    pub(crate) const DELAY: u64 = 1000;
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

/// A route.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) kind: RouteKind,
    pub(crate) sub_path: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) event: String,
    pub(crate) web_socket: WebSocket,
    pub(crate) description: Option<String>,
    pub(crate) input: Input,
    /// The type of its results, where that is not the kind's own.
    pub(crate) presenter: Option<Type>,
    pub(crate) populate: Vec<Populate>,
    /// Stored names of the fields that tell an upsert which document it is about.
    pub(crate) key: Vec<String>,
    pub(crate) unrestricted: bool,
    pub(crate) policy: Policy,
    /// What the items of a batch are held to, by what each does.
    pub(crate) items: Vec<(RouteKind, Policy)>,
    pub(crate) hooks: Hooks,
    /// What runs around the items of a batch, by what each does.
    pub(crate) item_hooks: Vec<(RouteKind, Hooks)>,
    /// The name of its handler, and in capitals of its event's constant.
    pub(crate) handler: String,
}

/// A route whose work is a function of the program's own.
pub(crate) struct Custom {
    pub(crate) handler: Path,
    /// The last name of the handler's path.
    pub(crate) function: String,
    /// What the route is called in generated code, and in capitals its event's constant.
    pub(crate) name: String,
    pub(crate) method: CustomMethod,
    pub(crate) target: CustomTarget,
    /// What follows the entity's path, and the id where there is one.
    pub(crate) sub_path: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) event: String,
    pub(crate) input: CustomInput,
    pub(crate) presenter: Option<Type>,
    pub(crate) web_socket: WebSocket,
    pub(crate) description: Option<String>,
    pub(crate) policy: Policy,
}

impl Custom {
    /// The name of its generated function.
    pub(crate) fn generated(&self) -> String {
        format!("custom_{}", self.name)
    }
}

/// The method of a custom route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CustomMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl CustomMethod {
    const NAMES: [(&str, Self); 5] = [
        ("get", Self::Get),
        ("post", Self::Post),
        ("put", Self::Put),
        ("patch", Self::Patch),
        ("delete", Self::Delete),
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(text, _)| *text == name).map(|(_, method)| *method)
    }

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// Which documents a custom route is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CustomTarget {
    Nothing,
    One,
    Many,
}

/// What a custom route takes besides.
pub(crate) enum CustomInput {
    Nothing,
    Body(Type),
    Query(Type),
}

/// What a route takes.
#[derive(Clone)]
pub(crate) enum Input {
    /// Nothing that has a type.
    Nothing,
    /// The generated type with every field.
    Create,
    /// The generated type with any of the fields.
    Update,
    /// A type of the user's own.
    Own(Box<Type>),
}

/// A path through references that clients may ask to follow.
#[derive(Clone)]
pub(crate) struct Populate {
    /// Its names, as they are stored.
    pub(crate) path: String,
    /// The stored name of its first field.
    pub(crate) field: String,
    /// Where that is written.
    pub(crate) place: Span,
}

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RouteKind {
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
}

impl RouteKind {
    /// The kinds that an entity has unless it says otherwise.
    pub(crate) const DEFAULT: [Self; 11] = [
        Self::GetMany,
        Self::GetOne,
        Self::CreateOne,
        Self::CreateMany,
        Self::UpdateOne,
        Self::UpdateMany,
        Self::ReplaceOne,
        Self::DuplicateOne,
        Self::DuplicateMany,
        Self::DeleteOne,
        Self::DeleteMany,
    ];

    /// The kinds that are there only where they are listed.
    pub(crate) const LISTED: [Self; 7] = [
        Self::Aggregate,
        Self::UpsertOne,
        Self::RestoreOne,
        Self::RestoreMany,
        Self::PurgeOne,
        Self::Batch,
        Self::Audit,
    ];

    /// The names of all kinds.
    pub(crate) const NAMES: [&str; 18] = [
        "get_many",
        "get_one",
        "create_one",
        "create_many",
        "update_one",
        "update_many",
        "replace_one",
        "duplicate_one",
        "duplicate_many",
        "delete_one",
        "delete_many",
        "aggregate",
        "upsert_one",
        "restore_one",
        "restore_many",
        "purge_one",
        "batch",
        "audit",
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::DEFAULT.into_iter().chain(Self::LISTED).find(|kind| kind.name() == name)
    }

    /// What a route of the kind takes unless it says otherwise.
    pub(crate) fn input(self) -> Input {
        match self {
            Self::CreateOne | Self::CreateMany | Self::ReplaceOne | Self::UpsertOne => Input::Create,
            Self::UpdateOne | Self::UpdateMany | Self::DuplicateOne | Self::DuplicateMany => Input::Update,
            _ => Input::Nothing,
        }
    }

    /// Whether it answers a list, and not one thing.
    pub(crate) fn answers_list(self) -> bool {
        matches!(
            self,
            Self::GetMany
                | Self::CreateMany
                | Self::UpdateMany
                | Self::DuplicateMany
                | Self::RestoreMany
                | Self::Batch
                | Self::Audit
        )
    }

    /// Whether it changes nothing.
    pub(crate) fn is_read(self) -> bool {
        matches!(self, Self::GetMany | Self::GetOne | Self::Aggregate | Self::Audit)
    }

    /// Whether it is about documents that are deleted softly.
    pub(crate) fn is_of_trash(self) -> bool {
        matches!(self, Self::RestoreOne | Self::RestoreMany | Self::PurgeOne)
    }

    /// The name in attributes, of the handler, and of the operation in the runtime.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The methods and paths that a route of the kind answers below the entity's path.
    pub(crate) fn endpoints(self, sub_path: Option<&str>) -> Vec<(&'static str, String)> {
        let below =
            |prefix: &str| sub_path.map_or_else(|| prefix.to_owned(), |sub| format!("{prefix}/{sub}"));
        let bulk = |prefix: &str| match sub_path {
            Some(sub) => vec![format!("{prefix}/{sub}")],
            None => vec![prefix.to_owned(), format!("{prefix}/many")],
        };
        let (method, paths) = match self {
            Self::GetMany => ("GET", vec![below("")]),
            Self::GetOne => ("GET", vec![format!("{}/:id", below(""))]),
            Self::CreateOne => ("POST", vec![below("")]),
            Self::CreateMany => ("POST", vec![below("/many")]),
            Self::UpdateOne => ("PATCH", vec![below("/:id")]),
            Self::UpdateMany => ("PATCH", bulk("")),
            Self::ReplaceOne => ("PUT", vec![below("/:id")]),
            Self::DuplicateOne => ("POST", vec![below("/duplicate/:id")]),
            Self::DuplicateMany => ("POST", bulk("/duplicate")),
            Self::DeleteOne => ("DELETE", vec![below("/:id")]),
            Self::DeleteMany => ("DELETE", bulk("")),
            Self::UpsertOne => ("PUT", vec![below("")]),
            Self::RestoreOne => ("POST", vec![below("/restore/:id")]),
            Self::RestoreMany => ("POST", bulk("/restore")),
            Self::PurgeOne => ("DELETE", vec![below("/purge/:id")]),
            Self::Batch => ("POST", vec![below("/batch")]),
            Self::Audit => ("GET", vec![below("/:id/audit")]),
            Self::Aggregate => {
                ("GET", vec![sub_path.map_or_else(|| "/aggregate".to_owned(), |sub| format!("/{sub}"))])
            }
        };
        paths.into_iter().map(|path| (method, path)).collect()
    }
}
