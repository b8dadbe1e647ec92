//! What an update or a replacement makes of a document. It knows no storage and no filter.

use std::cmp::Ordering;

use bson::{
    Bson, RawArray, RawArrayBuf, RawBson, RawBsonRef, RawDocument, RawDocumentBuf,
    raw::{RawElement, cstr},
};

use super::{
    number::Number,
    order::{compare, equal},
    raw, unsupported,
};
use crate::{
    query::{FieldUpdate, Replacement, Update},
    store::{StoreError, StoreResult},
};

/// At most how many nulls a change behind the end of an array puts before itself.
const MAX_PADDING: usize = 1_500_000;

/// The document as the update leaves it.
///
/// # Errors
/// [`StoreError::Invalid`] where two changes meet in one path, a value's type forbids its change, or `_id` would become another.
pub(crate) fn apply(doc: &RawDocument, update: &Update) -> StoreResult<RawDocumentBuf> {
    let mut changes = Changes::default();
    for (path, change) in &update.0 {
        check_operand(path, change)?;
        changes.add(path, path, change)?;
    }
    let changed = changes.apply_to_document(doc)?;
    if changes.get("_id").is_some() && id_bytes(doc) != id_bytes(&changed) {
        return Err(invalid("the update would change the immutable field _id"));
    }
    Ok(changed)
}

/// The `_id` as it is stored: an equal number of another type would be a change.
fn id_bytes(doc: &RawDocument) -> Vec<u8> {
    let mut id = RawDocumentBuf::new();
    if let Some(value) = raw::member(doc, "_id") {
        id.append(cstr!("_id"), value);
    }
    id.into_bytes()
}

/// The document that takes the place of another: its `_id`, the new members, and those that are kept.
pub(crate) fn replace(doc: &RawDocument, replacement: &Replacement) -> RawDocumentBuf {
    let kept = |name: &str| if replacement.keep.contains(&name) { raw::member(doc, name) } else { None };
    let mut out = RawDocumentBuf::new();
    if let Some(id) = raw::member(doc, "_id") {
        out.append(cstr!("_id"), id);
    }
    for element in raw::elements(&replacement.document).filter(|element| element.key().as_str() != "_id") {
        match kept(element.key().as_str()) {
            Some(value) => out.append(element.key(), value),
            None => raw::copy(&mut out, &element),
        }
    }
    for name in &replacement.keep {
        let is_there = raw::member(&out, name).is_some();
        let old = raw::elements(doc).find(|element| element.key().as_str() == *name);
        if let (false, Some(element)) = (is_there, old) {
            raw::copy(&mut out, &element);
        }
    }
    out
}

/// The changes below one place of a document, in the order in which they are applied: numbers by value, other names by letters.
#[derive(Default)]
struct Changes<'u>(Vec<(&'u str, Node<'u>)>);

