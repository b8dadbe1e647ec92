//! What the macro states about an entity, once: the metadata that everything else reads. No behaviour lives here.

mod account;
mod audit;
mod cascade;

use bson::RawDocument;

pub(crate) use self::audit::{AFTER, BEFORE, DOCUMENT};
pub use self::{
    account::{AccountMeta, RegisterField, UserEntity},
    audit::Audit,
    cascade::{Cascade, OnDelete, RefersTo},
};
use crate::{
    call::Route,
    hook::Hooks,
    input::{CreateInput, UpdateInput},
    policy::{Permit, RoutePolicy, ScopeFn},
    present::View,
    query::Filter,
    server_fields::DELETED_AT,
    store::{CollectionSpec, IndexKind, IndexSpec},
    types::{ApiType, Password, Schema},
    validate::{Exists, JudgeWhole, Rule, all_fit},
};
pub use crate::{index::Index, stored::Stored};

/// A struct with an API of its own. Implemented by `#[dynamic_api]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "has no API",
    note = "put `#[dynamic_api(path = \"...\")]` on the struct"
)]
pub trait Entity: Sized + Send + Sync + 'static {
    /// What a client sends to create or replace one.
    type Create: CreateInput<Self>;
    /// What a client sends to update one.
    type Update: UpdateInput<Self>;
    /// What a client gets to see of one.
    type View: View<Self>;
    /// Its fields, as constants for conditions.
    type Fields;

    /// Names, fields and indexes.
    const META: &'static EntityMeta;
    /// The routes, each with its handler.
    const ROUTES: &'static [Route];

    /// Reads the entity's own fields from a stored document.
    ///
    /// # Errors
    /// Where a required field is missing or a value is of another type.
    fn from_document(document: &RawDocument) -> bson::error::Result<Self>;

    /// Writes the entity's own fields as a document, without the server's members.
    ///
    /// # Errors
    /// Where BSON has no form for a value: an integer above `i64::MAX`.
    fn to_document(&self) -> bson::error::Result<bson::RawDocumentBuf>;
}

/// What is known of an entity at compile time.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EntityMeta {
    /// The struct's name.
    pub name: &'static str,
    /// The path of its routes, without slashes at its ends: `users`, `shop/products`.
    pub path: &'static str,
    /// The collection its documents live in.
    pub collection: &'static str,
    /// What it is called in documents and event names, where that is not the struct's name.
    pub api_tag: Option<&'static str>,
    /// The struct's doc comment, or its `description`.
    pub description: &'static str,
    /// The API version that its routes have unless they name their own.
    pub version: Option<&'static str>,
    /// Whether a delete marks a document and leaves it in place.
    pub soft_delete: bool,
    /// Whether its routes are called over Socket.IO too, unless they say otherwise.
    pub web_socket: WebSocket,
    /// Whether a client may ask for deleted documents: `trashed=only`, `trashed=with`.
    pub trashed: bool,
    /// Whether members of a body that it does not have are ignored, and not refused.
    pub lenient: bool,
    /// Whether filters that no index serves are refused.
    pub indexed_only: bool,
    /// Rows of a page where the client names no limit, and at most, where those are not the application's.
    pub page: Option<(u64, u64)>,
    /// Which documents there are for a caller, on every route.
    pub scope: Option<ScopeFn>,
    /// What the route `get_one` asks of its caller and of documents: what is reached from other entities is held to it, too.
    pub read: RoutePolicy,
    /// The field by which each tenant has documents of its own; it is [from the user](Field::from_user).
    pub tenant: Option<&'static str>,
    /// What is computed of a document before it is stored.
    pub derive_on_save: Option<Derive>,
    /// What is computed of a document before it is shown.
    pub derive_on_read: Option<Derive>,
    /// What must be true of several of its fields together.
    pub rules: &'static [JudgeWhole],
    /// Its fields, in order of declaration.
    pub fields: &'static [Field],
    /// Its indexes.
    pub indexes: &'static [Index],
    /// What becomes of documents that refer to one that is deleted.
    pub cascades: &'static [Cascade],
    /// Whether each write of its documents is told, in the collection of its name and `_audit`.
    pub audit: Option<Audit>,
    /// What of the program's own runs around the writes of its documents.
    pub hooks: Hooks,
}

/// Computes members of a document, by their stored names.
pub type Derive = fn(&RawDocument) -> bson::error::Result<Vec<(&'static str, bson::Bson)>>;

/// Whether something is reached over Socket.IO, and in which namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebSocket {
    /// As the level above says: a route asks its entity, an entity its application.
    #[default]
    Inherit,
    /// Yes, in the namespace of the level above.
    On,
    /// Yes, in this namespace.
    Namespace(&'static str),
    /// No.
    Off,
}

/// A field of an entity.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// Its name in JSON and BSON.
    pub name: &'static str,
    /// What its values look like.
    pub schema: &'static Schema,
    /// The value of a document that lacks it.
    pub default: Option<fn() -> bson::Bson>,
    /// Whether its values never leave the server.
    pub hidden: bool,
    /// Whether clients can't set it.
    pub read_only: bool,
    /// Whether clients can set and not see it.
    pub write_only: bool,
    /// Whether clients can see it, and neither filter nor sort by it.
    pub no_filter: bool,
    /// Whether it is computed when it is read, and not stored.
    pub computed: bool,
    /// The claim of the caller's token that a new document holds here.
    pub from_user: Option<&'static str>,
    /// Which callers see it; `None` for all.
    pub readable_by: Option<Permit>,
    /// Which callers can set it; `None` for all.
    pub writable_by: Option<Permit>,
    /// What must be true of its values.
    pub rules: &'static [Rule],
    /// What the ids in it are to be those of.
    pub exists: Option<Exists>,
}

