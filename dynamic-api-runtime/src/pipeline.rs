//! The one road of every call, whatever it came in by: what did the client send, what does it do, what does the client see. It
//! knows no transport and no store's dialect.

use bson::RawDocumentBuf;

use crate::{
    call::{Body, RawCall, RawReply, RouteKind, Success},
    error::Error,
    input::{self, Decode, Input, Members, Violations},
    operation::{self, Outcome},
    present::{Present, View, present, present_stored},
    store::BoxError,
};

/// What of a route depends on its types: how its input is read, and how its result is shown.
#[derive(Clone, Copy)]
pub(crate) struct Codec {
    pub(crate) decode: Option<Decode>,
    pub(crate) present: Present,
}

impl Codec {
    /// A route without a body.
    pub(crate) const fn output<V: View>() -> Self {
        Self { decode: None, present: present::<V> }
    }

    /// A route with a body.
    pub(crate) const fn both<I: Input, V: View>() -> Self {
        Self { decode: Some(input::decode::<I>), present: present::<V> }
    }
}

/// Takes a call to its reply.
pub(crate) async fn run(call: RawCall, codec: Codec) -> Result<RawReply, Error> {
    bounded(&call, async {
        let input = decode(&call, codec)?;
        let outcome = operation::perform(&call, input).await?;
        show(&call, outcome, codec.present)
    })
    .await
}

/// Runs the work of a call within the time that a call may take, and tells its failure in the entity's words.
pub(crate) async fn bounded<T>(
    call: &RawCall,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let outcome =
        tokio::time::timeout(call.resource.limits.call_time, work).await.unwrap_or(Err(Error::Unavailable));
    outcome.map_err(|error| error.of_entity(call.resource.meta))
}

/// The decoded input: one document, or one for each item of a list.
#[derive(Debug)]
pub(crate) enum Decoded {
    Nothing,
    One(RawDocumentBuf),
    Many(Vec<RawDocumentBuf>),
}

fn decode(call: &RawCall, codec: Codec) -> Result<Decoded, Error> {
    let Some(decode) = codec.decode else { return Ok(Decoded::Nothing) };
    match call.route.kind {
        RouteKind::CreateMany => {
            decode_list(&call.body, decode, call.resource.limits.items).map(Decoded::Many)
        }
        RouteKind::DuplicateOne | RouteKind::DuplicateMany if is_blank(&call.body) => Ok(Decoded::Nothing),
        _ => decode_one(&call.body, decode).map(Decoded::One),
    }
}

fn is_blank(body: &Body) -> bool {
    body.json.as_ref().is_none_or(|json| json.trim_ascii().is_empty() || json.trim_ascii() == b"null")
}

fn members(body: &Body) -> Result<Members<'_>, Error> {
    let json = body.json.as_deref().filter(|json| !json.trim_ascii().is_empty()).ok_or(Error::InvalidBody)?;
    input::members(json, body.envelope)
}

fn decode_one(body: &Body, decode: Decode) -> Result<RawDocumentBuf, Error> {
    let mut violations = Violations::default();
    decode(&members(body)?, "", &mut violations).ok_or_else(|| violations.into())
}

fn decode_list(body: &Body, decode: Decode, limit: usize) -> Result<Vec<RawDocumentBuf>, Error> {
    let members = members(body)?;
    let items = input::list(&members, limit)?;
    let (mut documents, mut violations) = (Vec::with_capacity(items.len()), Violations::default());
    for (index, item) in items.iter().enumerate() {
        match input::item(item, index) {
            Ok(members) => documents.extend(decode(&members, &format!("/list/{index}"), &mut violations)),
            Err(violation) => violations.push(violation),
        }
        if violations.is_full() {
            break;
        }
    }
    if violations.is_empty() { Ok(documents) } else { Err(violations.into()) }
}

fn show(call: &RawCall, outcome: Outcome, present: Present) -> Result<RawReply, Error> {
    match outcome {
        Outcome::One(document) => {
            let mut json = Vec::with_capacity(document.as_bytes().len() * 2);
            present_stored(present, &document, call.resource.meta.fields, &mut json)
                .map_err(|error| unreadable(call, &document, error))?;
            Ok(RawReply::new(Success::Ok, json))
        }
        Outcome::Created(id, document) => {
            let reply = show(call, Outcome::One(document), present)?;
            Ok(RawReply { success: Success::Created, created: Some(id), ..reply })
        }
        Outcome::Many(documents) => Ok(show_list(call, &documents, present)),
        Outcome::CreatedMany(documents) => {
            Ok(RawReply { success: Success::Created, ..show_list(call, &documents, present) })
        }
        Outcome::Page(documents, page) => {
            Ok(RawReply { page: Some(page), ..show_list(call, &documents, present) })
        }
        Outcome::Deleted(count) => {
            Ok(RawReply::new(Success::Ok, format!(r#"{{"deletedCount":{count}}}"#).into_bytes()))
        }
    }
}

fn show_list(call: &RawCall, documents: &[RawDocumentBuf], present: Present) -> RawReply {
    let bytes: usize = documents.iter().map(|document| document.as_bytes().len()).sum();
    let mut json = Vec::with_capacity(bytes + bytes / 2 + 2);
    let mut skipped = 0;
    json.push(b'[');
    for document in documents {
        let end = json.len();
        if end > 1 {
            json.push(b',');
        }
        if let Err(error) = present_stored(present, document, call.resource.meta.fields, &mut json) {
            let _ = unreadable(call, document, error);
            json.truncate(end);
            skipped += 1;
        }
    }
    json.push(b']');
    RawReply { skipped, ..RawReply::new(Success::Ok, json) }
}

/// Logs a document that is not of its entity's shape, by its id alone.
fn unreadable(call: &RawCall, document: &RawDocumentBuf, error: BoxError) -> Error {
    let id = document.get("_id").ok().flatten();
    tracing::error!(
        entity = call.resource.meta.name,
        ?id,
        error = &*error,
        "a stored document is not of its entity's shape"
    );
    Error::Internal(error)
}
