//! Whole numbers that JavaScript programs stored as doubles, made integers again where a field is one.
//!
//! The Node driver stores every number beyond 32 bits as a double, so that documents of a former Node application hold
//! doubles where their fields are integers. The straight way of reading does not look for them; only a document that could not
//! be read comes here.

use bson::{Bson, Document, RawDocument, RawDocumentBuf};

use crate::{entity::Field, types::Schema};

/// The largest magnitude up to which doubles hold every integer: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The document with integers in the place of whole doubles, where `fields` are integers; `None` where there are none.
pub(crate) fn whole_numbers(document: &RawDocument, fields: &[Field]) -> Option<RawDocumentBuf> {
    let mut document = Document::try_from(document).ok()?;
    if !coerce_members(&mut document, fields) {
        return None;
    }
    RawDocumentBuf::try_from(&document).ok()
}

/// Whether a member was coerced.
fn coerce_members(document: &mut Document, fields: &[Field]) -> bool {
    fields.iter().fold(false, |coerced, field| match document.get_mut(field.name) {
        Some(value) => coerce(value, field.schema) | coerced,
        None => coerced,
    })
}

fn coerce_all<'a>(values: impl Iterator<Item = &'a mut Bson>, schema: &Schema) -> bool {
    values.fold(false, |coerced, value| coerce(value, schema) | coerced)
}

fn coerce(value: &mut Bson, schema: &Schema) -> bool {
    match (schema, value) {
        (Schema::Option(inner), value) => coerce(value, inner),
        (Schema::Integer { .. }, value @ Bson::Double(_)) => {
            let Some(whole) = value.as_f64().and_then(whole) else { return false };
            *value = Bson::Int64(whole);
            true
        }
        (Schema::List(item), Bson::Array(values)) => coerce_all(values.iter_mut(), item),
        (Schema::Map(item), Bson::Document(values)) => {
            coerce_all(values.iter_mut().map(|(_, value)| value), item)
        }
        (Schema::Struct(fields), Bson::Document(values)) => coerce_members(values, fields),
        _ => false,
    }
}

/// The integer that a double is, where it holds one for certain.
pub(crate) fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    let whole = number as i64;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(whole)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use bson::doc;

    use super::*;

    const FIELDS: &[Field] = &[
        Field::new::<i64>("views"),
        Field::new::<Option<Vec<u32>>>("scores"),
        Field::new::<f64>("price"),
        Field::new::<String>("name"),
    ];

    fn coerced(document: &Document) -> Option<Document> {
        let raw = RawDocumentBuf::try_from(document).unwrap();
        whole_numbers(&raw, FIELDS).map(|raw| Document::try_from(raw).unwrap())
    }

    #[test]
    fn whole_doubles_of_integer_fields_become_integers() {
        let stored = doc! { "views": 3e9, "scores": [1.0, 2], "price": 3.0, "name": 1.0 };
        let read = doc! { "views": 3_000_000_000_i64, "scores": [1_i64, 2], "price": 3.0, "name": 1.0 };
        assert_eq!(coerced(&stored), Some(read));
    }

    #[test]
    fn what_is_no_whole_number_stays() {
        for views in [1.5, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(coerced(&doc! { "views": views }), None);
        }
    }
}
