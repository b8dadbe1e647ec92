//! New documents, as their caller may make them.

use bson::{RawDocument, RawDocumentBuf};

use crate::{call::RawCall, document::new_document, error::Error, policy::from_user, types::Id, validate};

/// A new document of these members, with what of it comes from the caller.
///
/// # Errors
/// 400 where the rules over several fields refuse it, [`Error::Unauthorized`] where it needs a caller and there is none, [`Error::Forbidden`] where the caller may not make it.
pub(super) async fn made(call: &RawCall, members: &RawDocument) -> Result<(Id, RawDocumentBuf), Error> {
    let entity = call.resource.meta;
    let (id, document) = match from_user(&call.principal, entity, members)? {
        Some(members) => new_document(entity, &members)?,
        None => new_document(entity, members)?,
    };
    validate::whole(entity, &document)?;
    call.policy.keep(&document)?;
    call.policy.permit(call, &document).await?;
    Ok((id, document))
}
