//! Who changed what and when, written in the transaction of the change.
//!
//! What not every client may see stands there as a hash whose key is made for the entry and kept nowhere: it tells whether the value
//! changed, and nothing of what it is, to nobody.

use bson::{Bson, RawDocument, RawDocumentBuf, rawdoc};

use super::{Written, fate::id_of};
use crate::{
    auth::Fingerprints,
    call::{RawCall, Transport},
    entity::EntityMeta,
    error::Error,
    server_fields::STORED,
    store::Collections,
    types::Id,
};

/// Writes the entries of what a call has written.
pub(super) async fn write(call: &RawCall, on: &dyn Collections, written: &[Written]) -> Result<(), Error> {
    let mut entries: Vec<(&EntityMeta, Vec<RawDocumentBuf>)> = vec![];
    for one in written.iter().filter(|one| one.entity.audit.is_some()) {
        let entry = entry(call, one)?;
        match entries.iter_mut().find(|(entity, _)| entity.collection == one.entity.collection) {
            Some((_, others)) => others.push(entry),
            None => entries.push((one.entity, vec![entry])),
        }
    }
    for (entity, entries) in entries {
        on.insert(&entity.audit_collection(), &entries).await?;
    }
    Ok(())
}

fn entry(call: &RawCall, written: &Written) -> Result<RawDocumentBuf, Error> {
    let fingerprints = Fingerprints::new()?;
    let shown = |document: &Option<RawDocumentBuf>| match document {
        Some(document) => shown(call, written.entity, document, &fingerprints)
            .map(bson::RawBson::Document)
            .map_err(Error::internal),
        None => Ok(bson::RawBson::Null),
    };
    let document = written.before.as_ref().or(written.after.as_ref()).and_then(|document| id_of(document));
    let user = call.principal.user();
    let id = |id: Option<Id>| id.map_or(bson::RawBson::Null, |id| bson::RawBson::ObjectId(id.object_id()));
    let document = document.map_or(bson::RawBson::Null, bson::RawBson::ObjectId);
    Ok(rawdoc! {
        "_id": Id::new().object_id(),
        "document": document,
        "at": bson::DateTime::now(),
        "user": id(user.map(|user| user.id())),
        "session": id(user.map(|user| user.session())),
        "transport": transport(call.transport),
        "kind": call.route.kind.name(),
        "event": call.route.event,
        // Where it is another, the document went with one of its.
        "called": call.resource.meta.name,
        "before": shown(&written.before)?,
        "after": shown(&written.after)?,
    })
}

/// A document as an entry shows it: of several entities of one collection, what some show and none hides.
fn shown(
    call: &RawCall,
    entity: &EntityMeta,
    document: &RawDocument,
    fingerprints: &Fingerprints,
) -> bson::error::Result<RawDocumentBuf> {
    let mut shown = RawDocumentBuf::new();
    for element in document {
        let (name, value) = element?;
        let is_open = STORED.contains(&name.as_str()) || is_open(call, entity, name.as_str());
        if is_open {
            shown.append(name, value);
        } else {
            let mut holder = RawDocumentBuf::new();
            holder.append(name, value);
            shown.append(name, fingerprints.of(holder.as_bytes()));
        }
    }
    Ok(shown)
}

fn is_open(call: &RawCall, entity: &EntityMeta, name: &str) -> bool {
    let of_collection = call.resource.entities.iter().filter(|other| other.collection == entity.collection);
    let mut fields = of_collection.filter_map(|entity| entity.field(name)).peekable();
    fields.peek().is_some() && fields.all(|field| field.is_visible() && field.readable_by.is_none())
}

fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Http => "http",
        Transport::SocketIo => "socket",
    }
}

/// A stored document as clients see it: by its public id, without what only the server reads.
pub(in crate::operation) fn public(document: bson::Document) -> bson::Document {
    use crate::server_fields::{ID, IS_DELETED, PUBLIC_ID, VERSION};
    let public = |(name, value): (String, Bson)| match &*name {
        VERSION | IS_DELETED => None,
        ID => Some((PUBLIC_ID.to_owned(), value)),
        _ => Some((name, value)),
    };
    document.into_iter().filter_map(public).collect()
}
