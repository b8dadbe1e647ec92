//! New documents, as their caller may make them.

use bson::{RawDocument, RawDocumentBuf};

use crate::{
    call::RawCall,
    document::{new_document, with_members},
    error::Error,
    policy::value_of,
    types::Id,
};

/// A new document of these members, with what of it comes from the caller.
///
/// # Errors
/// [`Error::Unauthorized`] where it needs a caller and there is none, [`Error::Forbidden`] where the caller may not make it.
pub(super) async fn made(call: &RawCall, members: &RawDocument) -> Result<(Id, RawDocumentBuf), Error> {
    let entity = call.resource.meta;
    let (id, document) = match from_user(call, members)? {
        Some(members) => new_document(entity, &members)?,
        None => new_document(entity, members)?,
    };
    call.policy.keep(&document)?;
    call.policy.permit(call, &document).await?;
    Ok((id, document))
}

/// The members with those that come from the caller; `None` where none do.
fn from_user(call: &RawCall, members: &RawDocument) -> Result<Option<RawDocumentBuf>, Error> {
    let mut said = vec![];
    for field in call.resource.meta.fields {
        let Some(claim) = field.from_user else { continue };
        let value = call.principal.user().and_then(|user| value_of(user, claim, field.schema));
        match value {
            Some(value) => said.push((field.name, value)),
            None if field.can_be_missing() => said.push((field.name, bson::Bson::Null)),
            None if call.principal.user().is_none() => return Err(Error::Unauthorized),
            None => {
                let message = format!("the caller's token has no claim {claim} for {}", field.name);
                return Err(Error::internal(message));
            }
        }
    }
    if said.is_empty() { Ok(None) } else { Ok(Some(with_members(members, said)?)) }
}
