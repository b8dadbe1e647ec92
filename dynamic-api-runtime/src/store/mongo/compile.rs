//! From the query AST to MongoDB's language. Every value goes in as a literal: nothing that a value holds can become an operator.

use bson::{Bson, Document, RawDocument, doc};

use super::seek;
pub(super) use crate::store::match_language::{check_path, filter, nothing, type_numbers};
use crate::{
    query::{Direction, FieldUpdate, Find, Projection, Replacement, Sort, Update},
    store::{StoreError, StoreResult},
};

/// The condition of a read: its filter, behind its position.
pub(super) fn condition(find: &Find) -> StoreResult<Document> {
    match &find.after {
        Some(position) => seek::behind(&find.filter, &find.sort, position),
        None => filter(&find.filter),
    }
}

/// The sort keys. A key that stands twice has its first place and direction, as the second can't change the order.
pub(super) fn sort(sort: &Sort) -> Document {
    let mut keys = Document::new();
    for (path, way) in &sort.0 {
        keys.entry(path.clone()).or_insert_with(|| direction(*way).into());
    }
    keys
}

pub(super) fn direction(way: Direction) -> i32 {
    match way {
        Direction::Ascending => 1,
        Direction::Descending => -1,
    }
}

/// The projection; `None` for whole documents.
pub(super) fn projection(projection: &Projection) -> Option<Document> {
    let Projection::Only(paths) = projection else { return None };
    let mut members = doc! { "_id": 1 };
    // The server refuses a path beside one below it.
    let is_covered = |path: &String| {
        let above = path.match_indices('.').map(|(end, _)| &path[..end]);
        above.into_iter().any(|above| paths.iter().any(|other| other == above))
    };
    let outermost = paths.iter().filter(|path| !is_covered(path));
    members.extend(outermost.map(|path| (path.clone(), Bson::Int32(1))));
    Some(members)
}

/// An update as update operators, in the order of their first use.
///
/// # Errors
/// [`StoreError::Invalid`] where a path stands twice: a document of operators could hold only one of the two.
pub(super) fn update(update: &Update) -> StoreResult<Document> {
    let mut seen = std::collections::HashSet::new();
    let mut operators = Document::new();
    for (path, change) in &update.0 {
        if !seen.insert(path) {
            return Err(StoreError::Invalid(format!("two changes of `{path}`")));
        }
        let (operator, value) = field_update(change);
        if let Bson::Document(paths) = operators.entry(operator.to_owned()).or_insert_with(|| doc! {}.into())
        {
            paths.insert(path.clone(), value);
        }
    }
    Ok(operators)
}

fn field_update(change: &FieldUpdate) -> (&'static str, Bson) {
    let each = |values: &Vec<Bson>| doc! { "$each": values.clone() }.into();
    match change {
        FieldUpdate::Set(value) => ("$set", value.clone()),
        FieldUpdate::Unset => ("$unset", "".into()),
        FieldUpdate::Inc(by) => ("$inc", by.clone()),
        FieldUpdate::Min(value) => ("$min", value.clone()),
        FieldUpdate::Max(value) => ("$max", value.clone()),
        FieldUpdate::Push(values) => ("$push", each(values)),
        FieldUpdate::AddToSet(values) => ("$addToSet", each(values)),
        FieldUpdate::Pull(values) => ("$pullAll", values.clone().into()),
    }
}

/// A replacement as an update pipeline, which alone can carry members over in the same command. A kept member that the stored
/// document lacks stays missing: `$mergeObjects` leaves out what resolves to nothing.
pub(super) fn replacement(replacement: &Replacement) -> StoreResult<Vec<Document>> {
    let mut document = to_document(&replacement.document)?;
    document.remove("_id");
    let kept: Document =
        replacement.keep.iter().map(|name| ((*name).to_owned(), format!("${name}").into())).collect();
    let merged = doc! { "$mergeObjects": [{ "_id": "$_id" }, { "$literal": document }, kept] };
    Ok(vec![doc! { "$replaceWith": merged }])
}

fn to_document(document: &RawDocument) -> StoreResult<Document> {
    Document::try_from(document).map_err(StoreError::other)
}
