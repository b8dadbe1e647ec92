//! What the client sees of what was done.

use bson::RawDocumentBuf;

use super::Codec;
use crate::{
    call::{PageMeta, RawCall, RawReply, Success},
    context::CallContext,
    error::Error,
    operation::{Deleted, Done, Outcome},
    populate,
    present::{PresentError, Presentation, Selected},
    query::Selection,
    store::BoxError,
};

/// Presents an outcome.
pub(super) async fn show(
    call: &RawCall,
    codec: &Codec,
    context: CallContext<'_>,
    outcome: Outcome,
) -> Result<RawReply, Error> {
    let show = Show { call, presentation: presentation(call, codec, context) };
    match outcome {
        Outcome::One(document) => show.one(&document),
        Outcome::Created(id, document) => {
            Ok(RawReply { success: Success::Created, created: Some(id), ..show.one(&document)? })
        }
        Outcome::Many(documents) => show.list(documents, usize::MAX),
        Outcome::CreatedMany(documents) => {
            Ok(RawReply { success: Success::Created, ..show.list(documents, usize::MAX)? })
        }
        Outcome::Read(document, selection) => {
            let rows = std::slice::from_ref(&document);
            let selected = selected(&show, context, rows, selection).await?;
            show.selected(selected.as_ref()).one(&document)
        }
        Outcome::Page(documents, page, selection) => {
            let selected = selected(&show, context, &documents, selection).await?;
            show.selected(selected.as_ref()).page(documents, page)
        }
        Outcome::Deleted(deleted_count) => {
            let json = (codec.deleted)(Deleted { deleted_count }, &context)?;
            Ok(RawReply::new(Success::Ok, json))
        }
        Outcome::Nothing => Ok(RawReply::nothing()),
        Outcome::Aggregated(json) => Ok(RawReply::new(Success::Ok, json)),
        Outcome::Audited(json, page) => Ok(RawReply { page: Some(page), ..RawReply::new(Success::Ok, json) }),
        Outcome::Batch(items) => show.batch(codec, &items),
    }
}

fn presentation<'a>(call: &RawCall, codec: &Codec, context: CallContext<'a>) -> Presentation<'a> {
    Presentation {
        entity: call.resource.meta,
        present: codec.present,
        has_own_shape: call.route.presented,
        context,
        selected: None,
    }
}

/// What is shown of some rows, `None` for all of it; what their references lead to is looked up here.
async fn selected(
    show: &Show<'_>,
    context: CallContext<'_>,
    rows: &[RawDocumentBuf],
    selection: Selection,
) -> Result<Option<Selected>, Error> {
    if selection.is_all() {
        return Ok(None);
    }
    let (call, limit) = (show.call, show.call.resource.limits.reply_bytes);
    let withheld = show.presentation.withheld();
    let mut selected = Selected { fields: selection.fields, withheld, ..Selected::within(limit) };
    // What is left out is not looked up.
    let stays = |path: &&&str| {
        let field = path.split('.').next().unwrap_or_default();
        selected.fields.as_ref().is_none_or(|fields| fields.contains(&field))
            && !selected.withheld.contains(&field)
    };
    let populate: Vec<&str> = selection.populate.iter().filter(stays).copied().collect();
    populate::look_up(call, context, rows, &populate, &mut selected).await?;
    Ok(Some(selected))
}

struct Show<'a> {
    call: &'a RawCall,
    presentation: Presentation<'a>,
}

impl<'a> Show<'a> {
    fn selected<'b>(&self, selected: Option<&'b Selected>) -> Show<'b>
    where
        'a: 'b,
    {
        Show { call: self.call, presentation: Presentation { selected, ..self.presentation } }
    }

    fn one(&self, document: &RawDocumentBuf) -> Result<RawReply, Error> {
        let mut json = Vec::with_capacity(document.as_bytes().len() * 2);
        self.write(document, &mut json)?;
        Ok(RawReply::new(Success::Ok, json))
    }

    fn write(&self, document: &RawDocumentBuf, out: &mut Vec<u8>) -> Result<(), Error> {
        self.presentation.write(document, out).map_err(|error| match error {
            PresentError::Unreadable(error) => unreadable(self.call, document, error),
            PresentError::Refused(error) => error,
        })
    }

    fn page(&self, documents: Vec<RawDocumentBuf>, page: PageMeta) -> Result<RawReply, Error> {
        let limit = self.call.resource.limits.reply_bytes;
        Ok(RawReply { page: Some(page), ..self.list(documents, limit)? })
    }

    /// A list of at most so many bytes. Each row goes as its JSON comes, so that a long list is not in memory twice.
    fn list(&self, documents: Vec<RawDocumentBuf>, limit: usize) -> Result<RawReply, Error> {
        let bytes: usize = documents.iter().map(|document| document.as_bytes().len()).sum();
        let mut json = Vec::with_capacity(bytes + bytes / 4 + 2);
        let mut skipped = 0;
        json.push(b'[');
        for document in documents {
            let end = json.len();
            if end > 1 {
                json.push(b',');
            }
            match self.presentation.write(&document, &mut json) {
                Ok(()) if json.len() <= limit => {}
                Ok(()) => return Err(Error::ReplyTooLarge { limit }),
                Err(PresentError::Refused(error)) => return Err(error),
                Err(PresentError::Unreadable(error)) => {
                    let _ = unreadable(self.call, &document, error);
                    json.truncate(end);
                    skipped += 1;
                }
            }
        }
        json.push(b']');
        Ok(RawReply { skipped, ..RawReply::new(Success::Ok, json) })
    }

    /// The items of a batch, in the order in which they were sent: `{status, data}`, or `{status, error}` with the problem.
    fn batch(&self, codec: &Codec, items: &[Result<Done, Error>]) -> Result<RawReply, Error> {
        let mut json = vec![b'['];
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            match item {
                Ok(Done::Created(document)) => self.item(index, 201, document, &mut json)?,
                Ok(Done::Changed(document)) => self.item(index, 200, document, &mut json)?,
                Ok(Done::Deleted(deleted_count)) => {
                    json.extend_from_slice(br#"{"status":200,"data":"#);
                    let deleted = Deleted { deleted_count: *deleted_count };
                    json.append(&mut (codec.deleted)(deleted, &self.presentation.context)?);
                    json.push(b'}');
                }
                Err(error) => failed_item(index, error, &mut json)?,
            }
        }
        json.push(b']');
        Ok(RawReply::new(Success::Ok, json))
    }

    /// An item that left a document. What was done is told, also where the document can't be shown.
    fn item(
        &self,
        index: usize,
        status: u16,
        document: &RawDocumentBuf,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let start = out.len();
        out.extend_from_slice(format!(r#"{{"status":{status},"data":"#).as_bytes());
        if let Err(error) = self.write(document, out) {
            out.truncate(start);
            return failed_item(index, &error, out);
        }
        out.push(b'}');
        Ok(())
    }
}

fn failed_item(index: usize, error: &Error, out: &mut Vec<u8>) -> Result<(), Error> {
    let problem = error.problem(format!("list/{index}"));
    let item = serde_json::json!({ "status": problem.status, "error": problem });
    serde_json::to_writer(out, &item).map_err(Error::internal)
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
