//! Policies as written: scopes, abilities, what a field asks of a caller, and what of a document comes from one.

use proc_macro2::Ident;
use syn::{LitStr, Path, Token, ext::IdentExt, parse::ParseStream, token};

use super::options::{self, Slot};
use crate::{
    errors::Errors,
    messages,
    model::{AbilityMode, RouteKind},
    names::{self, Case},
};

/// Who may do what with which documents: of a route, or of all of an entity's.
#[derive(Default)]
pub(crate) struct RawPolicy {
    pub(crate) scope: Slot<Path>,
    pub(crate) ability: Slot<RawPermit>,
    pub(crate) mode: Slot<AbilityMode>,
    pub(crate) auth_ability: Slot<Path>,
}

/// An ability of an entity's routes of some kinds: `ability(update_one = is_seller)`.
pub(crate) struct RawOfKinds {
    pub(crate) kinds: RawKinds,
    pub(crate) rule: RawPermit,
}

/// Kinds of routes, from the narrowest word for them to the widest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RawKinds {
    One(RouteKind),
    Reads,
    Writes,
    All,
}

/// An ability as written.
#[derive(Clone)]
pub(crate) enum RawPermit {
    /// `is_owner(seller)`, `is_member(members = teams)`: the name, the field and the claim.
    Holds(Ident, Ident, Option<String>),
    /// `has_role("admin", "editor", claim = roles)`
    Role(Vec<LitStr>, Option<String>),
    /// `is_authenticated()`
    User,
    /// `all_of(..)`
    All(Vec<RawPermit>),
    /// `any_of(..)`
    Any(Vec<RawPermit>),
    /// `not(..)`
    Not(Box<RawPermit>),
    /// The path of a function.
    Code(Path),
}

/// `protected(read = .., write = ..)` of a field.
#[derive(Default)]
pub(crate) struct RawProtected {
    pub(crate) read: Slot<RawPermit>,
    pub(crate) write: Slot<RawPermit>,
}

/// `tenant = org` or `tenant(org = organisation)`: a field, and the claim where that has another name.
pub(crate) struct RawTenant {
    pub(crate) field: Ident,
    pub(crate) claim: Option<String>,
}

/// The ready abilities.
const READY: [&str; 7] = ["is_owner", "is_member", "has_role", "is_authenticated", "all_of", "any_of", "not"];

impl RawPolicy {
    /// Takes an option, where it is one of a policy.
    pub(super) fn option(
        &mut self,
        name: &Ident,
        input: ParseStream<'_>,
        errors: &Errors,
    ) -> Option<syn::Result<()>> {
        Some(match name.to_string().as_str() {
            "scope" => self.scope.set(name, options::path(name, input, "own_documents")),
            "ability" => self.ability.set(name, rule_of(name, input, errors)),
            "ability_mode" => self.mode.set(name, mode(name, input, errors)),
            "auth_ability" => self.auth_ability.set(name, options::path(name, input, "is_staff")),
            _ => return None,
        })
    }
}

