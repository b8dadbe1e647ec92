//! What of an entity the patches of its documents go by.

use std::fmt;

use super::place::{Refused, Usage};
use crate::{
    entity::Field,
    error::DENIAL,
    input::{DecodeValues, Input, decode_values, shown, unknown},
    server_fields::{CREATED_AT, PUBLIC_ID, UPDATED_AT},
    types::{DateTime, Id},
};

/// An entity, without its type.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    entity: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) decode: DecodeValues,
}

/// The server's own members that clients see, by the names that they see.
static OF_SERVER: [Field; 3] = [
    Field::new::<Id>(PUBLIC_ID).read_only(),
    Field::new::<Option<DateTime>>(CREATED_AT).read_only(),
    Field::new::<Option<DateTime>>(UPDATED_AT).read_only(),
];

impl Shape {
    pub(super) fn of<I: Input>(fields: &'static [Field]) -> Self {
        Self { entity: I::ENTITY, fields, decode: decode_values::<I> }
    }

    /// The member of this name, if a patch may use it so.
    pub(super) fn admit(&self, name: &str, usage: Usage) -> Result<&'static Field, Refused> {
        let Some(field) = self.fields.iter().chain(&OF_SERVER).find(|field| field.name == name) else {
            return Err(Refused::new("unknown", unknown(self.entity, self.fields, name)));
        };
        if usage.reads() && field.hidden {
            // In the words for a name that is not declared.
            return Err(Refused::new("unknown", unknown(self.entity, self.fields, name)));
        }
        if usage.reads() && field.write_only {
            return Err(Refused::new("unknown", format!("{} is no member of {}", shown(name), self.entity)));
        }
        if usage.writes() && field.is_unwritable() {
            return Err(Refused::new(DENIAL, format!("{name} can't be set by this caller")));
        }
        if usage.writes() && (field.read_only || field.computed) {
            return Err(Refused::new("readOnly", format!("{name} can't be set")));
        }
        if usage.reads() && field.computed {
            let message = format!("{name} is computed when it is read: a patch can't refer to it");
            return Err(Refused::new("patch", message));
        }
        Ok(field)
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shape").field(&self.entity).finish()
    }
}
