//! Which indexes lists can walk along, once a collection is ready.

use std::collections::HashSet;

use super::{
    super::indexes::{Indexes, Ordered},
    existing::Existing,
};
use crate::{
    query::Sort,
    store::{CollectionSpec, IndexKind, IndexSpec},
};

/// The indexes of a collection that is as declared, and was like `existing` before.
pub(super) fn indexes(spec: &CollectionSpec, existing: &[Existing]) -> Indexes {
    let declared = spec
        .indexes
        .iter()
        .filter(|wanted| is_ordered(wanted))
        .map(|wanted| Ordered { name: name(wanted, existing), keys: wanted.keys.clone() });
    let wanted = spec.indexes.iter().flat_map(|wanted| wanted.keys.iter().map(|(path, _)| path.clone()));
    let found = existing.iter().flat_map(Existing::paths);
    Indexes {
        ordered: declared.chain(of_ids(existing)).collect(),
        paths: wanted.chain(found).collect::<HashSet<_>>(),
    }
}

/// Whether it holds all documents, in an order that is total.
fn is_ordered(wanted: &IndexSpec) -> bool {
    wanted.kind == IndexKind::Plain
        && wanted.only_types.is_empty()
        && wanted.only_null.is_empty()
        && wanted.keys.last().is_some_and(|(path, _)| path == "_id")
}

/// The name of the one that serves it, which may be any; else its own, under which it was created.
fn name(wanted: &IndexSpec, existing: &[Existing]) -> String {
    let serving = existing.iter().find(|index| index.serves(wanted));
    serving.map_or_else(|| wanted.name(), |index| index.name().to_owned())
}

/// The index on `_id`, which a collection has from its first document on. That of a collection with a collation of its own has
/// another order.
fn of_ids(existing: &[Existing]) -> Option<Ordered> {
    let is_plain = existing.iter().all(|index| !index.is_of_ids() || !index.is_collated());
    is_plain.then(|| Ordered { name: super::existing::ID_INDEX.to_owned(), keys: Sort::none().stable().0 })
}
