//! A validated entity: what the expansion reads. Nothing here can be wrong any more, and nothing knows of attributes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprPath, Path, Type, Visibility};

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
    pub(crate) web_socket: WebSocket,
    pub(crate) fields: Vec<Field>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) routes: Vec<Route>,
    pub(crate) types: TypeNames,
}

/// The names of the generated types.
pub(crate) struct TypeNames {
    pub(crate) create: Ident,
    pub(crate) update: Ident,
    pub(crate) view: Ident,
    pub(crate) events: Ident,
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
}

impl Field {
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
    pub(crate) unique: bool,
    /// The conditions of its fields.
    pub(crate) cfgs: Vec<Attribute>,
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
    pub(crate) access: Option<Access>,
    pub(crate) description: Option<String>,
    pub(crate) aggregate: Option<Aggregate>,
    /// The name of its handler, and in capitals of its event's constant.
    pub(crate) handler: String,
}

/// The types of an aggregate route.
#[derive(Clone)]
pub(crate) struct Aggregate {
    pub(crate) query: Type,
    pub(crate) presenter: Option<Type>,
}

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// The names of all kinds.
    pub(crate) const NAMES: [&str; 12] = [
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
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::DEFAULT.into_iter().chain([Self::Aggregate]).find(|kind| kind.name() == name)
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
            Self::Aggregate => {
                ("GET", vec![sub_path.map_or_else(|| "/aggregate".to_owned(), |sub| format!("/{sub}"))])
            }
        };
        paths.into_iter().map(|path| (method, path)).collect()
    }
}