impl EntityMeta {
    /// The metadata of an entity without fields or options.
    pub const fn new(name: &'static str, path: &'static str, collection: &'static str) -> Self {
        Self {
            name,
            path,
            collection,
            api_tag: None,
            description: "",
            version: None,
            soft_delete: false,
            web_socket: WebSocket::Inherit,
            trashed: false,
            lenient: false,
            indexed_only: false,
            page: None,
            scope: None,
            read: RoutePolicy::new(),
            tenant: None,
            derive_on_save: None,
            derive_on_read: None,
            rules: &[],
            fields: &[],
            indexes: &[],
            cascades: &[],
            audit: None,
            hooks: Hooks::new(),
        }
    }

    /// Sets what it is called in documents and event names.
    #[must_use]
    pub const fn api_tag(mut self, tag: &'static str) -> Self {
        self.api_tag = Some(tag);
        self
    }

    /// Sets what API documents say of it.
    #[must_use]
    pub const fn description(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// Sets the version of its routes.
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = Some(version);
        self
    }

    /// Makes a delete mark documents and leave them in place.
    #[must_use]
    pub const fn soft_delete(mut self) -> Self {
        self.soft_delete = true;
        self
    }

    /// Lets clients ask for deleted documents.
    #[must_use]
    pub const fn trashed(mut self) -> Self {
        self.trashed = true;
        self
    }

    /// Ignores members of a body that it does not have.
    #[must_use]
    pub const fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Refuses filters that no index serves.
    #[must_use]
    pub const fn indexed_only(mut self) -> Self {
        self.indexed_only = true;
        self
    }

    /// Sets how many rows a page has where the client names no limit, and at most.
    #[must_use]
    pub const fn page(mut self, default: u64, max: u64) -> Self {
        self.page = Some((default, max));
        self
    }

    /// Sets which documents there are for a caller, on every route.
    #[must_use]
    pub const fn scope(mut self, scope: ScopeFn) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Sets what reading one of its documents asks.
    #[must_use]
    pub const fn read(mut self, policy: RoutePolicy) -> Self {
        self.read = policy;
        self
    }

    /// Gives each tenant documents of its own, by a field.
    #[must_use]
    pub const fn tenant(mut self, field: &'static str) -> Self {
        self.tenant = Some(field);
        self
    }

    /// Sets what is computed of a document before it is stored.
    #[must_use]
    pub const fn derive_on_save(mut self, derive: Derive) -> Self {
        self.derive_on_save = Some(derive);
        self
    }

    /// Sets what is computed of a document before it is shown.
    #[must_use]
    pub const fn derive_on_read(mut self, derive: Derive) -> Self {
        self.derive_on_read = Some(derive);
        self
    }

