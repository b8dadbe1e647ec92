//! What of serde's attributes the API respects, and what it can't.

use syn::{Attribute, DeriveInput, ExprPath, LitStr, Meta, Token, meta::ParseNestedMeta};

use crate::{errors::Errors, messages, model::Codec, names, names::Case};

/// `#[serde(..)]` of a struct or an enum.
#[derive(Default)]
pub(crate) struct SerdeContainer {
    pub(crate) rename_all: Option<Case>,
    pub(crate) rename_all_fields: bool,
    pub(crate) krate: bool,
    pub(crate) deny_unknown_fields: bool,
    /// Whether the type's members or variants are not written one by one under their names.
    pub(crate) opaque: bool,
    pub(crate) transparent: bool,
}

/// `#[serde(..)]` of a field or a variant.
#[derive(Default)]
pub(crate) struct SerdeField {
    pub(crate) rename: Option<LitStr>,
    pub(crate) default: Option<SerdeDefault>,
    pub(crate) codec: Option<Codec>,
    pub(crate) skip_serializing_if: bool,
    /// Whether there is something about its name or form that only serde knows.
    pub(crate) opaque: bool,
}

/// `#[serde(default)]` or `#[serde(default = "function")]`.
pub(crate) enum SerdeDefault {
    Trait,
    Function(ExprPath),
}

/// Which of serde's traits an item derives below the macro's attribute.
pub(crate) fn derives_serde(attrs: &[Attribute]) -> (bool, bool) {
    let mut derived = (false, false);
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let _ = attr.parse_nested_meta(|meta| {
            let last = meta.path.segments.last().map(|segment| segment.ident.to_string());
            match last.as_deref() {
                Some("Serialize") => derived.0 = true,
                Some("Deserialize") => derived.1 = true,
                _ => {}
            }
            Ok(())
        });
    }
    derived
}

/// Calls back with every member of the `#[serde(..)]` attributes.
fn each(
    attrs: &[Attribute],
    errors: &Errors,
    mut member: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        errors.keep(attr.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let read = member(&name, &meta);
            // One that was refused before its value was read must not keep the others from being read.
            errors.keep(read);
            skip_value(&meta)
        }));
    }
}

fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

fn unsupported(meta: &ParseNestedMeta<'_>, name: &str, respected: &[&str]) -> syn::Error {
    messages::SERDE_UNSUPPORTED.at(&meta.path, &[name, &names::list(respected)])
}

/// The value of `rename = ".."`, which `rename(serialize = "..", deserialize = "..")` may also say if both say the same.
fn one_name(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    if !meta.input.peek(syn::token::Paren) {
        return meta.value()?.parse();
    }
    let mut said: Vec<LitStr> = vec![];
    meta.parse_nested_meta(|way| {
        said.push(way.value()?.parse()?);
        Ok(())
    })?;
    match &said[..] {
        [read, write] if read.value() == write.value() => Ok(read.clone()),
        [first, ..] => Err(messages::SERDE_TWO_NAMES.at(&meta.path, &[&first.value()])),
        [] => Err(messages::SERDE_TWO_NAMES.at(&meta.path, &["name"])),
    }
}

