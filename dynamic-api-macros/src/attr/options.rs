//! The grammar that all options share: `name`, `name = value`, `name(list)`, separated by commas. It knows no option by name.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    LitInt, LitStr, Path, Token, Type,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    token,
};

use crate::{errors::Errors, messages, names};

/// Reads a list of options. What is wrong with one of them does not keep the others from being read.
pub(super) fn read(
    tokens: TokenStream,
    example: &str,
    errors: &Errors,
    mut option: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    items(tokens, errors, |input| {
        if !input.peek(Ident::peek_any) {
            return Err(messages::EXPECTED_OPTION.at(input.parse::<TokenTree>()?, &[example]));
        }
        option(&input.call(Ident::parse_any)?, input)
    });
}

/// Reads items separated by commas, each on its own.
pub(super) fn items(
    tokens: TokenStream,
    errors: &Errors,
    mut item: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let read = item(input).and_then(|()| comma(input));
            if let Err(error) = read {
                errors.push(error);
                skip_behind_comma(input)?;
            }
        }
        Ok(())
    };
    errors.keep(parser.parse2(tokens));
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
        return Ok(());
    }
    Err(messages::EXPECTED_COMMA.at(input.parse::<TokenTree>()?, &[]))
}

fn skip_behind_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Whether a value or a list follows the option's name.
fn is_bare(input: ParseStream<'_>) -> bool {
    !input.peek(Token![=]) && !input.peek(token::Paren)
}

/// An option that stands alone.
pub(super) fn flag(name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if is_bare(input) {
        return Ok(());
    }
    let value = value_tokens(input)?;
    Err(messages::NO_VALUE.at(value, &[&name.unraw().to_string()]))
}

