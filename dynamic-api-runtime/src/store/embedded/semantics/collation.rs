//! Texts without regard to case, as MongoDB compares them under the collation `{locale: "en", strength: 2}`: by the Unicode
//! collation algorithm, in which letters and accents differ, and case, width and style do not.

use std::sync::LazyLock;

use icu_collator::{
    CollatorBorrowed, CollatorPreferences,
    options::{CollatorOptions, Strength},
};

use crate::store::{StoreError, StoreResult};

/// What keys are made by. A file whose keys were made by another version has them made anew.
pub(crate) const VERSION: &str = "icu4x-2.4";

static COLLATOR: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Secondary);
    CollatorBorrowed::try_new(CollatorPreferences::default(), options).ok()
});

/// The key of a text: that of another one is the same where the two differ in nothing but case.
pub(crate) fn key(text: &str) -> StoreResult<Vec<u8>> {
    let mut key = Vec::with_capacity(text.len() + 8);
    let collator = COLLATOR.as_ref().ok_or_else(|| StoreError::other("the collation has no data"))?;
    let Ok(()) = collator.write_sort_key_to(text, &mut key);
    Ok(key)
}
