//! What a hook changes of a document: members that the entity does not have stay as they are stored, also within its structs.

use bson::{Bson, RawBson, RawBsonRef, RawDocument, RawDocumentBuf};

use crate::{entity::EntityMeta, error::Error};

/// The members of a stored document that are to change, where the entity read from it `was` this and `is` that now. Null takes a member
/// away.
pub(super) fn difference(
    entity: &EntityMeta,
    stored: &RawDocument,
    was: &RawDocument,
    is: &RawDocument,
) -> Result<Vec<(&'static str, Bson)>, Error> {
    let mut changes = vec![];
    for field in entity.fields.iter().filter(|field| !field.computed) {
        let changed = change(field.name, stored, was, is).map_err(Error::internal)?;
        changes.extend(changed.map(|value| (field.name, value)));
    }
    Ok(changes)
}

/// The new value of a member; `None` where it stays as it is.
fn change(
    name: &str,
    stored: &RawDocument,
    was: &RawDocument,
    is: &RawDocument,
) -> bson::error::Result<Option<Bson>> {
    match (was.get(name)?, is.get(name)?) {
        (was, is) if was == is => Ok(None),
        (_, None) => Ok(Some(Bson::Null)),
        (was, Some(new)) => match merge(stored.get(name)?, was, new)? {
            Some(merged) => Bson::try_from(RawBson::Document(merged)).map(Some),
            None => Bson::try_from(new).map(Some),
        },
    }
}

/// A struct as it is stored, with what changed of it; `None` where not all three are structs.
fn merge(
    stored: Option<RawBsonRef<'_>>,
    was: Option<RawBsonRef<'_>>,
    is: RawBsonRef<'_>,
) -> bson::error::Result<Option<RawDocumentBuf>> {
    let (Some(RawBsonRef::Document(stored)), Some(RawBsonRef::Document(was)), RawBsonRef::Document(is)) =
        (stored, was, is)
    else {
        return Ok(None);
    };
    let mut merged = RawDocumentBuf::new();
    for element in stored {
        let (name, old) = element?;
        match (was.get(name)?, is.get(name)?) {
            // The entity does not know it, or left it alone.
            (was, is) if was == is => merged.append(name, old),
            (_, None) => {}
            (was, Some(new)) => match merge(Some(old), was, new)? {
                Some(below) => merged.append(name, below),
                None => merged.append(name, new),
            },
        }
    }
    for element in is {
        let (name, new) = element?;
        if stored.get(name)?.is_none() && was.get(name)? != Some(new) {
            merged.append(name, new);
        }
    }
    Ok(Some(merged))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use bson::rawdoc;

    use super::*;
    use crate::entity::Field;

    const META: EntityMeta = EntityMeta::new("Post", "posts", "posts").fields(&[
        Field::new::<String>("title"),
        Field::opaque("place"),
        Field::opaque_option("note"),
        Field::new::<i64>("size").computed(),
    ]);

    fn changes(stored: &RawDocument, was: &RawDocument, is: &RawDocument) -> Vec<(&'static str, Bson)> {
        difference(&META, stored, was, is).unwrap()
    }

    #[test]
    fn what_a_hook_leaves_alone_is_no_change() {
        let stored = rawdoc! { "title": "a", "place": { "city": "b", "old": 1 }, "unknown": 1 };
        let was = rawdoc! { "title": "a", "place": { "city": "b", "zip": "default" } };
        assert_eq!(changes(&stored, &was, &was), []);
    }

    #[test]
    fn members_are_set_taken_away_and_merged() {
        let stored = rawdoc! { "title": "a", "place": { "city": "b", "old": 1, "gone": 2 }, "note": "c" };
        let was =
            rawdoc! { "title": "a", "place": { "city": "b", "gone": 2, "zip": "0" }, "note": "c", "size": 1 };
        let is = rawdoc! { "title": "z", "place": { "city": "x", "zip": "0" }, "size": 2 };
        let place = bson::doc! { "city": "x", "old": 1 };
        assert_eq!(
            changes(&stored, &was, &is),
            [("title", "z".into()), ("place", place.into()), ("note", Bson::Null)]
        );
    }

    #[test]
    fn a_struct_in_the_place_of_something_else_is_set_as_a_whole() {
        let stored = rawdoc! { "title": "a" };
        let was = rawdoc! { "title": "a", "place": { "city": "b", "zip": "0" } };
        let is = rawdoc! { "title": "a", "place": { "city": "c", "zip": "0" } };
        assert_eq!(changes(&stored, &was, &is), [("place", bson::doc! { "city": "c", "zip": "0" }.into())]);
    }
}
