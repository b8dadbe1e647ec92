//! A declared index, and what it is in a store.

use bson::spec::ElementType;

use crate::{
    entity::EntityMeta,
    query::{Direction, Sort},
    server_fields::DELETED_AT,
    store::{IndexKind, IndexSpec},
    types::Schema,
};

/// An index as an entity declares it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Index {
    /// Dotted paths of stored names, with their directions.
    pub keys: &'static [(&'static str, Direction)],
    /// What it is for.
    pub kind: IndexKind,
}

impl Index {
    /// An index that makes reads faster.
    pub const fn new(keys: &'static [(&'static str, Direction)]) -> Self {
        Self { keys, kind: IndexKind::Plain }
    }

    /// An index that also keeps two documents from having one key.
    pub const fn unique(keys: &'static [(&'static str, Direction)]) -> Self {
        Self { keys, kind: IndexKind::Unique }
    }

    /// An index that also keeps two documents from having keys that differ in case alone.
    pub const fn unique_ci(keys: &'static [(&'static str, Direction)]) -> Self {
        Self { keys, kind: IndexKind::UniqueIgnoringCase }
    }

    /// An index that finds words.
    pub const fn text(keys: &'static [(&'static str, Direction)]) -> Self {
        Self { keys, kind: IndexKind::Text }
    }

    /// An index of a date, so many seconds after which a document expires.
    pub const fn ttl(keys: &'static [(&'static str, Direction)], seconds: u32) -> Self {
        Self { keys, kind: IndexKind::Ttl { seconds } }
    }

    /// The index in the store. A plain one ends with `_id`, as the order of every list does (see
    /// [`Sort::stable`](crate::query::Sort::stable)). A unique one holds among living documents, and leaves out those in which an
    /// optional field has no value: two users without an e-mail address are no conflict.
    pub(crate) fn spec(&self, entity: &EntityMeta) -> IndexSpec {
        let mut keys: Vec<(String, Direction)> =
            self.keys.iter().map(|(path, direction)| ((*path).to_owned(), *direction)).collect();
        if self.kind == IndexKind::Plain {
            keys = Sort(keys).stable().0;
        }
        let optional = |path: &str| match entity.field(path)?.schema {
            Schema::Option(inner) => Some((path.to_owned(), inner.element_types())),
            _ => None,
        };
        let is_unique = self.kind.is_unique();
        let only_types = if is_unique {
            self.keys.iter().filter_map(|(path, _)| optional(path)).collect()
        } else {
            vec![]
        };
        let only_null = if is_unique && entity.soft_delete { vec![DELETED_AT.to_owned()] } else { vec![] };
        IndexSpec { keys, kind: self.kind, only_types, only_null }
    }
}

impl Schema {
    /// The BSON types in which values of the schema are stored, by this library or by another program.
    pub(crate) fn element_types(&self) -> Vec<ElementType> {
        use ElementType as Bson;
        match self {
            Self::String | Self::Enum(_) | Self::Password => vec![Bson::String],
            Self::Integer { .. } | Self::Float => vec![Bson::Int32, Bson::Int64, Bson::Double],
            Self::Bool => vec![Bson::Boolean],
            Self::Id | Self::Ref(_) => vec![Bson::ObjectId],
            Self::DateTime => vec![Bson::DateTime],
            Self::Decimal => vec![Bson::Decimal128],
            Self::Uuid => vec![Bson::Binary],
            Self::Option(inner) => inner.element_types(),
            Self::List(_) => vec![Bson::Array],
            Self::Map(_) | Self::Struct(_) => vec![Bson::EmbeddedDocument],
            Self::Any => vec![
                Bson::String,
                Bson::Int32,
                Bson::Int64,
                Bson::Double,
                Bson::Boolean,
                Bson::EmbeddedDocument,
                Bson::Array,
            ],
        }
    }
}
