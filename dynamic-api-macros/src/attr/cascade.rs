//! What becomes of documents that refer to a deleted one: `cascade(Comment.post, Like.post = set_null)`.

use proc_macro2::Ident;
use syn::{Path, Token, ext::IdentExt, parse::ParseStream};

use super::options;
use crate::{errors::Errors, messages, model::OnDelete};

/// Documents of another entity, by the field that refers, as written.
pub(crate) struct RawCascade {
    pub(crate) child: Path,
    pub(crate) field: Ident,
    pub(crate) on_delete: OnDelete,
}

/// How `cascade` is written.
const EXAMPLE: &str = "cascade(Comment.post)";

/// All of `cascade(..)`.
pub(super) fn all(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<RawCascade>> {
    let list = options::list(name, input, EXAMPLE)?;
    if list.is_empty() {
        return Err(messages::NEEDS_VALUE.at(name, &["cascade", EXAMPLE]));
    }
    let mut found: Vec<RawCascade> = vec![];
    options::items(list, errors, |input| {
        let cascade = RawCascade::parse(input)?;
        if found.iter().any(|earlier| earlier.is_of(&cascade)) {
            return Err(messages::TWICE.at(&cascade.field, &[&cascade.field.to_string()]));
        }
        found.push(cascade);
        Ok(())
    });
    Ok(found)
}

impl RawCascade {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let start = input.span();
        let wrong = |_: syn::Error| messages::BAD_CASCADE.at_span(start, &[]);
        let child = input.call(Path::parse_mod_style).map_err(wrong)?;
        input.parse::<Token![.]>().map_err(wrong)?;
        let field = input.call(Ident::parse_any).map_err(wrong)?;
        let on_delete = match input.parse::<Option<Token![=]>>()? {
            Some(_) => on_delete(&input.call(Ident::parse_any).map_err(wrong)?)?,
            None => OnDelete::Delete,
        };
        Ok(Self { child, field, on_delete })
    }

    fn is_of(&self, other: &Self) -> bool {
        self.child == other.child && self.field == other.field
    }
}

fn on_delete(name: &Ident) -> syn::Result<OnDelete> {
    match name.to_string().as_str() {
        "delete" => Ok(OnDelete::Delete),
        "restrict" => Ok(OnDelete::Restrict),
        "set_null" => Ok(OnDelete::SetNull),
        _ => Err(options::unknown_member(name, "`cascade`", &["delete", "restrict", "set_null"])),
    }
}
