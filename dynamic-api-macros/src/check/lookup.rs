//! Fields by the names that options call them by.

use proc_macro2::Ident;
use syn::{Attribute, ext::IdentExt};

use crate::{attr::RawField, messages, model::Field, names};

/// The fields of an entity, as written and as checked.
pub(super) struct Fields<'a> {
    pub(super) entity: &'a Ident,
    pub(super) raw: &'a [RawField],
    /// In the place of each that is not usable stands `None`.
    pub(super) checked: &'a [Option<Field>],
}

/// What a name stands for.
pub(super) struct Named<'a> {
    /// The stored name.
    pub(super) name: String,
    /// The field; several under different conditions; none where it is wrong in itself, which is reported already.
    pub(super) fields: Vec<&'a Field>,
}

impl Named<'_> {
    /// The condition of the field. Where there are several, one is always there.
    pub(super) fn cfgs(&self) -> Vec<Attribute> {
        match &self.fields[..] {
            [field] => field.cfgs.clone(),
            _ => vec![],
        }
    }
}

impl<'a> Fields<'a> {
    /// The field of a Rust name, or else of a stored name.
    pub(super) fn find(&self, name: &Ident) -> syn::Result<Named<'a>> {
        let text = name.unraw().to_string();
        let by_rust_name = |(raw, _): &(&RawField, &Option<Field>)| raw.ident.unraw() == text;
        let named: Vec<_> = self.raw.iter().zip(self.checked).filter(by_rust_name).collect();
        let fields: Vec<&Field> = if named.is_empty() {
            self.checked.iter().flatten().filter(|field| field.name == text).collect()
        } else {
            named.iter().filter_map(|(_, field)| field.as_ref()).collect()
        };
        if let Some(field) = fields.first() {
            return Ok(Named { name: field.name.clone(), fields });
        }
        if !named.is_empty() {
            return Ok(Named { name: text, fields });
        }
        let candidates = self.names();
        let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
        let hint = names::one_of(&text, &candidates);
        Err(messages::UNKNOWN_FIELD.at(name, &[&text, &self.entity.to_string(), &hint]))
    }

    /// The Rust names of all.
    pub(super) fn names(&self) -> Vec<String> {
        self.raw.iter().map(|raw| raw.ident.unraw().to_string()).collect()
    }

    /// The fields of a stored name.
    pub(super) fn stored(&self, name: &str) -> impl Iterator<Item = &'a Field> {
        self.checked.iter().flatten().filter(move |field| field.name == name)
    }
}