/// The tokens up to the next comma.
fn value_tokens(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

/// The value of `name = value`, of a type that syn can parse; `expected` and `example` are for who wrote something else.
pub(super) fn value<T: Parse>(
    name: &Ident,
    input: ParseStream<'_>,
    expected: &str,
    example: &str,
) -> syn::Result<T> {
    let text = name.unraw().to_string();
    if !input.peek(Token![=]) {
        return Err(messages::NEEDS_VALUE.at(name, &[&text, example]));
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(messages::NEEDS_VALUE.at(name, &[&text, example]));
    }
    let ahead = input.fork();
    if ahead.parse::<T>().is_err() {
        return Err(messages::WRONG_VALUE.at(value_tokens(input)?, &[&text, expected, example]));
    }
    input.parse()
}

/// The value of `name = "text"`.
pub(super) fn string(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    value(name, input, "a string literal", &format!("{} = \"{example}\"", name.unraw()))
}

/// The value of `name = Type`.
pub(super) fn ty(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Type> {
    value(name, input, "a type", &format!("{} = {example}", name.unraw()))
}

/// The value of `name = 5`, at most `max`.
pub(super) fn integer(name: &Ident, input: ParseStream<'_>, max: u32, example: &str) -> syn::Result<u32> {
    let text = name.unraw().to_string();
    let expected = format!("a whole number up to {max}");
    let number: LitInt = value(name, input, &expected, example)?;
    let in_range = number.base10_parse().ok().filter(|number| *number <= max);
    in_range.ok_or_else(|| messages::WRONG_VALUE.at(&number, &[&text, &expected, example]))
}

/// The value of `name = path`.
pub(super) fn path(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Path> {
    if input.peek(Token![=]) && input.peek2(syn::Lit) {
        input.parse::<Token![=]>()?;
        let example = format!("{} = {example}", name.unraw());
        return Err(messages::WRONG_VALUE.at(
            input.parse::<TokenTree>()?,
            &[&name.unraw().to_string(), "a path without quotes", &example],
        ));
    }
    let equals = input.parse::<Option<Token![=]>>()?;
    if equals.is_none() || input.is_empty() {
        let example = format!("{} = {example}", name.unraw());
        return Err(messages::NEEDS_VALUE.at(name, &[&name.unraw().to_string(), &example]));
    }
    input.call(Path::parse_mod_style)
}

/// The error for a name that is none of the members of an option's list.
pub(super) fn unknown_member(name: &Ident, of: &str, members: &[&str]) -> syn::Error {
    let text = name.unraw().to_string();
    messages::UNKNOWN_OPTION.at(name, &[&text, of, &names::one_of(&text, members)])
}

/// The tokens of `name(list)`.
pub(super) fn list(name: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<TokenStream> {
    if !input.peek(token::Paren) {
        return Err(messages::NEEDS_LIST.at(name, &[&name.unraw().to_string(), example]));
    }
    let content;
    syn::parenthesized!(content in input);
    content.parse()
}

/// One place where options stand, with the names that it has now and those that come later.
pub(super) struct Level {
    pub(super) of: &'static str,
    pub(super) place: &'static str,
    pub(super) options: &'static [&'static str],
    pub(super) later: &'static [&'static str],
}

/// Of an entity.
pub(super) const ENTITY: Level = Level {
    of: "an entity",
    place: "`#[dynamic_api(..)]`",
    options: &[
        "path",
        "collection",
        "api_tag",
        "version",
        "description",
        "web_socket",
        "no_web_socket",
        "public",
        "protected",
        "soft_delete",
        "trashed",
        "lenient",
        "filter",
        "page",
        "validate",
        "index",
        "unique",
        "text_index",
        "ttl_index",
        "scope",
        "ability",
        "ability_mode",
        "auth_ability",
        "tenant",
        "cascade",
        "audit",
        "before_save",
        "before_delete",
        "after_save",
        "routes",
        "names",
        "crate",
    ],
    later: &["cache", "no_cache", "broadcast", "rate_limit", "require_if_match"],
};

/// Of a route.
pub(super) const ROUTE: Level = Level {
    of: "a route",
    place: "`routes(get_many(..))`",
    options: &[
        "public",
        "protected",
        "web_socket",
        "no_web_socket",
        "event",
        "sub_path",
        "version",
        "description",
        "query",
        "body",
        "presenter",
        "populate",
        "key",
        "unrestricted",
        "scope",
        "ability",
        "ability_mode",
        "auth_ability",
        "before_save",
        "before_delete",
        "after_save",
    ],
    later: &["broadcast", "cache", "no_cache", "rate_limit", "require_if_match"],
};

/// Of a custom route.
pub(super) const CUSTOM: Level = Level {
    of: "a custom route",
    place: "`routes(custom(..))`",
    options: &[
        "method",
        "path",
        "handler",
        "body",
        "query",
        "ids",
        "presenter",
        "public",
        "protected",
        "web_socket",
        "no_web_socket",
        "event",
        "version",
        "description",
        "scope",
        "ability",
        "ability_mode",
        "auth_ability",
    ],
    later: &["broadcast", "cache", "no_cache", "audit", "rate_limit"],
};

/// Of a field.
pub(super) const FIELD: Level = Level {
    of: "a field",
    place: "`#[api(..)]` at a field",
    options: &[
        "unique",
        "unique_ci",
        "index",
        "default",
        "hidden",
        "read_only",
        "write_only",
        "no_filter",
        "derived",
        "validate",
        "exists",
        "login",
        "password",
        "claim",
        "register",
        "from_user",
        "protected",
    ],
    later: &["references"],
};

impl Level {
    /// The error for a name that is no option here.
    pub(super) fn unknown(&self, name: &Ident) -> syn::Error {
        let text = name.unraw().to_string();
        if self.later.contains(&&*text) {
            return messages::NOT_YET.at(name, &[&text]);
        }
        let elsewhere =
            [&ENTITY, &ROUTE, &FIELD, &CUSTOM].into_iter().find(|level| level.options.contains(&&*text));
        if let Some(level) = elsewhere {
            return messages::MISPLACED_OPTION.at(name, &[&text, level.of, self.of, level.place]);
        }
        messages::UNKNOWN_OPTION.at(name, &[&text, self.of, &names::one_of(&text, self.options)])
    }
}

/// An option that can be set once.
pub(crate) struct Slot<T> {
    set: Option<(Ident, T)>,
    written: bool,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { set: None, written: false }
    }
}

impl<T> Slot<T> {
    /// Sets it. Two names for one slot are options that exclude each other.
    pub(super) fn set(&mut self, name: &Ident, value: syn::Result<T>) -> syn::Result<()> {
        self.written = true;
        let value = value?;
        let Some((earlier, _)) = &self.set else {
            self.set = Some((name.clone(), value));
            return Ok(());
        };
        let (earlier, text) = (earlier.unraw().to_string(), name.unraw().to_string());
        Err(if earlier == text {
            messages::TWICE.at(name, &[&text])
        } else {
            messages::EXCLUSIVE.at(name, &[&earlier, &text])
        })
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.set.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.set.is_some()
    }

    /// Whether it was written at all, if only with a value that it can't have.
    pub(crate) fn is_written(&self) -> bool {
        self.written
    }

    /// The name that it was set by.
    pub(crate) fn name(&self) -> Option<&Ident> {
        self.set.as_ref().map(|(name, _)| name)
    }
}
