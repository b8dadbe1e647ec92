//! Dotted paths through documents and arrays, as a filter, a sort key and an index key walk them. It knows no operators.

use bson::{RawArray, RawBsonRef, RawDocument};

use super::raw;
use crate::store::{StoreError, StoreResult};

/// A dotted path, split once.
#[derive(Debug, Clone)]
pub(crate) struct Path(Box<[Part]>);

/// One component of a path.
#[derive(Debug, Clone)]
struct Part {
    name: Box<str>,
    /// The component as an array's index.
    index: Option<usize>,
}

/// How a filter looks at an array at the very end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtEnd {
    /// Its elements, and then itself.
    Elements,
    /// Only itself.
    Itself,
}

impl Path {
    /// Splits a path at its dots.
    pub(crate) fn new(path: &str) -> Self {
        let part = |name: &str| Part { name: name.into(), index: array_index(name) };
        Self(path.split('.').map(part).collect())
    }

    /// Whether a component could be an array's index.
    pub(crate) fn has_index(&self) -> bool {
        self.0.iter().any(|part| part.index.is_some())
    }

    /// Whether any value that the path leads to passes `test`; a place where nothing is stands as `None`.
    ///
    /// An array on the way is walked into through each of its documents, and through its index where the next component is one.
    pub(crate) fn any<'a>(
        &self,
        doc: &'a RawDocument,
        at_end: AtEnd,
        test: &mut impl FnMut(Option<RawBsonRef<'a>>) -> bool,
    ) -> bool {
        any_in_document(doc, &self.0, at_end, test)
    }
}

/// A component that can index an array: digits without leading zeros.
pub(crate) fn array_index(name: &str) -> Option<usize> {
    let plain = name == "0" || (!name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit()));
    if plain { name.parse().ok() } else { None }
}

fn any_in_document<'a>(
    doc: &'a RawDocument,
    path: &[Part],
    at_end: AtEnd,
    test: &mut impl FnMut(Option<RawBsonRef<'a>>) -> bool,
) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    match raw::member(doc, &first.name) {
        Some(RawBsonRef::Array(array)) => any_in_array(array, rest, at_end, test),
        Some(RawBsonRef::Document(inner)) if !rest.is_empty() => any_in_document(inner, rest, at_end, test),
        Some(value) if rest.is_empty() => test(Some(value)),
        _ => test(None),
    }
}

fn any_in_array<'a>(
    array: &'a RawArray,
    path: &[Part],
    at_end: AtEnd,
    test: &mut impl FnMut(Option<RawBsonRef<'a>>) -> bool,
) -> bool {
    let Some((first, rest)) = path.split_first() else {
        let elements = at_end == AtEnd::Elements && raw::values(array).any(|value| test(Some(value)));
        return elements || test(Some(RawBsonRef::Array(array)));
    };
    raw::values(array).enumerate().any(|(index, value)| {
        if let RawBsonRef::Document(doc) = value
            && any_in_document(doc, path, at_end, test)
        {
            return true;
        }
        if first.index != Some(index) {
            return false;
        }
        match value {
            _ if rest.is_empty() => test(Some(value)),
            RawBsonRef::Document(doc) => any_in_document(doc, rest, at_end, test),
            RawBsonRef::Array(inner) => any_in_array(inner, rest, at_end, test),
            _ => false,
        }
    })
}

/// The keys that a compound index on `paths` holds for a document: one of each element of the array on the way, where there is
/// one.
///
/// # Errors
/// Where two of the paths run through different arrays, or a number in a path names both an index and a member.
pub(crate) fn index_keys<'a>(doc: &'a RawDocument, paths: &[&str]) -> StoreResult<Vec<Vec<RawBsonRef<'a>>>> {
    let mut keys = Vec::with_capacity(1);
    let fields =
        paths.iter().map(|path| Field { rest: path, value: RawBsonRef::Null, indexed: None }).collect();
    expand(Some(doc), fields, &mut keys)?;
    Ok(keys)
}

/// The value at `path`, where no array is on the way or at its end; otherwise `Err`.
pub(crate) fn scalar<'a>(doc: &'a RawDocument, path: &str) -> Result<Option<RawBsonRef<'a>>, CrossesArray> {
    let mut rest = path;
    match follow(doc, &mut rest) {
        Some(RawBsonRef::Array(_)) => Err(CrossesArray),
        value => Ok(value),
    }
}

/// A path leads through or to an array.
#[derive(Debug)]
pub(crate) struct CrossesArray;

