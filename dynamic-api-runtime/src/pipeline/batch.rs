//! The items of a batch as what is to be done with each.

use serde_json::value::RawValue;

use super::decode::{DecodeMembers, Items, json, members_change};
use crate::{
    call::{Query, RawCall},
    context::CallContext,
    error::{Error, Violation},
    input::{self, Members, Violations, escape, shown},
    operation::{BatchItem, Change},
};

/// The member of a batch's query or body that says whether one failure undoes all.
const ATOMIC: &str = "atomic";

pub(super) struct BatchDecoder<'a> {
    pub(super) call: &'a RawCall,
    pub(super) context: CallContext<'a>,
    pub(super) create: DecodeMembers,
    pub(super) update: DecodeMembers,
}

impl BatchDecoder<'_> {
    pub(super) fn decode(&self) -> Result<Items, Error> {
        let body = &self.call.body;
        let mut members = input::members(json(body)?, body.envelope)?;
        let atomic = self.is_atomic(&mut members)?;
        let items = input::list(&members, self.call.resource.limits.items)?;
        if !atomic {
            let read = |(index, item): (usize, &&RawValue)| {
                let mut violations = Violations::default();
                self.item(item, index, &mut violations)?.ok_or_else(|| violations.into())
            };
            return Ok(Items::Each(items.iter().enumerate().map(read).collect()));
        }
        let (mut decoded, mut violations) = (Vec::with_capacity(items.len()), Violations::default());
        for (index, item) in items.iter().enumerate() {
            decoded.extend(self.item(item, index, &mut violations)?);
            if violations.is_full() {
                break;
            }
        }
        if violations.is_empty() { Ok(Items::Atomic(decoded)) } else { Err(violations.into()) }
    }

    /// What the query says, or else the body, from which the member is taken.
    fn is_atomic(&self, members: &mut Members<'_>) -> Result<bool, Error> {
        let wrong = || Error::violation("/atomic", "query", "atomic must be true or false");
        let mut atomic = None;
        if let Query::Pairs(pairs) = &self.call.query {
            for (name, value) in pairs {
                if name != ATOMIC {
                    let message = format!("{} is no member of this query: use atomic", shown(name));
                    return Err(Error::violation(format!("/{}", escape(name)), "query", message));
                }
                atomic = Some(value.parse().map_err(|_| wrong())?);
            }
        }
        if let Some(value) = members.get(ATOMIC) {
            let of_body = serde_json::from_str(value.get()).map_err(|_| wrong())?;
            atomic.get_or_insert(of_body);
            members.0.retain(|(name, _)| name != ATOMIC);
        }
        Ok(atomic.unwrap_or(true))
    }

    /// An item `{create: {...}}`, `{update: {id, ...}}`, `{replace: {id, ...}}` or `{delete: {id}}`.
    fn item(
        &self,
        item: &RawValue,
        index: usize,
        violations: &mut Violations,
    ) -> Result<Option<BatchItem>, Error> {
        let at = format!("/list/{index}");
        let action = match input::item(item, index) {
            Ok(action) => action,
            Err(violation) => {
                violations.push(violation);
                return Ok(None);
            }
        };
        let [(verb, value)] = &action.0[..] else {
            violations.push(Violation::new(at, "type", NO_ACTION));
            return Ok(None);
        };
        let at = format!("{at}/{}", escape(verb));
        let Ok(mut members) = serde_json::from_str::<Members<'_>>(value.get()) else {
            violations.push(Violation::new(at, "type", format!("{} must be an object", shown(verb))));
            return Ok(None);
        };
        let context = if verb == "create" { self.context.of_new() } else { self.context };
        let mut decode =
            |decode: DecodeMembers, members: &Members<'_>| decode(members, &at, &context, violations);
        match &**verb {
            "create" => Ok(decode(self.create, &members)?.map(BatchItem::Create)),
            "update" => {
                let id = take_id(&mut members);
                let Some(changes) = decode(self.update, &members)? else { return Ok(None) };
                let Some(id) = id else { return missing_id(&at, violations) };
                if changes.is_empty() {
                    violations.push(Violation::new(at, "required", "an update must hold what it changes"));
                    return Ok(None);
                }
                let change = Change::new(members_change(&changes)?, self.call.resource.meta);
                Ok(Some(BatchItem::Update(id, Box::new(change))))
            }
            "replace" => {
                let id = take_id(&mut members);
                let Some(document) = decode(self.create, &members)? else { return Ok(None) };
                let Some(id) = id else { return missing_id(&at, violations) };
                Ok(Some(BatchItem::Replace(id, document)))
            }
            "delete" => match (take_id(&mut members), members.0.first()) {
                (_, Some((stray, _))) => {
                    let message = format!("{} is no member of a delete: send id", shown(stray));
                    violations.push(Violation::new(format!("{at}/{}", escape(stray)), "unknown", message));
                    Ok(None)
                }
                (None, None) => missing_id(&at, violations),
                (Some(id), None) => Ok(Some(BatchItem::Delete(id))),
            },
            _ => {
                violations.push(Violation::new(at, "unknown", NO_ACTION));
                Ok(None)
            }
        }
    }
}

const NO_ACTION: &str =
    "an item of a batch is one of {create: {...}}, {update: {id, ...}}, {replace: {id, ...}}, {delete: {id}}";

/// The id among an item's members, which it is taken from. What is no string is no id of any document.
fn take_id(members: &mut Members<'_>) -> Option<String> {
    let value = members.get("id")?;
    members.0.retain(|(name, _)| name != "id");
    Some(serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned()))
}

fn missing_id(at: &str, violations: &mut Violations) -> Result<Option<BatchItem>, Error> {
    violations.push(Violation::new(format!("{at}/id"), "required", "id is required"));
    Ok(None)
}
