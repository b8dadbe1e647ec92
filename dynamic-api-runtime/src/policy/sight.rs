//! An entity as a caller sees it: fields that the caller may not read are hidden, or can be written only, and those that the caller
//! may not set are read-only. Everything else goes by an entity's metadata, and so by these policies without knowing of them.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use crate::{
    call::UserPrincipal,
    entity::{EntityMeta, Field},
};

/// The entities of an application as callers see them, each form made when it is first needed.
///
/// A form lives as long as the program, like the metadata that it is of. There are as many as answers that the policies of one
/// entity's fields can give together, and not as many as callers.
#[derive(Default)]
pub(crate) struct Sights(Mutex<HashMap<Key, &'static EntityMeta>>);

/// An entity, and of each of its fields what the caller may do.
type Key = ([&'static str; 3], Vec<Permissions>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Permissions {
    read: bool,
    write: bool,
}

impl Sights {
    /// The entity as a caller sees it.
    pub(crate) fn of(
        &self,
        entity: &'static EntityMeta,
        user: Option<&UserPrincipal>,
    ) -> &'static EntityMeta {
        if !entity.fields.iter().any(Field::is_protected) {
            return entity;
        }
        let permissions: Vec<Permissions> =
            entity.fields.iter().map(|field| Permissions::of(field, user, entity)).collect();
        if permissions.iter().all(|may| may.read && may.write) {
            return entity;
        }
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (entity.identity(), permissions);
        if let Some(seen) = made.get(&key) {
            return seen;
        }
        let seen = Box::leak(Box::new(seen(entity, &key.1)));
        made.insert(key, seen);
        seen
    }
}

impl Permissions {
    fn of(field: &Field, user: Option<&UserPrincipal>, entity: &EntityMeta) -> Self {
        let allows = |rule: Option<super::Permit>| rule.is_none_or(|rule| rule.allows_all(user, entity));
        Self { read: allows(field.readable_by), write: allows(field.writable_by) }
    }

    fn apply(self, field: &Field) -> Field {
        Field {
            hidden: field.hidden || (!self.read && !self.write),
            write_only: field.write_only || (!self.read && self.write),
            read_only: field.read_only || !self.write,
            ..*field
        }
    }
}

fn seen(entity: &EntityMeta, permissions: &[Permissions]) -> EntityMeta {
    let fields: Vec<Field> =
        entity.fields.iter().zip(permissions).map(|(field, may)| may.apply(field)).collect();
    EntityMeta { fields: fields.leak(), ..*entity }
}

impl fmt::Debug for Sights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sights")
    }
}
