//! The options of `#[api_type]`.

use proc_macro2::TokenStream;
use syn::Path;

use super::options::{self, Slot};
use crate::errors::Errors;

/// `#[api_type(..)]` as written.
#[derive(Default)]
pub(crate) struct RawApiType {
    pub(crate) krate: Slot<Path>,
}

impl RawApiType {
    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Self {
        let mut raw = Self::default();
        options::read(tokens, "crate = my::dynamic_api", errors, |name, input| {
            if name != "crate" {
                return Err(options::unknown_member(name, "`#[api_type]`", &["crate"]));
            }
            raw.krate.set(name, options::path(name, input, "my::dynamic_api"))
        });
        raw
    }
}
