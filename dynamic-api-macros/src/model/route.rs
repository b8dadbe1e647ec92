//! The routes of an entity, those of the program's own among them.

use proc_macro2::Span;
use syn::{Path, Type};

use super::{Hooks, Policy, WebSocket};

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