/// How far one path of a key has been followed.
#[derive(Clone)]
struct Field<'a, 'p> {
    /// What is left of the path; empty at its end.
    rest: &'p str,
    /// The value found so far.
    value: RawBsonRef<'a>,
    /// Where the next component is an index of the array that is being expanded.
    indexed: Option<Indexed<'a, 'p>>,
}

/// What a path leads to through an array's index.
#[derive(Clone)]
struct Indexed<'a, 'p> {
    /// Whether the element at the index is an array itself.
    nested: bool,
    /// What the path leads to from there, up to the next array.
    value: Option<RawBsonRef<'a>>,
    /// What is left of the path then.
    rest: &'p str,
}

impl<'a> Field<'a, '_> {
    /// Follows the path through one document, up to an array. Says as well whether that array is an array's element.
    fn advance(&mut self, doc: Option<&'a RawDocument>) -> StoreResult<(Option<RawBsonRef<'a>>, bool)> {
        let indexed = self.indexed.take();
        let Some(doc) = doc.filter(|doc| raw::member(doc, first_part(self.rest)).is_some()) else {
            let Some(indexed) = indexed else {
                return Ok((None, false));
            };
            self.rest = indexed.rest;
            return Ok((indexed.value, indexed.nested));
        };
        if indexed.is_some() {
            let part = first_part(self.rest);
            return Err(StoreError::Invalid(format!(
                "{part} names both an element of an array and a member in it"
            )));
        }
        Ok((follow(doc, &mut self.rest), false))
    }
}

fn expand<'a>(
    doc: Option<&'a RawDocument>,
    mut fields: Vec<Field<'a, '_>>,
    keys: &mut Vec<Vec<RawBsonRef<'a>>>,
) -> StoreResult<()> {
    let mut array: Option<&'a RawArray> = None;
    let mut through = Vec::new();
    let mut spread = true;
    for (i, field) in fields.iter_mut().enumerate().filter(|(_, field)| !field.rest.is_empty()) {
        let (found, nested) = field.advance(doc)?;
        spread &= !nested;
        match found {
            None => (field.value, field.rest) = (RawBsonRef::Null, ""),
            Some(RawBsonRef::Array(found)) => {
                if array.is_some_and(|other| !std::ptr::eq(other.as_bytes(), found.as_bytes())) {
                    return Err(StoreError::Invalid("cannot sort or index by parallel arrays".into()));
                }
                array = Some(found);
                through.push(i);
            }
            Some(value) => field.value = value,
        }
    }
    let Some(array) = array else {
        keys.push(fields.into_iter().map(|field| field.value).collect());
        return Ok(());
    };
    if array.is_empty() {
        set_ended(&mut fields, &through, RawBsonRef::Undefined);
        return expand(None, fields, keys);
    }
    for field in fields.iter_mut().filter(|field| !field.rest.is_empty()) {
        field.indexed = through_index(array, field.rest);
    }
    for element in raw::values(array) {
        let value = if spread { element } else { RawBsonRef::Array(array) };
        let mut fields = fields.clone();
        set_ended(&mut fields, &through, value);
        expand(as_document(element), fields, keys)?;
    }
    Ok(())
}

/// Sets what the paths that end at an array have there.
fn set_ended<'a>(fields: &mut [Field<'a, '_>], through: &[usize], value: RawBsonRef<'a>) {
    for &i in through {
        if fields[i].rest.is_empty() {
            fields[i].value = value;
        }
    }
}

fn as_document(value: RawBsonRef<'_>) -> Option<&RawDocument> {
    if let RawBsonRef::Document(doc) = value { Some(doc) } else { None }
}

fn first_part(path: &str) -> &str {
    path.split_once('.').map_or(path, |(first, _)| first)
}

fn take_part<'p>(path: &mut &'p str) -> &'p str {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    *path = rest;
    first
}

/// Follows a path from document to document, up to an array.
fn follow<'a>(doc: &'a RawDocument, path: &mut &str) -> Option<RawBsonRef<'a>> {
    let value = raw::member(doc, take_part(path))?;
    continue_from(value, path)
}

fn continue_from<'a>(value: RawBsonRef<'a>, path: &mut &str) -> Option<RawBsonRef<'a>> {
    match value {
        RawBsonRef::Array(_) => Some(value),
        _ if path.is_empty() => Some(value),
        RawBsonRef::Document(inner) => follow(inner, path),
        _ => None,
    }
}

fn through_index<'a, 'p>(array: &'a RawArray, path: &'p str) -> Option<Indexed<'a, 'p>> {
    let mut rest = path;
    let index = array_index(take_part(&mut rest))?;
    let element = raw::values(array).nth(index)?;
    let nested = matches!(element, RawBsonRef::Array(_));
    let value = continue_from(element, &mut rest);
    Some(Indexed { nested, value, rest })
}
