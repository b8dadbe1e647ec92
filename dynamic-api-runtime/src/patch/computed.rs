//! A patch that is computed on a document: applied to what clients see of it, and what differs then is decoded as any update.

use bson::RawDocument;
use json_patch::{PatchOperation, jsonptr::Pointer};
use serde_json::{Map, Value};

use super::{apply, client, merge, operation::Operation, shape::Shape};
use crate::{
    document,
    entity::Field,
    error::{Error, Violation},
    input::Violations,
    query::Update,
    types::Schema,
};

/// A patch whose result depends on the document.
#[derive(Debug)]
pub struct Computed {
    shape: Shape,
    patch: Patch,
}

#[derive(Debug)]
enum Patch {
    Merge(Map<String, Value>),
    Operations(Vec<Operation>),
}

impl Computed {
    pub(super) fn merge(shape: Shape, patch: Map<String, Value>) -> Self {
        Self { shape, patch: Patch::Merge(patch) }
    }

    pub(super) fn operations(shape: Shape, operations: Vec<Operation>) -> Self {
        Self { shape, patch: Patch::Operations(operations) }
    }

    /// The update that makes of `document` what the patch asks for.
    ///
    /// # Errors
    /// 400 where the result is no such document, 409 where a test fails or something is not there.
    pub(crate) fn update(&self, document: &RawDocument) -> Result<Update, Error> {
        let before = client::members(document, self.shape.fields)?;
        let after = self.apply(before.clone())?;
        let mut violations = Violations::default();
        let is_stored = |name: &str| document.get(name).is_ok_and(|value| value.is_some());
        let is_default = |name: &str| self.writes(name) && !is_stored(name);
        let changed = self.changed(&before, after, is_default, &mut violations);
        let decoded = (self.shape.decode)(&changed, &mut violations);
        match decoded.filter(|_| violations.is_empty()) {
            Some(members) => Ok(document::update(&members)?),
            None => Err(self.in_patch(violations)),
        }
    }

    fn apply(&self, members: Map<String, Value>) -> Result<Map<String, Value>, Error> {
        match &self.patch {
            Patch::Merge(patch) => Ok(merge::apply(patch, members, self.shape.fields)),
            Patch::Operations(operations) => {
                let mut after = Value::Object(members);
                apply::operations(operations, &mut after)?;
                match after {
                    Value::Object(members) => Ok(members),
                    _ => Err(Error::internal("a patch replaced the document as a whole")),
                }
            }
        }
    }

    /// Whether the patch writes to a member, or below it.
    pub(crate) fn writes(&self, name: &str) -> bool {
        match &self.patch {
            Patch::Merge(patch) => patch.contains_key(name),
            Patch::Operations(operations) => {
                let leads_to = |operation: &Operation| operation.place.fields.first().map(|field| field.name);
                operations.iter().any(|operation| !operation.is_test() && leads_to(operation) == Some(name))
            }
        }
    }

    /// The members that are not as they were, with `null` for those that are gone, and those that were a default only and are
    /// written now.
    fn changed(
        &self,
        before: &Map<String, Value>,
        mut after: Map<String, Value>,
        is_default: impl Fn(&str) -> bool,
        violations: &mut Violations,
    ) -> Map<String, Value> {
        let mut changed = Map::new();
        for field in self.shape.fields.iter().filter(|field| !field.read_only && !field.computed) {
            let is_optional = matches!(field.schema, Schema::Option(_));
            match (before.get(field.name), after.remove(field.name)) {
                (None, None) => {}
                (Some(before), Some(after)) if apply::equal(before, &after) && !is_default(field.name) => {}
                (None, Some(Value::Null)) if is_optional && field.is_visible() => {}
                (Some(_), None) if !is_optional => violations.push(required(field)),
                (_, after) => {
                    changed.insert(field.name.to_owned(), after.unwrap_or_default());
                }
            }
        }
        changed
    }

    /// Tells the violations of a result where the patch caused them.
    fn in_patch(&self, violations: Violations) -> Error {
        let Patch::Operations(operations) = &self.patch else { return violations.into() };
        match violations.into() {
            Error::Invalid(violations) => {
                let moved = violations.into_iter().map(|violation| Violation {
                    pointer: place(operations, &violation.pointer),
                    ..violation
                });
                Error::Invalid(moved.collect())
            }
            other => other,
        }
    }
}

/// What a member that a document can't be without is told with.
pub(super) fn required(field: &Field) -> Violation {
    Violation::new(format!("/{}", field.name), "required", format!("{} is required", field.name))
}

/// The place in the patch of the operation that wrote last to the place in the document.
pub(super) fn place(operations: &[Operation], pointer: &str) -> String {
    let (Ok(place), false) = (Pointer::parse(pointer), pointer.is_empty()) else { return pointer.to_owned() };
    let last = operations.iter().enumerate().rev().filter(|(_, operation)| !operation.is_test());
    let around = last.clone().find(|(_, operation)| place.starts_with(operation.patch.path()));
    if let Some((index, operation)) = around {
        let below = pointer.get(operation.patch.path().len()..).unwrap_or_default();
        return match operation.patch {
            PatchOperation::Add(_) | PatchOperation::Replace(_) => format!("/{index}/value{below}"),
            _ => format!("/{index}/path"),
        };
    }
    let within = |operation: &Operation| operation.patch.path().first() == place.first();
    let of_member = last.clone().find(|(_, operation)| within(operation));
    // A member that no path leads to was moved away.
    let index = of_member.or_else(|| last.clone().find(|(_, operation)| takes(operation, place)));
    index.map_or_else(|| pointer.to_owned(), |(index, _)| format!("/{index}/path"))
}

fn takes(operation: &Operation, place: &Pointer) -> bool {
    matches!(&operation.patch, PatchOperation::Move(moved) if moved.from.first() == place.first())
}