    /// Sets what must be true of several of its fields together.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [JudgeWhole]) -> Self {
        self.rules = rules;
        self
    }

    /// Sets whether its routes are reached over Socket.IO.
    #[must_use]
    pub const fn web_socket(mut self, setting: WebSocket) -> Self {
        self.web_socket = setting;
        self
    }

    /// Sets its fields.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [Field]) -> Self {
        self.fields = fields;
        self
    }

    /// Sets its indexes.
    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [Index]) -> Self {
        self.indexes = indexes;
        self
    }

    /// Whether a change can't be made without a look at the document that it makes.
    pub(crate) fn judges_results(&self) -> bool {
        self.derive_on_save.is_some() || !self.rules.is_empty()
    }

    /// Sets what becomes of documents that refer to one that is deleted.
    #[must_use]
    pub const fn cascades(mut self, cascades: &'static [Cascade]) -> Self {
        self.cascades = cascades;
        self
    }

    /// Tells each write of its documents.
    #[must_use]
    pub const fn audit(mut self, audit: Audit) -> Self {
        self.audit = Some(audit);
        self
    }

    /// Sets what of the program's own runs around the writes of its documents.
    #[must_use]
    pub const fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }

    /// What the store is told of the collection.
    pub(crate) fn collection_spec(&self) -> CollectionSpec {
        let indexes: Vec<IndexSpec> = self.indexes.iter().map(|index| index.spec(self)).collect();
        CollectionSpec { name: self.collection.to_owned(), indexes }
    }

    /// The documents that are there for a client.
    pub(crate) fn living(&self) -> Filter {
        if self.soft_delete { Filter::eq(DELETED_AT, bson::Bson::Null) } else { Filter::All }
    }

    /// The paths that are searched for words.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'static str> {
        let texts = self.indexes.iter().filter(|index| index.kind == IndexKind::Text);
        texts.flat_map(|index| index.keys).map(|(path, _)| *path)
    }

    /// Whether the caller may see all that is searched for words: else what is found would tell of it.
    pub(crate) fn shows_texts(&self) -> bool {
        let is_unseen = |path: &str| {
            let top = path.split('.').next().unwrap_or_default();
            self.field(top).is_some_and(|field| !field.is_visible())
        };
        !self.texts().any(is_unseen)
    }

    /// Whether clients can see deleted documents.
    pub(crate) fn shows_trash(&self) -> bool {
        self.soft_delete && self.trashed
    }

    /// What tells it from every other entity of an application. A constant may have several addresses, so that those do not.
    pub(crate) fn identity(&self) -> [&'static str; 3] {
        [self.name, self.path, self.collection]
    }

    /// Whether two are one entity.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Field {
    /// A field of type `T` that clients can read and write.
    ///
    /// # Panics
    /// While the program compiles, where `T` holds a password: it would be shown.
    pub const fn new<T: ApiType>(name: &'static str) -> Self {
        assert!(
            !T::SCHEMA.holds_password(),
            "a `Password` is the password of a user: mark the field with `#[api(password)]`, and store other secrets as text"
        );
        Self {
            name,
            schema: T::SCHEMA,
            default: None,
            hidden: false,
            read_only: false,
            write_only: false,
            no_filter: false,
            computed: false,
            from_user: None,
            readable_by: None,
            writable_by: None,
            rules: &[],
            exists: None,
        }
    }

    /// The password of a user, which clients can write.
    pub const fn password(name: &'static str) -> Self {
        Self { schema: Password::SCHEMA, hidden: true, ..Self::new::<bool>(name) }
    }

    /// A field whose values only functions of its own can read and write.
    pub const fn opaque(name: &'static str) -> Self {
        Self { schema: &Schema::Any, ..Self::new::<bool>(name) }
    }

    /// A field as [`Field::opaque`] that may be left out.
    pub const fn opaque_option(name: &'static str) -> Self {
        Self { schema: &Schema::Option(&Schema::Any), ..Self::opaque(name) }
    }

    /// Sets the value of documents that lack the field.
    #[must_use]
    pub const fn default(mut self, value: fn() -> bson::Bson) -> Self {
        self.default = Some(value);
        self
    }

    /// Keeps its values on the server.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Keeps clients from setting it.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Keeps clients from seeing it.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Keeps clients from filtering and sorting by it.
    #[must_use]
    pub const fn no_filter(mut self) -> Self {
        self.no_filter = true;
        self
    }

    /// Computes it when it is read, and does not store it.
    #[must_use]
    pub const fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// Takes its value in new documents from a claim of the caller's token.
    #[must_use]
    pub const fn from_user(mut self, claim: &'static str) -> Self {
        self.from_user = Some(claim);
        self.read_only = true;
        self
    }

    /// Shows it to some callers only.
    #[must_use]
    pub const fn readable_by(mut self, permit: Permit) -> Self {
        self.readable_by = Some(permit);
        self
    }

    /// Lets some callers set it only.
    #[must_use]
    pub const fn writable_by(mut self, permit: Permit) -> Self {
        self.writable_by = Some(permit);
        self
    }

    /// Whether it depends on the caller what can be done with it.
    pub(crate) fn is_protected(&self) -> bool {
        self.readable_by.is_some() || self.writable_by.is_some()
    }

    /// Whether its caller may not set it, though others may.
    pub(crate) fn is_unwritable(&self) -> bool {
        self.read_only && self.writable_by.is_some()
    }

    /// Whether its caller may not see it, though others may.
    pub(crate) fn is_unreadable(&self) -> bool {
        !self.is_visible() && self.readable_by.is_some()
    }

    /// Whether a stored document can do without it.
    pub(crate) fn can_be_missing(&self) -> bool {
        self.default.is_some() || matches!(self.schema, Schema::Option(_))
    }

    /// Sets what must be true of its values.
    ///
    /// # Panics
    /// While the program compiles, where a rule is of other types than the field's.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        assert!(
            all_fit(rules, self.schema),
            "a rule of `validate` does not fit the type of its field: `length` is for texts, lists and maps, `range` for numbers, `inner` \
             for lists and maps, `custom` for all, and every other rule for texts"
        );
        self.rules = rules;
        self
    }

    /// Sets what the ids in it are to be those of.
    #[must_use]
    pub const fn exists(mut self, exists: Exists) -> Self {
        self.exists = Some(exists);
        self
    }

    /// Whether clients can filter and sort by it.
    pub fn is_filterable(&self) -> bool {
        self.is_visible() && !self.no_filter && !self.computed
    }

    /// Whether a client that creates a document must send it.
    pub fn is_required(&self) -> bool {
        !self.read_only && self.default.is_none() && !matches!(self.schema, Schema::Option(_))
    }

    /// Whether clients get to see its values.
    pub fn is_visible(&self) -> bool {
        !self.hidden && !self.write_only
    }
}
