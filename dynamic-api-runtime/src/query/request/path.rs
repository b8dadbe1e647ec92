//! From the name of a member to the field that it is about: only what clients may see and filter by.

use crate::{
    entity::{EntityMeta, Field},
    server_fields::{CREATED_AT, ID, PUBLIC_ID, UPDATED_AT},
    types::{ApiType, DateTime, Id, Schema},
};

/// What a member of a query is about.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The dotted path of stored names.
    pub(super) path: String,
    /// What its values look like.
    pub(super) schema: &'static Schema,
    /// Whether a document may be without it.
    pub(super) is_optional: bool,
    /// Whether a document has one value at the path: it leads through no list and no map.
    is_single: bool,
}

impl Target {
    fn of(path: &str, schema: &'static Schema) -> Self {
        let is_optional = matches!(schema, Schema::Option(_));
        Self { path: path.to_owned(), schema, is_optional, is_single: true }
    }

    /// Whether a list can be sorted by it.
    pub(super) fn is_sortable(&self) -> bool {
        self.is_single && self.schema.is_scalar()
    }

    /// The members inside, where there are declared ones.
    pub(super) fn members(&self) -> &'static [Field] {
        match item(self.schema) {
            Schema::Struct(fields) => fields,
            _ => &[],
        }
    }

    /// The member of this one that a segment of a path names.
    fn inner(mut self, segment: &str) -> Option<Self> {
        let schema = match item(self.schema) {
            Schema::Struct(fields) => filterable(fields, segment)?.schema,
            Schema::Map(values) if is_key(segment) => values,
            _ => return None,
        };
        let is_map = matches!(item(self.schema), Schema::Map(_));
        let is_list = matches!(self.schema.present(), Schema::List(_));
        self.path.push('.');
        self.path.push_str(segment);
        self.is_single &= !is_map && !is_list;
        self.is_optional |= is_map || matches!(schema, Schema::Option(_));
        self.schema = schema;
        Some(self)
    }
}

/// The field that a dotted name is about; `None` where there is none that clients can see and filter by.
pub(super) fn resolve(name: &str, entity: &EntityMeta) -> Option<Target> {
    let mut segments = name.split('.');
    let first = segments.next()?;
    let target = match first {
        PUBLIC_ID => Target::of(ID, Id::SCHEMA),
        CREATED_AT | UPDATED_AT => Target::of(first, DateTime::SCHEMA),
        first => Target::of(first, filterable(entity.fields, first)?.schema),
    };
    segments.try_fold(target, Target::inner)
}

fn filterable(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.name == name && field.is_filterable())
}

/// A schema, or that of a list's items: paths lead through lists, as they do in MongoDB.
fn item(schema: &'static Schema) -> &'static Schema {
    match schema.present() {
        Schema::List(item) => item.present(),
        other => other,
    }
}

/// How long the key of a map can be in a path.
const MAX_KEY_BYTES: usize = 256;

/// Whether a map can have such a key, by the rules of the way in.
fn is_key(segment: &str) -> bool {
    let is_plain = !segment.starts_with('$') && !segment.contains('\0');
    is_plain && !segment.is_empty() && segment.len() <= MAX_KEY_BYTES && segment != "__proto__"
}
