//! How the indexes of a collection stand to the declared ones. It only compares.

use super::{existing::Existing, shape};
use crate::store::{CollectionSpec, DriftedIndex, IndexReport, IndexSpec};

/// Each declared index in one of the first three, each existing one but that on `_id` in one of the others.
#[derive(Debug, Default)]
pub(super) struct Standing<'a> {
    /// Served by no index that exists, and nothing is in its place.
    pub(super) missing: Vec<&'a IndexSpec>,
    /// Served by no index that exists, and something else is in its place.
    pub(super) displaced: Vec<&'a IndexSpec>,
    /// Serve what is declared.
    pub(super) serving: Vec<&'a Existing>,
    /// In the place of a declared one, with what that is.
    pub(super) drifted: Vec<(&'a Existing, &'a IndexSpec)>,
    /// Neither.
    pub(super) foreign: Vec<&'a Existing>,
}

impl<'a> Standing<'a> {
    pub(super) fn of(spec: &'a CollectionSpec, existing: &'a [Existing]) -> Self {
        let mut standing = Self::default();
        let serves = |index: &&Existing| spec.indexes.iter().any(|wanted| index.serves(wanted));
        let (serving, others): (Vec<_>, Vec<_>) = existing.iter().partition(serves);
        for (at, wanted) in spec.indexes.iter().enumerate() {
            if spec.indexes[..at].contains(wanted) {
                continue;
            }
            if let Some(served) = serving.iter().find(|index| index.serves(wanted)) {
                standing.serving.push(served);
                continue;
            }
            let rivals: Vec<_> = others.iter().filter(|index| index.is_in_place_of(wanted)).collect();
            if rivals.is_empty() {
                standing.missing.push(wanted);
            } else {
                standing.displaced.push(wanted);
                standing.drifted.extend(rivals.into_iter().map(|index| (*index, wanted)));
            }
        }
        let is_drifted =
            |index: &&Existing| standing.drifted.iter().any(|(one, _)| one.name() == index.name());
        let foreign = others.into_iter().filter(|index| !index.is_of_ids() && !is_drifted(index));
        standing.foreign = foreign.collect();
        standing
    }

    pub(super) fn report(&self, collection: &str) -> IndexReport {
        let names = |indexes: &[&Existing]| indexes.iter().map(|index| index.name().to_owned()).collect();
        let drifted = |(index, wanted): &(&Existing, &IndexSpec)| DriftedIndex {
            name: index.name().to_owned(),
            exists: index.shape().to_string(),
            declared: declared_shape(wanted),
        };
        IndexReport {
            collection: collection.to_owned(),
            declared: names(&self.serving),
            missing: self.missing.iter().map(|wanted| wanted.name()).collect(),
            drifted: self.drifted.iter().map(drifted).collect(),
            foreign: names(&self.foreign),
        }
    }
}

/// What an index is declared as, in the form of [`Existing::shape`].
fn declared_shape(wanted: &IndexSpec) -> String {
    Existing(shape::declared(wanted)).shape().to_string()
}
