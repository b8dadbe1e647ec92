//! Patch documents: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902) as updates of stored documents. It knows no transport
//! and no store.
//!
//! What a patch changes is the document as clients see it: the visible members by their JSON names and in their JSON forms. A
//! hidden or write-only member is not there; it can be written as a whole, and nothing that a patch does tells whether it has a
//! value. Where the patch alone says what to write, it becomes an update with a guard, in one round trip; otherwise it is
//! computed on the document ([`Computed`]).

mod apply;
mod client;
mod computed;
mod direct;
mod merge;
mod operation;
mod place;
mod probe;
mod shape;
#[cfg(test)]
mod tests;

pub(crate) use self::computed::Computed;
use self::shape::Shape;
use crate::{
    entity::Field,
    error::Error,
    input::Input,
    query::{Filter, Update},
};

/// What a patch asks of a document.
#[derive(Debug)]
pub enum Plan {
    /// To be done in one round trip.
    Direct {
        /// What the document must satisfy besides: [`Filter::All`] where there is nothing.
        guard: Filter,
        /// What is done to it then.
        update: Update,
        /// The same computed, for a document that does not satisfy the guard: it tells why, or that it can be done all the same.
        otherwise: Option<Computed>,
    },
    /// To be computed on the document as it is, and written if it is still that.
    Computed(Computed),
}

/// What a JSON Merge Patch asks for, of the fields as the caller sees them.
///
/// # Errors
/// 400: it is no object, changes nothing, or names or sets what can't be set; pointers lead into the patch.
pub(crate) fn merge_patch<I: Input>(json: &[u8], fields: &'static [Field]) -> Result<Plan, Error> {
    merge::plan(json, Shape::of::<I>(fields))
}

/// What a JSON Patch asks for, of the fields as the caller sees them.
///
/// # Errors
/// 400: it is no list of operations, changes nothing, or names or sets what can't be set; pointers lead into the patch.
pub(crate) fn json_patch<I: Input>(json: &[u8], fields: &'static [Field]) -> Result<Plan, Error> {
    let shape = Shape::of::<I>(fields);
    let operations = operation::parse(json, shape)?;
    Ok(match direct::plan(shape, &operations)? {
        Some((guard, update)) => {
            let has_guard = guard != Filter::All;
            let otherwise = has_guard.then(|| Computed::operations(shape, operations));
            Plan::Direct { guard, update, otherwise }
        }
        None => Plan::Computed(Computed::operations(shape, operations)),
    })
}

impl Plan {
    /// The change of the members that a client sent, whatever the document holds.
    pub(crate) fn members(update: Update) -> Self {
        Self::Direct { guard: Filter::All, update, otherwise: None }
    }
}
