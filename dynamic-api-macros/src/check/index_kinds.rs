//! The rules of the indexes that are for more than values: of texts, and of dates at which documents expire.

use proc_macro2::Ident;
use quote::ToTokens;

use super::{
    lookup::{Fields, Named},
    types::{self, Holds},
};
use crate::{
    attr::{RawField, RawIndex, RawIndexKind, TTL_INDEX},
    messages,
    model::{Field, IndexKind},
};

/// What an index is for.
pub(super) fn kind(raw: &RawIndex) -> syn::Result<IndexKind> {
    let seconds = match &raw.kind {
        RawIndexKind::Plain => return Ok(IndexKind::Plain),
        RawIndexKind::Unique => return Ok(IndexKind::Unique),
        RawIndexKind::Text => return Ok(IndexKind::Text),
        RawIndexKind::Ttl(seconds) => seconds,
    };
    if let [_, (second, _), ..] = &raw.keys[..] {
        return Err(messages::SEVERAL_TTL_KEYS.at(second, &[]));
    }
    match seconds.get() {
        Some(seconds) => Ok(IndexKind::Ttl(*seconds)),
        // What is wrong with it is reported already.
        None if seconds.is_written() || !raw.complete || raw.keys.is_empty() => Ok(IndexKind::Ttl(0)),
        None => Err(messages::NEEDS_MEMBER.at(&raw.name, &["ttl_index", "seconds", TTL_INDEX])),
    }
}

/// How an index is written that names no field.
pub(super) fn example(raw: &RawIndex, fields: &Fields<'_>) -> String {
    if matches!(raw.kind, RawIndexKind::Ttl(_)) {
        return TTL_INDEX.to_owned();
    }
    let field = fields.names().into_iter().next().unwrap_or_else(|| "name".to_owned());
    format!("{}({field})", raw.name)
}

/// Whether a key is one that an index of this kind can have.
pub(super) fn fits(raw: &RawIndex, place: &Ident, key: &Named<'_>) -> syn::Result<()> {
    match raw.kind {
        RawIndexKind::Plain | RawIndexKind::Unique => Ok(()),
        RawIndexKind::Text => {
            holds_text(place, key)?;
            key.fields.iter().try_for_each(|field| is_searchable(place, field))
        }
        RawIndexKind::Ttl(_) => is_date(place, key),
    }
}

fn holds_text(place: &Ident, key: &Named<'_>) -> syn::Result<()> {
    let is_no_text = |field: &Field| field.codec.is_none() && types::is_no_text(&field.ty);
    if is_of_server(key) || key.fields.iter().any(|field| is_no_text(field)) {
        return Err(messages::NO_TEXT.at(place, &[&place.to_string()]));
    }
    Ok(())
}

/// A search finds the documents that hold a word, and so tells which hold it.
fn is_searchable(place: &Ident, field: &Field) -> syn::Result<()> {
    let options =
        [(field.hidden, "hidden"), (field.write_only, "write_only"), (field.no_filter, "no_filter")];
    match options.into_iter().find(|(set, _)| *set) {
        Some((_, option)) => Err(messages::SEARCH_REVEALS.at(place, &[&place.to_string(), option])),
        None => Ok(()),
    }
}

fn is_date(place: &Ident, key: &Named<'_>) -> syn::Result<()> {
    let is_no_date = |field: &Field| field.codec.is_some() || !types::is_date(&field.ty);
    if key.name == "_id" || key.fields.iter().any(|field| is_no_date(field)) {
        return Err(messages::NO_DATE.at(place, &[&place.to_string()]));
    }
    Ok(())
}

/// Whether a field can be unique without regard to case.
pub(super) fn is_text(name: &Ident, raw: &RawField) -> syn::Result<()> {
    if raw.options.unique.is_written() {
        return Err(messages::EXCLUSIVE.at(name, &["unique", "unique_ci"]));
    }
    match types::holds(&raw.ty) {
        None | Some(Holds::Text | Holds::List) if !types::is_no_text(&raw.ty) => Ok(()),
        _ => Err(messages::NO_CASE.at(name, &[&raw.ty.to_token_stream().to_string().replace(' ', "")])),
    }
}

/// Whether the server keeps it in every document.
fn is_of_server(key: &Named<'_>) -> bool {
    matches!(&*key.name, "_id" | "createdAt" | "updatedAt")
}
