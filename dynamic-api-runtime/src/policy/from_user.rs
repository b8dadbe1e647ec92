//! What of a new document comes from its caller, and is nobody's to send.

use bson::{Bson, RawDocument, RawDocumentBuf};

use super::value_of;
use crate::{call::Principal, document::with_members, entity::EntityMeta, error::Error};

/// The members with those that come from the caller; `None` where none do.
///
/// # Errors
/// [`Error::Unauthorized`] where there is no caller and must be one.
pub(crate) fn from_user(
    principal: &Principal,
    entity: &EntityMeta,
    members: &RawDocument,
) -> Result<Option<RawDocumentBuf>, Error> {
    let mut said = vec![];
    for field in entity.fields {
        let Some(claim) = field.from_user else { continue };
        let value = principal.user().and_then(|user| value_of(user, claim, field.schema));
        match value {
            Some(value) => said.push((field.name, value)),
            None if field.can_be_missing() => said.push((field.name, Bson::Null)),
            None if principal.user().is_none() => return Err(Error::Unauthorized),
            None => {
                let message = format!("the caller's token has no claim {claim} for {}", field.name);
                return Err(Error::internal(message));
            }
        }
    }
    if said.is_empty() { Ok(None) } else { Ok(Some(with_members(members, said)?)) }
}
