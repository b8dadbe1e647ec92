//! The rules of what clients may ask of lists.

use crate::{
    attr::{PAGE, RawEntity},
    messages,
    model::Page,
};

/// How many rows a page has.
pub(super) fn page(raw: &RawEntity) -> syn::Result<Option<Page>> {
    let (Some(page), Some(name)) = (raw.page.get(), raw.page.name()) else { return Ok(None) };
    let missing = [(&page.default, "default"), (&page.max, "max")];
    if let Some((_, member)) = missing.into_iter().find(|(slot, _)| !slot.is_written()) {
        return Err(messages::NEEDS_MEMBER.at(name, &["page", member, PAGE]));
    }
    let (Some(&default), Some(&max)) = (page.default.get(), page.max.get()) else { return Ok(None) };
    if !(1..=max).contains(&default) {
        return Err(messages::BAD_PAGE.at(name, &[&default.to_string(), &max.to_string()]));
    }
    Ok(Some(Page { default, max }))
}

/// Deleted documents can be asked for where they are still there.
pub(super) fn trashed(raw: &RawEntity) -> syn::Result<()> {
    match raw.trashed.name() {
        Some(name) if !raw.soft_delete.is_written() => {
            Err(messages::NEEDS_SOFT_DELETE.at(name, &["trashed"]))
        }
        _ => Ok(()),
    }
}
