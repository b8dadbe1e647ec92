//! Rules over several fields: asked of a document as it will be stored.

use bson::RawDocument;

use crate::{
    coerce::readable,
    entity::EntityMeta,
    error::{Error, Violation},
};

/// Asks all rules of an entity that are over several fields about a document.
///
/// # Errors
/// 400 with what they say, and 500 where the document is none of the entity's.
pub(crate) fn whole(entity: &EntityMeta, document: &RawDocument) -> Result<(), Error> {
    let mut found: Vec<Violation> = vec![];
    for judge in entity.rules {
        let said = judge(document).or_else(|error| match readable(document, entity.fields) {
            Some(document) => judge(&document),
            None => Err(error),
        });
        if let Err(invalid) = said.map_err(Error::internal)? {
            found.extend(invalid.into_violations());
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
}
