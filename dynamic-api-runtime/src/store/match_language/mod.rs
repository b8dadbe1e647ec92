//! From the filter AST to MongoDB's match language, in which the conditions of an aggregation pipeline are written for every store.
//! Every value goes in as a literal: nothing that a value holds can become an operator.

mod search;
#[cfg(test)]
mod tests;

use bson::{Bson, Document, RawDocument, doc, spec::ElementType};

use super::{StoreError, StoreResult};
use crate::query::{Filter, Op};

/// A filter as a condition.
pub(crate) fn filter(filter: &Filter) -> StoreResult<Document> {
    Ok(match filter {
        Filter::All => doc! {},
        Filter::Nothing => nothing(),
        Filter::And(parts) => match &parts[..] {
            [] => doc! {},
            [only] => self::filter(only)?,
            parts => doc! { "$and": all(parts)? },
        },
        Filter::Or(parts) => match &parts[..] {
            [] => nothing(),
            [only] => self::filter(only)?,
            parts => doc! { "$or": all(parts)? },
        },
        Filter::Not(part) => doc! { "$nor": [self::filter(part)?] },
        Filter::Field { path, op } => field(path, op)?,
        Filter::Text(text) => search::text(text),
        Filter::Same(document) => same(document)?,
    })
}

fn all(parts: &[Filter]) -> StoreResult<Vec<Document>> {
    parts.iter().map(filter).collect()
}

/// An `$in` of nothing: the server answers it without looking at a document.
pub(crate) fn nothing() -> Document {
    doc! { "_id": { "$in": [] } }
}

/// The guard on a whole document; `_id` stands beside it so that the index finds the candidate.
fn same(document: &RawDocument) -> StoreResult<Document> {
    let whole = Document::try_from(document).map_err(StoreError::other)?;
    let id = whole.get("_id").cloned();
    let equal = doc! { "$eq": ["$$ROOT", { "$literal": whole }] };
    Ok(match id {
        Some(id) => doc! { "_id": { "$eq": id }, "$expr": equal },
        None => doc! { "$expr": equal },
    })
}

fn field(path: &str, op: &Op) -> StoreResult<Document> {
    check_path(path)?;
    let one = |operator: &str, value: Bson| doc! { path: { operator: value } };
    Ok(match op {
        Op::Eq(value) => one("$eq", value.clone()),
        Op::Ne(value) if is_literal(value) => one("$ne", value.clone()),
        Op::Ne(value) => doc! { "$nor": equals_any(path, std::slice::from_ref(value)) },
        Op::Gt(value) => one("$gt", value.clone()),
        Op::Gte(value) => one("$gte", value.clone()),
        Op::Lt(value) => one("$lt", value.clone()),
        Op::Lte(value) => one("$lte", value.clone()),
        Op::In(values) if values.iter().all(is_literal) => one("$in", values.clone().into()),
        Op::In(values) => doc! { "$or": equals_any(path, values) },
        Op::Nin(values) if values.iter().all(is_literal) => one("$nin", values.clone().into()),
        Op::Nin(values) => doc! { "$nor": equals_any(path, values) },
        Op::Exists(wanted) => one("$exists", (*wanted).into()),
        Op::All(values) if values.iter().all(is_literal) => one("$all", values.clone().into()),
        Op::All(values) => doc! { "$and": equals_any(path, values) },
        Op::Size(size) => one("$size", i64::from(*size).into()),
        Op::Type(types) if types.is_empty() => nothing(),
        Op::Type(types) => one("$type", type_numbers(types)),
        Op::Contains(text) => one("$regex", escape(text).into()),
        Op::StartsWith(text) => one("$regex", format!("^{}", escape(text)).into()),
        // `$` would also hold before a line break at the end.
        Op::EndsWith(text) => one("$regex", format!("{}\\z", escape(text)).into()),
    })
}

/// A path that starts with `$` would be an operator.
pub(crate) fn check_path(path: &str) -> StoreResult<()> {
    if path.starts_with('$') {
        return Err(StoreError::Invalid(format!("a path can't start with `$`: {path}")));
    }
    Ok(())
}

fn equals_any(path: &str, values: &[Bson]) -> Vec<Document> {
    values.iter().map(|value| doc! { path: { "$eq": value.clone() } }).collect()
}

/// Whether a list operator takes this value as it is. A regular expression would be matched, and a document that starts with
/// `$` be read as an operator; `$eq` takes both by their value.
fn is_literal(value: &Bson) -> bool {
    match value {
        Bson::RegularExpression(_) => false,
        Bson::Document(document) => document.keys().next().is_none_or(|first| !first.starts_with('$')),
        _ => true,
    }
}

/// A text as a pattern of PCRE that matches it letter for letter.
fn escape(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            // A pattern can't hold NUL itself.
            '\0' => pattern.push_str("\\x00"),
            letter if letter.is_ascii() && !letter.is_ascii_alphanumeric() => pattern.extend(['\\', letter]),
            letter => pattern.push(letter),
        }
    }
    pattern
}

pub(crate) fn type_numbers(types: &[ElementType]) -> Bson {
    let number = |element: &ElementType| match element {
        ElementType::MinKey => -1,
        other => i32::from(*other as u8),
    };
    Bson::Array(types.iter().map(|element| number(element).into()).collect())
}