enum Node<'u> {
    Change(&'u FieldUpdate),
    Below(Changes<'u>),
}

/// What a change makes of a value that is there.
enum Outcome {
    Keep,
    Remove,
    Become(RawBson),
}

impl<'u> Changes<'u> {
    fn add(&mut self, rest: &'u str, whole: &str, change: &'u FieldUpdate) -> StoreResult<()> {
        let (name, below) = rest.split_once('.').map_or((rest, None), |(name, below)| (name, Some(below)));
        check_name(name, whole, rest.len() == whole.len())?;
        let position = self.0.binary_search_by(|(other, _)| compare_names(other, name));
        match (position, below) {
            (Err(i), None) => self.0.insert(i, (name, Node::Change(change))),
            (Err(i), Some(below)) => {
                let mut changes = Self::default();
                changes.add(below, whole, change)?;
                self.0.insert(i, (name, Node::Below(changes)));
            }
            (Ok(i), below) => match (&mut self.0[i].1, below) {
                (Node::Below(changes), Some(below)) => changes.add(below, whole, change)?,
                _ => return Err(invalid(format!("the change of {whole} conflicts with another one"))),
            },
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<&Node<'u>> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, node)| node)
    }

    fn apply_to_document(&self, doc: &RawDocument) -> StoreResult<RawDocumentBuf> {
        let mut out = RawDocumentBuf::new();
        for element in raw::elements(doc) {
            match self.get(element.key().as_str()) {
                Some(node) => node.apply_to_member(&mut out, &element)?,
                None => raw::copy(&mut out, &element),
            }
        }
        for (name, node) in &self.0 {
            if raw::member(doc, name).is_none()
                && let Some(value) = node.create()?
            {
                raw::append(&mut out, name, value.as_raw_bson_ref())?;
            }
        }
        Ok(out)
    }

    fn apply_to_array(&self, array: &RawArray) -> StoreResult<RawArrayBuf> {
        let mut values: Vec<RawBson> = raw::values(array).map(RawBson::from).collect();
        for (name, node) in &self.0 {
            // An update counts zeros in front of an index as nothing.
            let index = if is_number(name) { name.parse().ok() } else { None };
            let Some(index): Option<usize> = index else {
                if node.needs_its_path() {
                    return Err(invalid(format!("there can be no member {name} in an array")));
                }
                continue;
            };
            if let Some(value) = values.get_mut(index) {
                match node.apply(value.as_raw_bson_ref())? {
                    Outcome::Keep => {}
                    Outcome::Remove => *value = RawBson::Null,
                    Outcome::Become(changed) => *value = changed,
                }
            } else if let Some(value) = node.create()? {
                if index - values.len() > MAX_PADDING {
                    return Err(invalid(format!("the index {index} is too far behind the end of the array")));
                }
                values.resize(index, RawBson::Null);
                values.push(value);
            }
        }
        Ok(raw::array(values.iter().map(RawBson::as_raw_bson_ref)))
    }
}

impl Node<'_> {
    fn apply_to_member(&self, out: &mut RawDocumentBuf, element: &RawElement<'_>) -> StoreResult<()> {
        let value = element.value().map_err(StoreError::other)?;
        match self.apply(value)? {
            Outcome::Keep => out.append(element.key(), value),
            Outcome::Remove => {}
            Outcome::Become(changed) => out.append(element.key(), &changed),
        }
        Ok(())
    }

    fn apply(&self, value: RawBsonRef<'_>) -> StoreResult<Outcome> {
        let changes = match self {
            Self::Change(change) => return change_value(change, value),
            Self::Below(changes) => changes,
        };
        Ok(Outcome::Become(match value {
            RawBsonRef::Document(doc) => changes.apply_to_document(doc)?.into(),
            RawBsonRef::Array(array) => changes.apply_to_array(array)?.into(),
            _ if self.needs_its_path() => {
                return Err(invalid("there can be no member in a value that is no document"));
            }
            _ => return Ok(Outcome::Keep),
        }))
    }

    /// Whether it fails where a scalar is in the way.
    fn needs_its_path(&self) -> bool {
        match self {
            Self::Change(change) => !matches!(change, FieldUpdate::Unset),
            Self::Below(changes) => changes.0.iter().any(|(_, node)| node.needs_its_path()),
        }
    }

    /// Whether it puts a value where nothing is.
    fn creates(&self) -> bool {
        match self {
            Self::Change(change) => !matches!(change, FieldUpdate::Unset | FieldUpdate::Pull(_)),
            Self::Below(changes) => changes.0.iter().any(|(_, node)| node.creates()),
        }
    }

    /// The value that it puts where nothing is.
    fn create(&self) -> StoreResult<Option<RawBson>> {
        let changes = match self {
            Self::Change(change) => return create_value(change),
            Self::Below(changes) => changes,
        };
        if !self.creates() {
            return Ok(None);
        }
        Ok(Some(changes.apply_to_document(&RawDocumentBuf::new())?.into()))
    }
}

fn change_value(change: &FieldUpdate, value: RawBsonRef<'_>) -> StoreResult<Outcome> {
    Ok(match change {
        FieldUpdate::Set(new) => Outcome::Become(raw::from_bson(new)?),
        FieldUpdate::Unset => Outcome::Remove,
        FieldUpdate::Inc(by) => increment(value, by)?,
        FieldUpdate::Min(bound) => bounded(value, bound, Ordering::Less)?,
        FieldUpdate::Max(bound) => bounded(value, bound, Ordering::Greater)?,
        FieldUpdate::Push(new) => {
            let mut values = elements(value)?;
            values.extend(raws(new)?);
            become_array(&values)
        }
        FieldUpdate::AddToSet(new) => {
            let mut values = elements(value)?;
            add_missing(&mut values, raws(new)?);
            become_array(&values)
        }
        FieldUpdate::Pull(unwanted) => {
            let unwanted = raws(unwanted)?;
            let mut values = elements(value)?;
            values.retain(|value| !holds(&unwanted, value));
            become_array(&values)
        }
    })
}

fn create_value(change: &FieldUpdate) -> StoreResult<Option<RawBson>> {
    Ok(match change {
        FieldUpdate::Set(value)
        | FieldUpdate::Inc(value)
        | FieldUpdate::Min(value)
        | FieldUpdate::Max(value) => Some(raw::from_bson(value)?),
        FieldUpdate::Push(values) => Some(array_of(&raws(values)?)),
        FieldUpdate::AddToSet(values) => {
            let mut set = Vec::new();
            add_missing(&mut set, raws(values)?);
            Some(array_of(&set))
        }
        FieldUpdate::Unset | FieldUpdate::Pull(_) => None,
    })
}

fn increment(value: RawBsonRef<'_>, by: &Bson) -> StoreResult<Outcome> {
    let by = raw::from_bson(by)?;
    let (Some(number), Some(by)) = (Number::of(value), Number::of(by.as_raw_bson_ref())) else {
        return Err(invalid("cannot increment a value that is no number"));
    };
    let sum = number.add(by).ok_or_else(|| invalid("the incremented value is beyond 64 bits"))?;
    let sum = sum.into_bson();
    // An equal number of the same type stays as it was written: -0, or a decimal's trailing zeros.
    let changes = sum.element_type() != value.element_type() || !equal(sum.as_raw_bson_ref(), value);
    Ok(if changes { Outcome::Become(sum) } else { Outcome::Keep })
}

/// The bound, where it stands in `order` to the value.
fn bounded(value: RawBsonRef<'_>, bound: &Bson, order: Ordering) -> StoreResult<Outcome> {
    let bound = raw::from_bson(bound)?;
    let replaces = compare(bound.as_raw_bson_ref(), value) == order;
    Ok(if replaces { Outcome::Become(bound) } else { Outcome::Keep })
}

fn elements(value: RawBsonRef<'_>) -> StoreResult<Vec<RawBson>> {
    let RawBsonRef::Array(array) = value else {
        let kind = value.element_type();
        return Err(invalid(format!("the value must be an array but is of type {kind:?}")));
    };
    Ok(raw::values(array).map(RawBson::from).collect())
}

fn raws(values: &[Bson]) -> StoreResult<Vec<RawBson>> {
    values.iter().map(raw::from_bson).collect()
}

fn holds(values: &[RawBson], value: &RawBson) -> bool {
    values.iter().any(|other| equal(other.as_raw_bson_ref(), value.as_raw_bson_ref()))
}

fn add_missing(values: &mut Vec<RawBson>, new: Vec<RawBson>) {
    for value in new {
        if !holds(values, &value) {
            values.push(value);
        }
    }
}

fn array_of(values: &[RawBson]) -> RawBson {
    raw::array(values.iter().map(RawBson::as_raw_bson_ref)).into()
}

fn become_array(values: &[RawBson]) -> Outcome {
    Outcome::Become(array_of(values))
}

/// Numbers by value before all other names, which go by their letters.
fn compare_names(a: &str, b: &str) -> Ordering {
    if is_number(a) && is_number(b) {
        let (a_digits, b_digits) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
        let by_value = a_digits.len().cmp(&b_digits.len()).then_with(|| a_digits.cmp(b_digits));
        return by_value.then_with(|| a.cmp(b));
    }
    a.cmp(b)
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn check_name(name: &str, path: &str, is_first: bool) -> StoreResult<()> {
    if name.is_empty() {
        return Err(invalid(format!("the path {path:?} has an empty component")));
    }
    if name == "$" || name.starts_with("$[") {
        return Err(unsupported(format!("the positional operator {name} in {path}")));
    }
    if is_first && name.starts_with('$') {
        return Err(invalid(format!("{name} can't be a member's name")));
    }
    Ok(())
}

fn check_operand(path: &str, change: &FieldUpdate) -> StoreResult<()> {
    match change {
        FieldUpdate::Inc(by) if !is_numeric(by) => {
            Err(invalid(format!("cannot increment {path} by a value that is no number")))
        }
        _ => Ok(()),
    }
}

fn is_numeric(value: &Bson) -> bool {
    matches!(value, Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_))
}

fn invalid(why: impl Into<String>) -> StoreError {
    StoreError::Invalid(why.into())
}
