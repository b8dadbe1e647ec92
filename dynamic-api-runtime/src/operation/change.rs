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
    validate,
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

    /// The update, as far as it is known without a look at the document.
    pub(crate) fn known(&self) -> Option<&Update> {
        match &self.plan {
            Plan::Direct { update, .. } => Some(update),
            Plan::Computed(_) => None,
        }
    }

    /// Whether what these updates of documents refer to is there, where they were not [known](Change::known).
    ///
    /// # Errors
    /// 400 where it isn't.
    pub(super) async fn refers_to_what_is_there<'u>(
        &self,
        call: &RawCall,
        updates: impl IntoIterator<Item = &'u Update>,
    ) -> Result<(), Error> {
        match &self.plan {
            Plan::Direct { otherwise: None, .. } => Ok(()),
            _ => validate::exist_in_updates(call, updates).await,
        }
    }

    /// The condition and the update of a change that needs no look at the document.
    pub(crate) fn direct(&self) -> Option<(&Filter, &Update)> {
        match &self.plan {
            Plan::Direct { guard, update, .. } if !self.entity.judges_results() => Some((guard, update)),
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
        if !self.entity.rules.is_empty() {
            validate::whole(self.entity, &in_memory::updated(document, &update)?)?;
        }
        Ok(update)
    }
}
