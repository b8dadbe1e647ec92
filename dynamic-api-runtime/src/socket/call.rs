//! From the payload of an event to a call.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::handshake::Origin;
use crate::{
    app::Mounted,
    call::{Addressing, Body, BodyForm, Principal, Query, RawCall, Target, Transport},
    error::{Error, Violation},
    input::{Members, Violations, escape, from_json, shown},
    policy::Policy,
};

/// The member that holds an id.
const ID: &str = "id";
/// The member that holds a list of ids.
const IDS: &str = "ids";
/// The member that holds a token.
const TOKEN: &str = "token";
/// The members that hold a patch in the place of members to change.
const PATCHES: [(&str, BodyForm); 2] =
    [("mergePatch", BodyForm::MergePatch), ("jsonPatch", BodyForm::JsonPatch)];

/// Reads a payload as the input of a route.
pub(super) fn read(
    mounted: &Mounted,
    principal: Principal,
    origin: &Origin,
    payload: Option<Bytes>,
) -> Result<RawCall, Error> {
    let (mut target, mut query, mut body) = (Target::None, Query::None, Body::default());
    match (mounted.route.kind.addressing(), payload) {
        (_, None) => {}
        (Addressing::Query, Some(json)) => query = Query::Json(json),
        (Addressing::Nothing, json) => body.json = json,
        (Addressing::Id, Some(json)) => {
            let members = members(&json)?;
            target = given(&members, ID).map_or(Target::None, |id| Target::One(text(id)));
            if mounted.route.kind.has_query() {
                query = Query::Json(json);
            } else {
                body = self::body(mounted, &members, &json, ID, &[ID])?;
            }
        }
        (Addressing::Ids, Some(json)) => {
            let members = members(&json)?;
            only_ids(&members)?;
            target = given(&members, IDS).map_or(Target::None, ids);
            body = self::body(mounted, &members, &json, IDS, &[IDS])?;
        }
    }
    Ok(RawCall {
        resource: mounted.resource.clone(),
        route: mounted.route,
        principal,
        transport: Transport::SocketIo,
        address: origin.address,
        connection: Some(origin.connection.clone()),
        device: origin.device.clone(),
        bearer: None,
        target,
        query,
        body,
        policy: Policy::default(),
        item: None,
    })
}

/// The token of a payload that holds nothing else: `{token}`.
pub(super) fn token(payload: Option<Bytes>) -> Result<String, Error> {
    let payload = payload.ok_or(Error::InvalidArgument)?;
    let members = members(&payload)?;
    let token = members.get(TOKEN).and_then(|token| serde_json::from_str::<String>(token.get()).ok());
    token.filter(|token| !token.is_empty() && members.0.len() == 1).ok_or(Error::InvalidArgument)
}

fn members(json: &[u8]) -> Result<Members<'_>, Error> {
    from_json(json, "the payload must be an object")
}

/// The body within a payload: its members without those of the envelope, or the one patch that it holds beside its target.
fn body(
    mounted: &Mounted,
    members: &Members<'_>,
    json: &Bytes,
    target: &str,
    envelope: &'static [&'static str],
) -> Result<Body, Error> {
    let patch = PATCHES.iter().find_map(|(name, form)| Some((*name, members.get(name)?, *form)));
    let Some((name, patch, form)) = patch.filter(|_| mounted.route.takes_patches()) else {
        return Ok(Body { json: Some(json.clone()), form: BodyForm::Members, envelope });
    };
    let mut violations = Violations::default();
    for (other, _) in members.0.iter().filter(|(other, _)| other != target && other != name) {
        let message = format!("{} can't stand beside {name}", shown(other));
        violations.push(Violation::new(format!("/{}", escape(other)), "unknown", message));
    }
    if !violations.is_empty() {
        return Err(violations.into());
    }
    Ok(Body { json: Some(json.slice_ref(patch.get().as_bytes())), form, envelope: &[] })
}

/// Refuses members that look as if they were among the ids, such as `ids[0]`: acting on the others alone is not what was asked for.
fn only_ids(members: &Members<'_>) -> Result<(), Error> {
    let mut names = members.0.iter().map(|(name, _)| &**name);
    let stray = names.find(|name| name.strip_prefix(IDS).is_some_and(|rest| rest.starts_with(['[', '.'])));
    stray.map_or(Ok(()), |name| {
        let message = format!("{} can't be in the payload of this event", shown(name));
        Err(Error::violation(format!("/{}", escape(name)), "unknown", message))
    })
}

/// The value of a member, where it has one: `null` is none.
fn given<'a>(members: &Members<'a>, name: &str) -> Option<&'a RawValue> {
    members.get(name).filter(|value| value.get() != "null")
}

/// A string, or the JSON text of what is none, which is no id of any document.
fn text(value: &RawValue) -> String {
    serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

/// The ids of a list, or of a string that holds one or, as in a query string, several.
fn ids(value: &RawValue) -> Target {
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        return Target::Many(list.into_iter().map(text).collect());
    }
    let ids: Vec<String> =
        text(value).split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    Target::Many(ids)
}
