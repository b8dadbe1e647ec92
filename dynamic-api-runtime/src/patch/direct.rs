//! A JSON Patch as an update with a guard, where its operations say what to write without a look at the document.

use bson::Bson;
use json_patch::PatchOperation;
use serde_json::{Map, Value};

use super::{apply, client, computed, operation::Operation, place::Place, probe, shape::Shape};
use crate::{
    coerce::whole,
    entity::Field,
    error::{Error, Violation},
    input::Violations,
    query::{FieldUpdate, Filter, Op, Update},
    server_fields::UPDATED_AT,
    types::{DateTime, Schema},
};

/// The guard and the update of a patch; `None` where they depend on the document.
///
/// # Errors
/// 400 where a value can't be one of its member's.
pub(super) fn plan(shape: Shape, operations: &[Operation]) -> Result<Option<(Filter, Update)>, Error> {
    let mut direct = Direct {
        shape,
        operations,
        guard: Filter::All,
        update: Update::default(),
        written: vec![],
        violations: Violations::default(),
    };
    if operations.iter().any(|operation| direct.add(operation).is_none()) {
        return Ok(None);
    }
    if !direct.violations.is_empty() {
        return Err(direct.violations.into());
    }
    Ok(Some((direct.guard, direct.update.set(UPDATED_AT, DateTime::now()))))
}

struct Direct<'a> {
    shape: Shape,
    operations: &'a [Operation],
    guard: Filter,
    update: Update,
    written: Vec<&'a Place>,
    violations: Violations,
}

impl<'a> Direct<'a> {
    /// Adds what an operation asks for; `None` where that depends on the document.
    fn add(&mut self, operation: &'a Operation) -> Option<()> {
        let place = &operation.place;
        if let PatchOperation::Add(add) = &operation.patch
            && is_end_of_list(place)
        {
            return self.push(place, &add.value);
        }
        let field = place.reachable()?;
        if self.written.iter().any(|written| written.touches(place)) {
            return None;
        }
        match &operation.patch {
            PatchOperation::Test(test) => {
                self.require(is_equal(place, field, &test.value)?);
                return Some(());
            }
            PatchOperation::Add(add) => self.change(place, Some(&add.value))?,
            PatchOperation::Replace(replace) => {
                self.require(has_value(place, field)?);
                self.change(place, Some(&replace.value))?;
            }
            PatchOperation::Remove(_) => {
                self.require(has_value(place, field)?);
                self.change(place, None)?;
            }
            PatchOperation::Move(_) | PatchOperation::Copy(_) => return None,
        }
        self.written.push(place);
        Some(())
    }

    fn require(&mut self, condition: Filter) {
        self.guard = std::mem::replace(&mut self.guard, Filter::All).and(condition);
    }

    fn change(&mut self, place: &Place, value: Option<&Value>) -> Option<()> {
        let change = match (&place.fields[..], value) {
            ([field], None) if !matches!(field.schema, Schema::Option(_)) => {
                Err(vec![computed::required(field)])
            }
            ([field], value) => self.whole(field, value.cloned().unwrap_or_default())?,
            (fields, value) => probe::change(self.shape, fields, value.cloned().unwrap_or_default())?,
        };
        match change {
            Ok(change) => self.update.0.push(change),
            Err(found) => self.tell(found),
        }
        Some(())
    }

    fn whole(&self, field: &Field, value: Value) -> Option<Result<probe::Change, Vec<Violation>>> {
        let mut violations = Violations::default();
        let members = Map::from_iter([(field.name.to_owned(), value)]);
        let Some(document) = (self.shape.decode)(&members, &mut violations) else {
            return Some(Err(violations.since(0).to_vec()));
        };
        let change = match probe::stored(&document, &[*field])? {
            Bson::Null => FieldUpdate::Unset,
            value => FieldUpdate::Set(value),
        };
        Some(Ok((field.name.to_owned(), change)))
    }