fn case(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<Case>> {
    let text = one_name(meta)?;
    let case = Case::parse(&text.value());
    if case.is_none() {
        let cases = Case::ALL.map(|(spelling, _)| spelling);
        return Err(messages::SERDE_CASE.at(&text, &[&text.value(), &names::one_of(&text.value(), &cases)]));
    }
    Ok(case)
}

impl SerdeContainer {
    /// Of an entity.
    pub(crate) fn of_entity(attrs: &[Attribute], errors: &Errors) -> Self {
        let mut serde = Self::default();
        each(attrs, errors, |name, meta| {
            match name {
                "rename_all" => serde.rename_all = case(meta)?,
                // Of the struct's own serde, without a meaning for the API.
                "rename" | "deny_unknown_fields" | "crate" | "bound" | "expecting" => {}
                "default" => return Err(messages::SERDE_DEFAULT_STRUCT.at(&meta.path, &[])),
                other => return Err(unsupported(meta, other, &["rename_all"])),
            }
            Ok(())
        });
        serde
    }

    /// Of a nested struct or enum, which keeps its attributes for serde.
    pub(crate) fn of_api_type(item: &DeriveInput, errors: &Errors) -> Self {
        let mut serde = Self::default();
        each(&item.attrs, errors, |name, meta| {
            match name {
                "rename_all" => serde.rename_all = case(meta)?,
                "rename_all_fields" => serde.rename_all_fields = true,
                "crate" => serde.krate = true,
                "deny_unknown_fields" => serde.deny_unknown_fields = true,
                "transparent" => serde.transparent = true,
                "tag" | "content" | "untagged" | "from" | "into" | "try_from" | "default" => {
                    serde.opaque = true
                }
                "remote" => {
                    return Err(unsupported(meta, name, &["rename_all", "tag", "content", "untagged"]));
                }
                _ => {}
            }
            Ok(())
        });
        serde
    }
}

const FIELD_MEMBERS: [&str; 4] = ["rename", "default", "with", "skip_serializing_if"];

impl SerdeField {
    /// Of a field named `field`.
    pub(crate) fn parse(attrs: &[Attribute], field: &str, errors: &Errors) -> Self {
        let mut serde = Self::default();
        let (mut read, mut write) = (None, None);
        each(attrs, errors, |name, meta| {
            match name {
                "rename" => serde.rename = Some(one_name(meta)?),
                "default" if meta.input.peek(Token![=]) => {
                    serde.default = Some(SerdeDefault::Function(function(meta)?));
                }
                "default" => serde.default = Some(SerdeDefault::Trait),
                "with" => serde.codec = Some(Codec::Module(function(meta)?)),
                "serialize_with" => write = Some((meta.path.clone(), function(meta)?)),
                "deserialize_with" => read = Some((meta.path.clone(), function(meta)?)),
                // An absent optional member is left out anyway.
                "skip_serializing_if" => serde.skip_serializing_if = true,
                "bound" => {}
                "skip" | "skip_serializing" | "skip_deserializing" => {
                    return Err(messages::SERDE_SKIP.at(&meta.path, &[name, field]));
                }
                "flatten" => return Err(messages::SERDE_FLATTEN.at(&meta.path, &[])),
                other => return Err(unsupported(meta, other, &FIELD_MEMBERS)),
            }
            Ok(())
        });
        match (write, read) {
            (Some((_, serialize)), Some((_, deserialize))) => {
                serde.codec = Some(Codec::Functions { serialize, deserialize });
            }
            (Some((place, _)), None) => errors.push(one_way(&place, "serialize_with", "deserialize_with")),
            (None, Some((place, _))) => errors.push(one_way(&place, "deserialize_with", "serialize_with")),
            (None, None) => {}
        }
        serde
    }

    /// Of a variant.
    pub(crate) fn of_variant(attrs: &[Attribute], errors: &Errors) -> Self {
        let mut serde = Self::default();
        each(attrs, errors, |name, meta| {
            match name {
                "rename" => serde.rename = Some(one_name(meta)?),
                _ => serde.opaque = true,
            }
            Ok(())
        });
        serde
    }
}

fn one_way(place: &syn::Path, one: &str, other: &str) -> syn::Error {
    messages::SERDE_ONE_WAY.at(place, &[one, other])
}

/// The function or module that a string names.
fn function(meta: &ParseNestedMeta<'_>) -> syn::Result<ExprPath> {
    meta.value()?.parse::<LitStr>()?.parse()
}

/// Whether an attribute is serde's.
pub(crate) fn is_serde(attr: &Attribute) -> bool {
    matches!(&attr.meta, Meta::List(list) if list.path.is_ident("serde"))
}
