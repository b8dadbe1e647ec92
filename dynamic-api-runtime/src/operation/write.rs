//! Writes of documents that are there: at once where nothing must be known of the document, else decided on the document as it was
//! read, and made on condition that it still is that.

use bson::{RawDocument, RawDocumentBuf};

use super::{
    Change,
    effects::{self, Fate, Writes},
    hooked,
};
use crate::{
    call::RawCall,
    document,
    error::Error,
    query::{Filter, Find, Replacement, Update},
    store::{Collections, StoreError, in_memory, pause},
    types::Id,
    validate,
};

/// How often a write that lost against others is tried; the time of the call ends before that, unless they are very many.
const ATTEMPTS: u32 = 1000;

/// The attempts of a write that is made on condition, each later than the one before.
#[derive(Default)]
pub(crate) struct Attempts(u32);

impl Attempts {
    /// Waits for the next one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where others were always first.
    pub(crate) async fn another(&mut self) -> Result<(), StoreError> {
        if self.0 == ATTEMPTS {
            return Err(StoreError::Conflict);
        }
        pause(self.0).await;
        self.0 += 1;
        Ok(())
    }
}

/// What becomes of a document.
#[derive(Clone, Copy)]
pub(super) enum Deed<'a> {
    /// What a client asks to be changed.
    Change(&'a Change),
    /// Other members in the place of its own.
    Replace(&'a Replacement),
    /// The server's own members say that it is deleted, or no more.
    Mark(&'a Update),
    /// It is no more.
    Remove,
}

/// A [`Deed`] on one document, ready to be made.
pub(super) enum Step<'a> {
    Update(&'a Update),
    Replace(&'a Replacement),
    Remove,
}

/// A [`Step`] that was made for one document.
enum OwnStep {
    Update(Update),
    Replace(Replacement),
    Remove,
}

/// What a write left: the document as it is then, `None` where it is no more.
pub(super) type Left = Option<RawDocumentBuf>;

/// Does something to the document that satisfies `target`; `None` where there is none.
///
/// # Errors
/// Where the caller may not, or it can't be done to this document.
pub(super) async fn write_one(
    call: &RawCall,
    on: &Writes<'_>,
    target: &Filter,
    deed: Deed<'_>,
) -> Result<Option<Left>, Error> {
    if !on.are_watched()
        && let Some((guard, step)) = deed.at_once(call)
    {
        let guarded = target.clone().and(guard.clone());
        if let Some(left) = step.make(call, &**on, &guarded).await? {
            return Ok(Some(left));
        }
        if guard == Filter::All {
            return Ok(None);
        }
    }
    let mut attempts = Attempts::default();
    loop {
        let Some(document) = read_one(call, &**on, target.clone()).await? else { return Ok(None) };
        call.policy.permit(call, &document).await?;
        let step = deed.step(call, on, &document).await?;
        if let Some(fate) = deed.fate(&document) {
            effects::before_delete(call, on, &document, fate).await?;
            on.follow(call, &[&document], fate).await?;
        }
        let same = target.clone().and(Filter::Same(document.clone()));
        if let Some(left) = step.as_step().make(call, &**on, &same).await? {
            on.wrote(call, Some(&document), left.as_ref());
            return Ok(Some(left));
        }
        if on.are_watched() && effects::stand_at(call) {
            // What hooks have written for the document that was read is undone with the transaction.
            return Err(StoreError::Conflict.into());
        }
        attempts.another().await?;
    }
}

/// Changes the living document of an id, and returns it as it is then.
pub(super) async fn change_one(
    call: &RawCall,
    on: &Writes<'_>,
    id: Id,
    change: &Change,
) -> Result<RawDocumentBuf, Error> {
    let left = write_one(call, on, &call.one(id), Deed::Change(change)).await?;
    left.flatten().ok_or(Error::DocumentNotFound)
}

impl<'a> Deed<'a> {
    /// What is done and on which condition, where nothing must be known of the document.
    pub(super) fn at_once(self, call: &RawCall) -> Option<(Filter, Step<'a>)> {
        let policy = &call.policy;
        match self {
            Self::Change(change) => {
                let (guard, update) = change.direct()?;
                policy.lets_unseen(update).then(|| (guard.clone(), Step::Update(update)))
            }
            Self::Replace(replacement) => {
                let is_unseen =
                    !call.resource.meta.judges_results() && policy.lets_replace_unseen(replacement);
                is_unseen.then_some((Filter::All, Step::Replace(replacement)))
            }
            Self::Mark(update) => policy.lets_unseen(update).then_some((Filter::All, Step::Update(update))),
            Self::Remove => (!policy.looks_at_documents()).then_some((Filter::All, Step::Remove)),
        }
    }

    /// What becomes of a document that others refer to, where that is something to them.
    pub(super) fn fate(self, document: &RawDocument) -> Option<Fate> {
        match self {
            Self::Remove => Some(Fate::Removed),
            Self::Mark(update) => Fate::of_mark(update, document),
            Self::Change(_) | Self::Replace(_) => None,
        }
    }

    /// What is done to this document, which the caller may see and change.
    async fn step(self, call: &RawCall, on: &Writes<'_>, document: &RawDocument) -> Result<OwnStep, Error> {
        Ok(match self {
            Self::Change(_) | Self::Mark(_) => {
                let update = self.update(call, document).await?;
                self.refers_to_what_is_there(call, [&update]).await?;
                OwnStep::Update(hooked::update(call, on, document, update).await?)
            }
            Self::Replace(replacement) => {
                let replacement = with_derived(call, replacement, document)?;
                let replacement = hooked::replacement(call, on, document, replacement).await?;
                let after = in_memory::replaced(document, &replacement);
                validate::whole(call.resource.meta, &after)?;
                call.policy.keep(&after)?;
                OwnStep::Replace(replacement)
            }
            Self::Remove => OwnStep::Remove,
        })
    }

    /// Whether what these updates of documents refer to is there.
    ///
    /// # Errors
    /// 400 where it isn't.
    pub(super) async fn refers_to_what_is_there<'u>(
        self,
        call: &RawCall,
        updates: impl IntoIterator<Item = &'u Update>,
    ) -> Result<(), Error> {
        match self {
            Self::Change(change) => change.refers_to_what_is_there(call, updates).await,
            Self::Replace(_) | Self::Mark(_) | Self::Remove => Ok(()),
        }
    }

    /// The update of this document, which the caller may see and change, where the deed is one.
    ///
    /// # Errors
    /// As [`Change::sealed_of`], and where it would take the document out of the caller's reach.
    pub(super) async fn update(self, call: &RawCall, document: &RawDocument) -> Result<Update, Error> {
        let update = match self {
            Self::Change(change) => change.sealed_of(call, document).await?,
            Self::Mark(update) => update.clone(),
            Self::Replace(_) | Self::Remove => return Err(Error::internal("this is no update")),
        };
        if !call.policy.lets_unseen(&update) {
            call.policy.keep(&in_memory::updated(document, &update)?)?;
        }
        Ok(update)
    }
}

impl OwnStep {
    fn as_step(&self) -> Step<'_> {
        match self {
            Self::Update(update) => Step::Update(update),
            Self::Replace(replacement) => Step::Replace(replacement),
            Self::Remove => Step::Remove,
        }
    }
}

impl Step<'_> {
    async fn make<C>(&self, call: &RawCall, on: &C, filter: &Filter) -> Result<Option<Left>, StoreError>
    where
        C: Collections + ?Sized,
    {
        let collection = call.resource.meta.collection;
        Ok(match self {
            Self::Update(update) => on.update_one(collection, filter, update).await?.map(Some),
            Self::Replace(replacement) => on.replace_one(collection, filter, replacement).await?.map(Some),
            Self::Remove => (on.delete_one(collection, filter).await? > 0).then_some(None),
        })
    }
}

/// The replacement with what is computed of what it makes of a document.
pub(super) fn with_derived(
    call: &RawCall,
    replacement: &Replacement,
    document: &RawDocument,
) -> Result<Replacement, StoreError> {
    if call.resource.meta.derive_on_save.is_none() {
        return Ok(replacement.clone());
    }
    let after = in_memory::replaced(document, replacement);
    let derived = document::derived(call.resource.meta, &after)?;
    document::replacement_with(replacement, derived)
}

/// The first document that satisfies a filter.
pub(super) async fn read_one<C>(
    call: &RawCall,
    on: &C,
    filter: Filter,
) -> Result<Option<RawDocumentBuf>, Error>
where
    C: Collections + ?Sized,
{
    let find = Find::new(filter).limit(1).time_limit(call.resource.limits.read_time);
    Ok(on.find(call.resource.meta.collection, &find).await?.pop())
}
