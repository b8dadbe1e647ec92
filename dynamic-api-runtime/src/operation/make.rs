//! New documents, as their caller may make them.

use bson::{RawDocument, RawDocumentBuf};

use super::{
    effects::{Writes, before_save},
    hooked::sealed,
};
use crate::{
    call::{AccountKind, RawCall, RouteKind},
    document::{document_of_id, new_document, with_members},
    error::Error,
    policy::from_user,
    types::Id,
    validate,
};

/// A new document of these members, with what of it comes from the caller, as hooks make it.
///
/// # Errors
/// 400 where the rules over several fields refuse it, what a hook returns, [`Error::Unauthorized`] where it needs a caller and there is
/// none, [`Error::Forbidden`] where the caller may not make it.
pub(super) async fn made(
    call: &RawCall,
    on: &Writes<'_>,
    members: &RawDocument,
) -> Result<(Id, RawDocumentBuf), Error> {
    let entity = call.resource.meta;
    let members = with_user(call, members)?;
    let (id, document) = new_document(entity, &members)?;
    let changes = before_save(call, on, None, &document).await?;
    let document = if changes.is_empty() {
        document
    } else {
        let members = with_user(call, &with_members(&members, changes)?)?;
        document_of_id(entity, id, &sealed(call, members).await?)?
    };
    validate::whole(entity, &document)?;
    call.policy.keep(&document)?;
    call.policy.permit(call, &document).await?;
    Ok((id, document))
}

/// The members with those that come from the caller. Who registers is nobody yet.
fn with_user(call: &RawCall, members: &RawDocument) -> Result<RawDocumentBuf, Error> {
    if call.route.kind == RouteKind::Account(AccountKind::Register) {
        return Ok(members.to_owned());
    }
    let said = from_user(&call.principal, call.resource.meta, members)?;
    Ok(said.unwrap_or_else(|| members.to_owned()))
}
