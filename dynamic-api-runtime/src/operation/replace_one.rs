//! Other members in the place of a document's. What clients can't send is kept.

use bson::{RawDocument, RawDocumentBuf};

use super::{
    Outcome,
    change::{Attempts, read_one},
};
use crate::{
    call::RawCall,
    document,
    error::Error,
    query::{Filter, Replacement},
    store::{Collections, StoreError, in_memory},
    validate,
};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let target = call.one(call.id()?);
    let replaced = replace(call, &*call.resource.store, &target, members).await?;
    replaced.map(Outcome::One).ok_or(Error::DocumentNotFound)
}

/// Puts these members in the place of those of the document that satisfies `target`; `None` where there is none.
pub(super) async fn replace<C>(
    call: &RawCall,
    on: &C,
    target: &Filter,
    members: &RawDocument,
) -> Result<Option<RawDocumentBuf>, Error>
where
    C: Collections + ?Sized,
{
    let meta = call.resource.meta;
    let replacement = document::replacement(meta, members)?;
    if !meta.judges_results() {
        return Ok(on.replace_one(meta.collection, target, &replacement).await?);
    }
    let mut attempts = Attempts::default();
    loop {
        let Some(document) = read_one(call, on, target).await? else { return Ok(None) };
        let replacement = judged(call, &replacement, &document)?;
        let same = target.clone().and(Filter::Same(document));
        if let Some(replaced) = on.replace_one(meta.collection, &same, &replacement).await? {
            return Ok(Some(replaced));
        }
        attempts.another().await?;
    }
}

/// The replacement with what is computed of what it makes of a document, which keeps the rules over several fields.
fn judged(call: &RawCall, replacement: &Replacement, document: &RawDocument) -> Result<Replacement, Error> {
    let replacement = with_derived(call, replacement, document)?;
    validate::whole(call.resource.meta, &in_memory::replaced(document, &replacement))?;
    Ok(replacement)
}

/// The replacement with what is computed of what it makes of a document.
fn with_derived(
    call: &RawCall,
    replacement: &Replacement,
    document: &RawDocument,
) -> Result<Replacement, StoreError> {
    let after = in_memory::replaced(document, replacement);
    let derived = document::derived(call.resource.meta, &after)?;
    let is_derived = |name: &str| derived.iter().any(|(derived, _)| *derived == name);
    let keep = replacement.keep.iter().copied().filter(|name| !is_derived(name)).collect();
    Ok(Replacement { document: document::with_members(&replacement.document, derived)?, keep })
}
