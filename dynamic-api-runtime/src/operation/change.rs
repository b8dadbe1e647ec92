//! What a client asks to be changed of documents that are there: known before, or computed on the document as it was read.

use bson::RawDocument;

use crate::{
    auth::Sealing,
    call::RawCall,
    document,
    entity::EntityMeta,
    error::Error,
    patch::Plan,
    query::{Filter, Update},
    store::in_memory,
};

/// What is to be changed of a document.
pub(crate) struct Change {
    plan: Plan,
    entity: &'static EntityMeta,
}

impl Change {
    pub(crate) fn new(plan: Plan, entity: &'static EntityMeta) -> Self {
        Self { plan, entity }
    }

    /// The change with the hashes of passwords that are known by now. Those of a change that is computed on the document are
    /// hashed as it is.
    ///
    /// # Errors
    /// A password is none by the settings, or too many are hashed already.
    pub(crate) async fn sealed(mut self, sealing: &Sealing) -> Result<Self, Error> {
        if let Plan::Direct { update, .. } = &mut self.plan {
            *update = sealing.update(std::mem::take(update)).await?;
        }
        Ok(self)
    }

    /// Whether it may set this member.
    pub(crate) fn sets(&self, member: &str) -> bool {
        match &self.plan {
            Plan::Direct { update, .. } => update.0.iter().any(|(path, _)| path == member),
            Plan::Computed(computed) => computed.writes(member),
        }
    }

    /// The condition and the update of a change that needs no look at the document.
    pub(crate) fn direct(&self) -> Option<(&Filter, &Update)> {
        match &self.plan {
            Plan::Direct { guard, update, .. } if self.entity.derive_on_save.is_none() => {
                Some((guard, update))
            }
            _ => None,
        }
    }

    /// The update of this document, as [`Change::of`], with the hashes of its passwords.
    ///
    /// # Errors
    /// As [`Change::of`] and [`Change::sealed`].
    pub(super) async fn sealed_of(&self, call: &RawCall, document: &RawDocument) -> Result<Update, Error> {
        let update = self.of(document)?;
        match &call.resource.sealing {
            Some(sealing) => sealing.update(update).await,
            None => Ok(update),
        }
    }

    /// The update of this document, with what is computed of what it makes.
    ///
    /// # Errors
    /// Where the change can't be made to this document.
    pub(crate) fn of(&self, document: &RawDocument) -> Result<Update, Error> {
        let mut update = match &self.plan {
            Plan::Direct { guard, update, .. } if in_memory::matches(guard, document) => update.clone(),
            Plan::Direct { otherwise: Some(computed), .. } | Plan::Computed(computed) => {
                computed.update(document)?
            }
            Plan::Direct { .. } => return Err(Error::DocumentNotFound),
        };
        if self.entity.derive_on_save.is_some() {
            let after = in_memory::updated(document, &update)?;
            for (name, change) in document::derived_changes(self.entity, &after)? {
                update = update.with(name, change);
            }
        }
        Ok(update)
    }
}
