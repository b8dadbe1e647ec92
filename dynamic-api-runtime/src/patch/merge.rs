//! JSON Merge Patch (RFC 7396): an object whose members are merged into the document's, `null` taking one away.

use serde_json::{Map, Value, value::RawValue};

use super::{
    Plan,
    computed::{Computed, required},
    place::{Refused, Usage},
    probe,
    shape::Shape,
};
use crate::{
    document,
    entity::Field,
    error::Error,
    input::{Members, Violations, escape, from_json, keys, unknown},
    query::{Filter, Update},
    server_fields::ECHOED,
    types::Schema,
};

/// What a merge patch asks for.
pub(super) fn plan(json: &[u8], shape: Shape) -> Result<Plan, Error> {
    let patch = parse(json, shape)?;
    if patch.is_empty() {
        return Err(Error::InvalidBody);
    }
    let mut direct = Direct { shape, whole: Map::new(), below: vec![], violations: Violations::default() };
    for (name, value) in &patch {
        let field = shape.fields.iter().find(|field| field.name == name);
        // Every name was looked up when it was read.
        let Some(field) = field else { continue };
        if direct.add(&mut vec![*field], value).is_none() {
            return Ok(Plan::Computed(Computed::merge(shape, patch)));
        }
    }
    let update = direct.update()?;
    Ok(Plan::Direct { guard: Filter::All, update, otherwise: None })
}

/// Reads the members of a patch that can be set, without those that clients only send back.
pub(super) fn parse(json: &[u8], shape: Shape) -> Result<Map<String, Value>, Error> {
    let members: Members<'_> = from_json(json, "a merge patch must be an object")?;
    let (mut patch, mut violations) = (Map::new(), Violations::default());
    for (name, text) in &members.0 {
        if ECHOED.contains(&&**name) {
            continue;
        }
        let pointer = format!("/{}", escape(name));
        match member(shape, name, text) {
            Ok((field, value)) => {
                check_names(field.schema, &value, name, &pointer, &mut violations);
                patch.insert(field.name.to_owned(), value);
            }
            Err(refused) => violations.push(refused.at(pointer)),
        }
    }
    if violations.is_empty() { Ok(patch) } else { Err(violations.into()) }
}

fn member(shape: Shape, name: &str, text: &RawValue) -> Result<(&'static Field, Value), Refused> {
    if !keys::is_plain(name) {
        return Err(Refused::new("key", keys::message(name)));
    }
    let field = shape.admit(name, Usage::Write)?;
    keys::check(text).map_err(|message| Refused::new("key", message))?;
    match serde_json::from_str(text.get()) {
        Ok(value) => Ok((field, value)),
        Err(_) => Err(Refused::new("range", format!("{name} holds a number that is too large"))),
    }
}

/// Refuses members of structs that are not declared, also where they are only taken away.
fn check_names(schema: &Schema, value: &Value, name: &str, pointer: &str, violations: &mut Violations) {
    let Value::Object(members) = value else { return };
    for (member, value) in members {
        let pointer = format!("{pointer}/{}", escape(member));
        match schema.present() {
            Schema::Struct(fields) => match fields.iter().find(|field| field.name == member) {
                Some(field) => {
                    let name = format!("{name}.{member}");
                    check_names(field.schema, value, &name, &pointer, violations);
                }
                None => violations.push(Refused::new("unknown", unknown(name, fields, member)).at(pointer)),
            },
            Schema::Map(item) => {
                check_names(item, value, &format!("{name}.{}", escape(member)), &pointer, violations);
            }
            _ => return,
        }
    }
}

/// The patch as an update that needs no document.
struct Direct {
    shape: Shape,
    whole: Map<String, Value>,
    below: Vec<probe::Change>,
    violations: Violations,
}

impl Direct {
    /// Adds the change of the member that `fields` lead to; `None` where it depends on the document.
    fn add(&mut self, fields: &mut Vec<Field>, value: &Value) -> Option<()> {
        let field = *fields.last()?;
        match (value, field.schema.present()) {
            (Value::Object(_), _) if !field.is_visible() => self.set(fields, without_nulls(value)),
            (Value::Object(members), Schema::Struct(inner)) if is_always_there(&field) => {
                members.iter().try_for_each(|(name, value)| {
                    fields.push(*inner.iter().find(|field| field.name == name)?);
                    let added = self.add(fields, value);
                    fields.pop();
                    added
                })
            }
            (Value::Object(_), Schema::Struct(_) | Schema::Map(_) | Schema::Any) => None,
            _ => self.set(fields, value.clone()),
        }
    }

    fn set(&mut self, fields: &[Field], value: Value) -> Option<()> {
        match fields {
            [field] if value.is_null() && !matches!(field.schema, Schema::Option(_)) => {
                self.violations.push(required(field));
            }
            [field] => {
                self.whole.insert(field.name.to_owned(), value);
            }
            fields => match probe::change(self.shape, fields, value)? {
                Ok(change) => self.below.push(change),
                Err(found) => found.into_iter().for_each(|violation| self.violations.push(violation)),
            },
        }
        Some(())
    }

    fn update(mut self) -> Result<Update, Error> {
        let decoded = (self.shape.decode)(&self.whole, &mut self.violations);
        let Some(whole) = decoded.filter(|_| self.violations.is_empty()) else {
            return Err(self.violations.into());
        };
        if self.whole.is_empty() && self.below.is_empty() {
            return Err(Error::InvalidBody);
        }
        let mut update = document::update(&whole)?;
        update.0.extend(self.below);
        Ok(update)
    }
}

/// Whether every document has the member.
fn is_always_there(field: &Field) -> bool {
    field.default.is_none() && !matches!(field.schema, Schema::Option(_))
}

/// What a patch makes of a member that is not there.
fn without_nulls(patch: &Value) -> Value {
    let mut value = Value::Null;
    json_patch::merge(&mut value, patch);
    value
}

/// The members as a patch leaves them. What clients can't see of `fields` is set where it is sent, to `null` too.
pub(super) fn apply(
    patch: &Map<String, Value>,
    mut members: Map<String, Value>,
    fields: &[Field],
) -> Map<String, Value> {
    let is_visible = |name: &str| fields.iter().any(|field| field.name == name && field.is_visible());
    for (name, value) in patch {
        if value.is_null() && is_visible(name) {
            members.shift_remove(name);
        } else {
            json_patch::merge(members.entry(name.as_str()).or_insert(Value::Null), value);
        }
    }
    members
}
