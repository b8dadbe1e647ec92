//! The operations of a JSON Patch (RFC 6902): read from the client's text, and checked as far as no document is needed.

use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchOperation, RemoveOperation, ReplaceOperation,
    TestOperation,
    jsonptr::{Pointer, PointerBuf},
};
use serde_json::{Value, value::RawValue};

use super::{
    apply::Extent,
    place::{Place, Usage},
    shape::Shape,
};
use crate::{
    error::{Error, Violation},
    input::{Members, Violations, from_json, keys, reason},
};

/// At most how many operations a patch has.
const MAX_OPERATIONS: usize = 100;

/// An operation, and the place that its `path` leads to.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(super) patch: PatchOperation,
    pub(super) place: Place,
}

impl Operation {
    pub(super) fn is_test(&self) -> bool {
        matches!(self.patch, PatchOperation::Test(_))
    }
}

/// Reads a JSON Patch.
///
/// # Errors
/// All that is wrong with it at once, or that it asks for no change.
pub(super) fn parse(json: &[u8], shape: Shape) -> Result<Vec<Operation>, Error> {
    let items: Vec<&RawValue> = from_json(json, "a JSON Patch must be an array of operations")?;
    if items.len() > MAX_OPERATIONS {
        let message = format!("a JSON Patch must hold at most {MAX_OPERATIONS} operations");
        return Err(Error::violation("", "range", message));
    }
    let (mut operations, mut violations) = (Vec::with_capacity(items.len()), Violations::default());
    for (index, item) in items.into_iter().enumerate() {
        let at = format!("/{index}");
        match serde_json::from_str(item.get()) {
            Ok(members) => {
                let reader = Reader { shape, at, members, violations: &mut violations };
                operations.extend(reader.operation());
            }
            Err(error) => {
                let message = reason(&error, "each operation of a JSON Patch must be an object");
                violations.push(Violation::new(at, "type", message));
            }
        }
    }
    if !violations.is_empty() {
        return Err(violations.into());
    }
    if operations.iter().all(Operation::is_test) {
        return Err(Error::InvalidBody);
    }
    Ok(operations)
}

/// Reads one operation. Each step that fails tells its violation and comes to `None`.
struct Reader<'a, 'v> {
    shape: Shape,
    at: String,
    members: Members<'a>,
    violations: &'v mut Violations,
}

impl Reader<'_, '_> {
    fn operation(mut self) -> Option<Operation> {
        let kind = self.text("op")?;
        match &*kind {
            "test" => {
                let (path, value) = (self.place("path", Usage::Read), self.value());
                let ((path, place), value) = (path?, value?);
                Some(Operation { patch: PatchOperation::Test(TestOperation { path, value }), place })
            }
            "add" | "replace" => {
                let (path, value) = (self.place("path", Usage::Write), self.value());
                let ((path, place), value) = (path?, value?);
                self.check_depth(&path, &value)?;
                // What a client can't see is set whether it is there or not.
                let patch = if &*kind == "replace" && place.is_visible() {
                    PatchOperation::Replace(ReplaceOperation { path, value })
                } else {
                    PatchOperation::Add(AddOperation { path, value })
                };
                Some(Operation { patch, place })
            }
            "remove" => {
                let (path, place) = self.place("path", Usage::Write)?;
                let patch = if place.is_visible() {
                    PatchOperation::Remove(RemoveOperation { path })
                } else {
                    PatchOperation::Add(AddOperation { path, value: Value::Null })
                };
                Some(Operation { patch, place })
            }
            "copy" => {
                let (from, path) = (self.place("from", Usage::Read), self.place("path", Usage::Write));
                let ((from, _), (path, place)) = (from?, path?);
                Some(Operation { patch: PatchOperation::Copy(CopyOperation { from, path }), place })
            }
            "move" => {
                let (from, path) = (self.place("from", Usage::Take), self.place("path", Usage::Write));
                let ((from, _), (path, place)) = (from?, path?);
                if path.starts_with(&from) && path != from {
                    return self.fail("path", "patch", "a value can't be moved into itself");
                }
                Some(Operation { patch: PatchOperation::Move(MoveOperation { from, path }), place })
            }
            _ => self.fail("op", "patch", "op must be one of add, remove, replace, move, copy, test"),
        }
    }

    fn fail<T>(&mut self, member: &str, code: &'static str, message: impl Into<String>) -> Option<T> {
        self.violations.push(Violation::new(format!("{}/{member}", self.at), code, message));
        None
    }

    fn text(&mut self, member: &str) -> Option<String> {
        let Some(value) = self.members.get(member) else {
            return self.fail(member, "required", format!("{member} is required"));
        };
        match serde_json::from_str(value.get()) {
            Ok(text) => Some(text),
            Err(_) => self.fail(member, "type", format!("{member} must be a string")),
        }
    }

    fn place(&mut self, member: &str, usage: Usage) -> Option<(PointerBuf, Place)> {
        let text = self.text(member)?;
        let Ok(pointer) = Pointer::parse(&text) else {
            return self.fail(member, "patch", format!("{member} must be a JSON pointer, such as /name"));
        };
        match Place::find(&self.shape, pointer, usage) {
            Ok(place) => Some((pointer.to_buf(), place)),
            Err(refused) => {
                self.violations.push(refused.at(format!("{}/{member}", self.at)));
                None
            }
        }
    }

    fn value(&mut self) -> Option<Value> {
        let Some(value) = self.members.get("value") else {
            return self.fail("value", "required", "value is required");
        };
        if let Err(message) = keys::check(value) {
            return self.fail("value", "key", message);
        }
        match serde_json::from_str(value.get()) {
            Ok(value) => Some(value),
            Err(_) => self.fail("value", "range", "value holds a number that is too large"),
        }
    }

    fn check_depth(&mut self, path: &Pointer, value: &Value) -> Option<()> {
        if path.count() + Extent::of(value).depth > keys::MAX_DEPTH + 1 {
            let message = format!("values nest at most {} levels deep", keys::MAX_DEPTH);
            return self.fail("value", "range", message);
        }
        Some(())
    }
}
