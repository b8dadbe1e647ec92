//! From the payload of an event to a call.

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::{
    app::Mounted,
    call::{Addressing, Body, Principal, Query, RawCall, Target, Transport},
    error::Error,
    input::{Members, from_json},
};

/// The member that holds an id.
const ID: &str = "id";
/// The member that holds a list of ids.
const IDS: &str = "ids";

/// Reads a payload as the input of a route.
pub(super) fn read(
    mounted: &Mounted,
    principal: Principal,
    payload: Option<Bytes>,
) -> Result<RawCall, Error> {
    let (mut target, mut query, mut body) = (Target::None, Query::None, Body::default());
    match (mounted.route.kind.addressing(), payload) {
        (_, None) => {}
        (Addressing::Query, Some(json)) => query = Query::Json(json),
        (Addressing::Nothing, json) => body.json = json,
        (Addressing::Id, Some(json)) => {
            target = given(&members(&json)?, ID).map_or(Target::None, |id| Target::One(text(id)));
            if mounted.route.kind.has_query() {
                query = Query::Json(json);
            } else {
                body.json = Some(json);
            }
        }
        (Addressing::Ids, Some(json)) => {
            target = given(&members(&json)?, IDS).map_or(Target::None, ids);
            body = Body { json: Some(json), envelope: &[IDS], ..Body::default() };
        }
    }
    Ok(RawCall {
        resource: mounted.resource.clone(),
        route: mounted.route,
        principal,
        transport: Transport::SocketIo,
        target,
        query,
        body,
    })
}

fn members(json: &[u8]) -> Result<Members<'_>, Error> {
    from_json(json, "the payload must be an object")
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