    /// Adds an element to the end of a list that every document has.
    fn push(&mut self, place: &'a Place, value: &Value) -> Option<()> {
        let [field] = &place.fields[..] else { return None };
        let is_there = matches!(field.schema, Schema::List(_)) && is_empty_by_default(field);
        let touched = self.written.iter().find(|written| written.touches(place));
        let is_judged_whole = field.rules.iter().any(|rule| !rule.is_of_items());
        if !is_there || is_judged_whole || touched.is_some_and(|written| !is_end_of_list(written)) {
            return None;
        }
        let list = Value::Array(vec![value.clone()]);
        match self.whole(field, list)? {
            Ok((path, FieldUpdate::Set(Bson::Array(mut values)))) if values.len() == 1 => {
                let pushed = self.update.0.iter_mut().find(|(other, _)| *other == path);
                match pushed {
                    Some((_, FieldUpdate::Push(earlier))) => earlier.append(&mut values),
                    _ => self.update.0.push((path, FieldUpdate::Push(values))),
                }
            }
            Ok(_) => return None,
            Err(found) => {
                // What is wrong with a list of one may be right with a longer one.
                let (element, end) = (format!("/{}/0", field.name), format!("/{}/-", field.name));
                let at_end = |violation: Violation| {
                    let below = violation.pointer.strip_prefix(&element)?;
                    Some(Violation { pointer: format!("{end}{below}"), ..violation })
                };
                let found: Vec<Violation> = found.into_iter().map(at_end).collect::<Option<_>>()?;
                self.tell(found);
            }
        }
        self.written.push(place);
        Some(())
    }

    fn tell(&mut self, violations: Vec<Violation>) {
        for violation in violations {
            let pointer = computed::place(self.operations, &violation.pointer);
            self.violations.push(Violation { pointer, ..violation });
        }
    }
}

fn is_end_of_list(place: &Place) -> bool {
    let is_list = place.fields.last().is_some_and(|field| matches!(field.schema.present(), Schema::List(_)));
    is_list && place.is_visible() && matches!(&place.rest[..], [end] if end == "-")
}

/// Whether a list that is missing in a document is an empty one to clients.
fn is_empty_by_default(field: &Field) -> bool {
    field.default.is_none_or(|default| matches!(default(), Bson::Array(values) if values.is_empty()))
}

/// The condition that a member has a value to clients.
fn has_value(place: &Place, field: &Field) -> Option<Filter> {
    match (field.schema, field.default) {
        (Schema::Option(inner), None) => {
            // A list with a null in it would count as one that has no value.
            let is_safe = !matches!(inner.present(), Schema::List(_) | Schema::Any);
            is_safe.then(|| Filter::field(place.stored(), Op::Ne(Bson::Null)))
        }
        (Schema::Option(_), Some(_)) => None,
        _ => Some(Filter::All),
    }
}

/// The condition that a member has a value, as clients see both.
fn is_equal(place: &Place, field: &Field, value: &Value) -> Option<Filter> {
    let (schema, path) = (field.schema, place.stored());
    let is_optional = matches!(schema, Schema::Option(_));
    // Of decimals, more are equal to a store than look equal to a client.
    if !schema.is_scalar()
        || matches!(schema.present(), Schema::Decimal)
        || (is_optional && field.default.is_some())
    {
        return None;
    }
    if value.is_null() {
        return is_optional.then(|| Filter::eq(path, Bson::Null));
    }
    let stored = stored_form(schema, value)?;
    // A date, say, that is written otherwise than the server writes it equals none.
    let is_as_seen = client::value(schema, &stored).is_some_and(|seen| apply::equal(&seen, value));
    if !is_as_seen {
        return None;
    }
    let default = field.default.and_then(|default| client::value(schema, &default()));
    let is_default = default.is_some_and(|default| apply::equal(&default, value));
    let equals = Filter::eq(path.clone(), stored);
    Some(if is_default { Filter::Or(vec![equals, Filter::field(path, Op::Exists(false))]) } else { equals })
}

fn stored_form(schema: &Schema, value: &Value) -> Option<Bson> {
    match (schema.present(), value) {
        (Schema::Integer { .. }, Value::Number(number)) if number.is_f64() => {
            number.as_f64().and_then(whole).map(Bson::Int64)
        }
        _ => schema.scalar_of_json(value),
    }
}