/// `ability = ..`
fn rule_of(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<RawPermit> {
    const EXAMPLE: &str = "ability = is_owner(author)";
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() || input.peek(Token![,]) {
        return Err(messages::NEEDS_VALUE.at(name, &[&name.unraw().to_string(), EXAMPLE]));
    }
    RawPermit::parse(input, errors)
}

/// `ability(update_one = is_seller, writes = ..)`, of an entity.
pub(super) fn of_kinds(
    name: &Ident,
    input: ParseStream<'_>,
    errors: &Errors,
) -> syn::Result<Vec<RawOfKinds>> {
    let list = options::list(name, input, "ability(update_one = is_seller)")?;
    let mut found: Vec<RawOfKinds> = vec![];
    options::read(list, "update_one = is_seller", errors, |name, input| {
        let text = name.to_string();
        let kinds = match (&*text, RouteKind::parse(&text)) {
            (_, Some(kind)) => RawKinds::One(kind),
            ("reads", _) => RawKinds::Reads,
            ("writes", _) => RawKinds::Writes,
            ("all", _) => RawKinds::All,
            _ => {
                let candidates = [&RouteKind::NAMES[..], &["reads", "writes", "all"]].concat();
                return Err(messages::UNKNOWN_ROUTE.at(name, &[&text, &names::one_of(&text, &candidates)]));
            }
        };
        let rule = rule_of(name, input, errors)?;
        if found.iter().any(|earlier| earlier.kinds == kinds) {
            return Err(messages::TWICE.at(name, &[&text]));
        }
        found.push(RawOfKinds { kinds, rule });
        Ok(())
    });
    Ok(found)
}

impl RawKinds {
    pub(crate) fn contains(self, kind: RouteKind) -> bool {
        match self {
            Self::One(one) => one == kind,
            Self::Reads => kind.is_read(),
            Self::Writes => !kind.is_read(),
            Self::All => true,
        }
    }
}

/// `ability_mode(filter)`
fn mode(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<AbilityMode> {
    const EXAMPLE: &str = "ability_mode(filter)";
    let list = options::list(name, input, EXAMPLE)?;
    let mut mode = Slot::default();
    if list.is_empty() {
        return Err(messages::NEEDS_VALUE.at(name, &["ability_mode", EXAMPLE]));
    }
    options::read(list, "filter", errors, |option, input| {
        let value = match option.to_string().as_str() {
            "filter" => AbilityMode::Filter,
            "throw" => AbilityMode::Throw,
            _ => return Err(options::unknown_member(option, "`ability_mode`", &["throw", "filter"])),
        };
        mode.set(option, options::flag(option, input).map(|()| value))
    });
    Ok(mode.get().copied().unwrap_or_default())
}

impl RawPermit {
    pub(super) fn parse(input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let is_ready = input.peek(Ident::peek_any) && input.peek2(token::Paren);
        if is_ready {
            let name = input.call(Ident::parse_any)?;
            return Self::ready(&name, input, errors);
        }
        let ahead = input.fork();
        match ahead.call(Path::parse_mod_style) {
            Ok(_) => input.call(Path::parse_mod_style).map(Self::Code),
            Err(error) => Err(messages::BAD_RULE.at_span(error.span(), &[])),
        }
    }

    fn ready(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let text = name.to_string();
        let list = |example| options::list(name, input, example);
        Ok(match &*text {
            "is_owner" | "is_member" => {
                let example = if text == "is_owner" { "is_owner(author)" } else { "is_member(members)" };
                let (field, claim) = field_and_claim(name, list(example)?, example)?;
                Self::Holds(name.clone(), field, claim)
            }
            "has_role" => {
                let list = list("has_role(\"admin\")")?;
                roles(name, list)?
            }
            "is_authenticated" => {
                let list = list("is_authenticated()")?;
                if !list.is_empty() {
                    return Err(messages::NO_VALUE.at(list, &[&text]));
                }
                Self::User
            }
            "all_of" => Self::All(rules(name, list("all_of(is_owner(author), is_open)")?, errors)?),
            "any_of" => Self::Any(rules(name, list("any_of(is_owner(author), is_admin)")?, errors)?),
            "not" => {
                let mut parts = rules(name, list("not(is_locked)")?, errors)?;
                match (parts.pop(), parts.is_empty()) {
                    (Some(only), true) => Self::Not(Box::new(only)),
                    _ => return Err(messages::NEEDS_VALUE.at(name, &["not", "not(is_locked)"])),
                }
            }
            _ => {
                let hint = names::one_of(&text, &READY);
                // The tokens are read, so that the error is the only one.
                options::list(name, input, "")?;
                return Err(messages::UNKNOWN_RULE.at(name, &[&text, &hint]));
            }
        })
    }

    /// Whether it depends on the document.
    pub(crate) fn asks_documents(&self) -> bool {
        match self {
            Self::Holds(..) | Self::Code(_) => true,
            Self::All(rules) | Self::Any(rules) => rules.iter().any(Self::asks_documents),
            Self::Not(rule) => rule.asks_documents(),
            Self::Role(..) | Self::User => false,
        }
    }

    /// Whether only code can tell what it says.
    pub(crate) fn is_code(&self) -> bool {
        match self {
            Self::Code(_) => true,
            Self::All(rules) | Self::Any(rules) => rules.iter().any(Self::is_code),
            Self::Not(rule) => rule.is_code(),
            Self::Holds(..) | Self::Role(..) | Self::User => false,
        }
    }
}

fn rules(name: &Ident, list: proc_macro2::TokenStream, errors: &Errors) -> syn::Result<Vec<RawPermit>> {
    let (mut rules, before) = (vec![], errors.count());
    options::items(list, errors, |input| {
        rules.push(RawPermit::parse(input, errors)?);
        Ok(())
    });
    if rules.is_empty() && errors.count() == before {
        let example = format!("{name}(is_owner(author))");
        return Err(messages::NEEDS_VALUE.at(name, &[&name.to_string(), &example]));
    }
    Ok(rules)
}

/// `author` or `author = claim`
fn field_and_claim(
    name: &Ident,
    list: proc_macro2::TokenStream,
    example: &str,
) -> syn::Result<(Ident, Option<String>)> {
    let parser = |input: ParseStream<'_>| {
        let field = input.call(Ident::parse_any)?;
        let claim = input.parse::<Option<Token![=]>>()?.map(|_| claim(input)).transpose()?;
        Ok((field, claim))
    };
    syn::parse::Parser::parse2(parser, list)
        .map_err(|_: syn::Error| messages::NEEDS_VALUE.at(name, &[&name.to_string(), example]))
}

/// A claim, by the Rust name of the user's field or by its stored name in quotes.
fn claim(input: ParseStream<'_>) -> syn::Result<String> {
    if input.peek(LitStr) {
        return input.parse::<LitStr>().map(|name| name.value());
    }
    let name = input.call(Ident::parse_any)?;
    Ok(Case::Camel.of_field(&name.unraw().to_string()))
}

/// `"admin", "editor", claim = roles`
fn roles(name: &Ident, list: proc_macro2::TokenStream) -> syn::Result<RawPermit> {
    let parser = |input: ParseStream<'_>| {
        let (mut roles, mut of) = (vec![], None);
        while !input.is_empty() {
            if input.peek(LitStr) {
                roles.push(input.parse::<LitStr>()?);
            } else {
                let option: Ident = input.call(Ident::parse_any)?;
                if option != "claim" {
                    return Err(syn::Error::new(option.span(), ""));
                }
                input.parse::<Token![=]>()?;
                of = Some(claim(input)?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok((roles, of))
    };
    let wrong = || messages::NEEDS_VALUE.at(name, &["has_role", "has_role(\"admin\", \"editor\")"]);
    let (roles, claim) = syn::parse::Parser::parse2(parser, list).map_err(|_| wrong())?;
    if roles.is_empty() { Err(wrong()) } else { Ok(RawPermit::Role(roles, claim)) }
}

impl RawProtected {
    pub(super) fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        const EXAMPLE: &str = "protected(read = has_role(\"admin\"))";
        let list = options::list(name, input, EXAMPLE)?;
        if list.is_empty() {
            return Err(messages::NEEDS_VALUE.at(name, &["protected", EXAMPLE]));
        }
        let mut raw = Self::default();
        options::read(list, "read = is_staff", errors, |option, input| {
            let slot = match option.to_string().as_str() {
                "read" => &mut raw.read,
                "write" => &mut raw.write,
                _ => return Err(options::unknown_member(option, "`protected`", &["read", "write"])),
            };
            slot.set(option, rule_of(option, input, errors))
        });
        Ok(raw)
    }
}

/// `from_user`, which is the user's id, or `from_user = claim`.
pub(super) fn from_user(name: &Ident, input: ParseStream<'_>) -> syn::Result<String> {
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return options::flag(name, input).map(|()| "id".to_owned());
    }
    claim(input).map_err(|_| messages::NEEDS_VALUE.at(name, &["from_user", "from_user = id"]))
}

impl RawTenant {
    pub(super) fn parse(name: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        const EXAMPLE: &str = "tenant = organisation";
        if input.peek(token::Paren) {
            let (field, claim) =
                field_and_claim(name, options::list(name, input, EXAMPLE)?, "tenant(organisation = org)")?;
            return Ok(Self { field, claim });
        }
        Ok(Self { field: options::value(name, input, "the name of a field", EXAMPLE)?, claim: None })
    }
}
