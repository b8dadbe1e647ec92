//! Ranges of encoded keys: always from an included start to an excluded end. Knows bytes only, and nothing of what they encode.

use std::ops::Bound;

/// The keys from `start` up to, and without, `end`; without an end, all from `start` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyRange {
    pub(super) start: Vec<u8>,
    pub(super) end: Option<Vec<u8>>,
}

impl KeyRange {
    /// Every key.
    pub(super) fn all() -> Self {
        Self { start: Vec::new(), end: None }
    }

    /// Every key that starts with `prefix`.
    pub(super) fn prefix(prefix: Vec<u8>) -> Self {
        let end = successor(&prefix);
        Self { start: prefix, end }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.end.as_ref().is_some_and(|end| *end <= self.start)
    }

    /// The keys in both ranges.
    pub(super) fn intersect(&self, other: &Self) -> Self {
        let end = match (&self.end, &other.end) {
            (Some(left), Some(right)) => Some(left.min(right).clone()),
            (end, None) | (None, end) => end.clone(),
        };
        Self { start: (&self.start).max(&other.start).clone(), end }
    }

    /// The same range behind `prefix`: what it is for a component that is not the first of a compound key.
    pub(super) fn behind(&self, prefix: &[u8]) -> Self {
        let end = match &self.end {
            Some(end) => Some([prefix, end].concat()),
            None => successor(prefix),
        };
        Self { start: [prefix, &self.start].concat(), end }
    }

    /// The range as the tables take it. An empty range must be asked for with [`KeyRange::is_empty`] first: a map panics on a
    /// start behind the end.
    pub(super) fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        let end = match &self.end {
            Some(end) => Bound::Excluded(end.as_slice()),
            None => Bound::Unbounded,
        };
        (Bound::Included(self.start.as_slice()), end)
    }
}

/// The first key behind all that start with `prefix`; `None` where there is none, as nothing sorts behind a row of 0xFF.
pub(super) fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut next = prefix[..=last].to_vec();
    next[last] += 1;
    Some(next)
}

/// The union of `ranges`: in order, without overlaps.
pub(super) fn union(mut ranges: Vec<KeyRange>) -> Vec<KeyRange> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by(|left, right| left.start.cmp(&right.start));
    let mut merged: Vec<KeyRange> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.end.as_ref().is_none_or(|end| range.start < *end) => {
                last.end = match (last.end.take(), range.end) {
                    (Some(left), Some(right)) => Some(left.max(right)),
                    _ => None,
                };
            }
            _ => merged.push(range),
        }
    }
    merged
}

/// The keys that are in a range of each list, both in order and without overlaps.
pub(super) fn intersection(left: &[KeyRange], right: &[KeyRange]) -> Vec<KeyRange> {
    let pairs = left.iter().flat_map(|a| right.iter().map(|b| a.intersect(b)));
    pairs.filter(|range| !range.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_successor_is_behind_every_key_with_the_prefix() {
        assert_eq!(successor(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(successor(&[1, 0xFF]), Some(vec![2]));
        assert_eq!(successor(&[0xFF, 0xFF]), None);
    }

    #[test]
    fn a_union_has_no_overlaps_and_an_intersection_only_what_is_in_both() {
        let range = |start: u8, end: u8| KeyRange { start: vec![start], end: Some(vec![end]) };
        assert_eq!(
            union(vec![range(5, 7), range(1, 3), range(2, 4), range(9, 9)]),
            [range(1, 4), range(5, 7)]
        );
        assert_eq!(intersection(&[range(1, 4), range(6, 9)], &[range(3, 7)]), [range(3, 4), range(6, 7)]);
    }
}
