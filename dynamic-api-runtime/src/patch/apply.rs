//! What operations make of a document in memory.

use json_patch::{PatchErrorKind, PatchOperation, TestOperation, jsonptr::Pointer, patch_unsafe};
use serde_json::{Number, Value};

use super::operation::Operation;
use crate::{
    error::{Error, MAX_DOCUMENT},
    input::{keys, shown},
    types::Schema,
};

/// Applies operations in their order. Where one fails, the document is to be thrown away.
///
/// # Errors
/// 409 where a test fails or something is not there; 400 and 413 where copies of copies get too deep or too large.
pub(super) fn operations(operations: &[Operation], document: &mut Value) -> Result<(), Error> {
    let mut room = MAX_DOCUMENT;
    for (index, operation) in operations.iter().enumerate() {
        apply(operation, document, &mut room).map_err(|failure| failure.of(index))?;
    }
    Ok(())
}

enum Failure {
    /// Why, as the end of a sentence.
    Conflict(String),
    TooDeep,
    TooLarge,
}

impl Failure {
    fn of(self, index: usize) -> Error {
        match self {
            Self::Conflict(why) => {
                Error::PatchConflict(format!("Operation {index} of the patch failed: {why}"))
            }
            Self::TooDeep => {
                let message = format!("values nest at most {} levels deep", keys::MAX_DEPTH);
                Error::violation(format!("/{index}/path"), "range", message)
            }
            Self::TooLarge => Error::PayloadTooLarge { limit: MAX_DOCUMENT },
        }
    }

    fn nothing_at(path: &Pointer) -> Self {
        Self::Conflict(format!("there is nothing at {}", shown(path.as_str())))
    }
}

fn apply(operation: &Operation, document: &mut Value, room: &mut usize) -> Result<(), Failure> {
    match &operation.patch {
        PatchOperation::Test(test) => return check(test, operation.place.schema, document),
        PatchOperation::Copy(copy) => measure(document, &copy.from, &copy.path, room)?,
        PatchOperation::Move(moved) => measure(document, &moved.from, &moved.path, room)?,
        _ => {}
    }
    patch_unsafe(document, std::slice::from_ref(&operation.patch)).map_err(|error| {
        let path = operation.patch.path();
        match (error.kind, &operation.patch) {
            (PatchErrorKind::InvalidPointer, PatchOperation::Remove(_) | PatchOperation::Replace(_)) => {
                Failure::nothing_at(path)
            }
            _ => Failure::Conflict(format!("nothing can be put at {}", shown(path.as_str()))),
        }
    })
}

/// A test. Of an optional member that has no value, `null` is true.
fn check(test: &TestOperation, schema: &Schema, document: &Value) -> Result<(), Failure> {
    let path = &*test.path;
    let holds = match document.pointer(path.as_str()) {
        Some(found) => equal(found, &test.value),
        None => {
            let is_absent = matches!(schema, Schema::Option(_)) && holds_members(document, path);
            if !is_absent {
                return Err(Failure::nothing_at(path));
            }
            test.value.is_null()
        }
    };
    if holds { Ok(()) } else { Err(Failure::Conflict(format!("{} has another value", shown(path.as_str())))) }
}

/// Whether the value around a place is there, and has members.
fn holds_members(document: &Value, path: &Pointer) -> bool {
    path.parent().and_then(|parent| document.pointer(parent.as_str())).is_some_and(Value::is_object)
}

/// Whether two values are equal as RFC 6902 (section 4.6) says: numbers by what they are, and not by how they are written.
pub(super) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => equal_numbers(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value): (&String, &Value)| other.get(name).is_some_and(|it| equal(value, it));
            one.len() == other.len() && one.iter().all(same)
        }
        (one, other) => one == other,
    }
}

fn equal_numbers(one: &Number, other: &Number) -> bool {
    match (one.is_f64(), other.is_f64()) {
        (false, false) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

/// Takes from `room` what a copy adds, so that copies of copies don't double a document until memory ends.
fn measure(document: &Value, from: &Pointer, path: &Pointer, room: &mut usize) -> Result<(), Failure> {
    let Some(value) = document.pointer(from.as_str()) else { return Err(Failure::nothing_at(from)) };
    let extent = Extent::of(value);
    if path.count() + extent.depth > keys::MAX_DEPTH + 1 {
        return Err(Failure::TooDeep);
    }
    *room = room.checked_sub(extent.bytes).ok_or(Failure::TooLarge)?;
    Ok(())
}

/// How far a value reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extent {
    /// Arrays and objects within one another.
    pub(super) depth: usize,
    /// About what it takes in memory.
    bytes: usize,
}

impl Extent {
    pub(super) fn of(value: &Value) -> Self {
        let leaf = Self { depth: 0, bytes: size_of::<Value>() };
        match value {
            Value::String(text) => Self { bytes: leaf.bytes + text.len(), ..leaf },
            Value::Array(values) => values.iter().map(Self::of).fold(leaf, Self::around).deeper(),
            Value::Object(members) => {
                let names: usize = members.keys().map(|name| name.len() + size_of::<String>()).sum();
                let leaf = Self { bytes: leaf.bytes + names, ..leaf };
                members.values().map(Self::of).fold(leaf, Self::around).deeper()
            }
            _ => leaf,
        }
    }

    fn around(self, inner: Self) -> Self {
        Self { depth: self.depth.max(inner.depth), bytes: self.bytes.saturating_add(inner.bytes) }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}
