//! The options of a field: `#[api(..)]`, and what of `#[serde(..)]` the API respects.

use proc_macro2::{Ident, Span};
use syn::{
    Attribute, Expr, ExprPath, Meta, Token, Type, TypePath, Visibility, parse::ParseStream, spanned::Spanned,
    token,
};

use super::{
    options::{self, FIELD, Slot},
    policy::{self, RawProtected},
    serde::SerdeField,
    validate::RawRules,
};
use crate::{
    errors::Errors,
    messages,
    model::{Direction, Exists, Registration},
};

/// A field as written.
pub(crate) struct RawField {
    pub(crate) start: Span,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) serde: SerdeField,
    pub(crate) options: FieldOptions,
}

/// `#[api(..)]` as written.
#[derive(Default)]
pub(crate) struct FieldOptions {
    pub(crate) unique: Slot<()>,
    pub(crate) unique_ci: Slot<()>,
    pub(crate) index: Slot<Direction>,
    /// `None` for the default of the type.
    pub(crate) default: Slot<Option<Expr>>,
    pub(crate) hidden: Slot<()>,
    pub(crate) read_only: Slot<()>,
    pub(crate) write_only: Slot<()>,
    pub(crate) no_filter: Slot<()>,
    pub(crate) derived: Slot<RawDerived>,
    pub(crate) from_user: Slot<String>,
    pub(crate) protected: Slot<RawProtected>,
    pub(crate) validate: Slot<RawRules>,
    pub(crate) exists: Slot<Exists>,
    pub(crate) login: Slot<()>,
    pub(crate) password: Slot<()>,
    pub(crate) claim: Slot<()>,
    pub(crate) register: Slot<Registration>,
}

/// `derived = f` or `derived(save = f, read = g)`.
#[derive(Default)]
pub(crate) struct RawDerived {
    pub(crate) save: Slot<ExprPath>,
    pub(crate) read: Slot<ExprPath>,
}

impl RawField {
    /// A named field.
    pub(crate) fn parse(field: &syn::Field, ident: &Ident, errors: &Errors) -> Self {
        let with_name = |name| field.attrs.iter().filter(move |attr| attr.path().is_ident(name));
        let mut options = FieldOptions::default();
        for attr in with_name("api") {
            match &attr.meta {
                Meta::List(list) => {
                    options::read(list.tokens.clone(), "unique", errors, |name, input| {
                        options.option(name, input, errors)
                    });
                }
                other => errors.push(messages::NEEDS_LIST.at(other, &["api", "#[api(unique)]"])),
            }
        }
        for attr in field.attrs.iter().filter(|attr| hides(attr, "api") || hides(attr, "serde")) {
            errors.push(messages::CFG_ATTR.at(attr, &[]));
        }
        let start = match &field.vis {
            Visibility::Inherited => ident.span(),
            vis => vis.span(),
        };
        Self {
            start,
            ident: ident.clone(),
            ty: field.ty.clone(),
            docs: with_name("doc").cloned().collect(),
            cfgs: with_name("cfg").cloned().collect(),
            serde: SerdeField::parse(&field.attrs, &ident.to_string(), errors),
            options,
        }
    }
}

/// Whether an attribute is a `cfg_attr` that holds one of this name.
pub(crate) fn hides(attr: &Attribute, name: &str) -> bool {
    let Meta::List(list) = &attr.meta else { return false };
    let mut tokens = list.tokens.clone().into_iter();
    attr.path().is_ident("cfg_attr")
        && tokens.any(|token| matches!(&token, proc_macro2::TokenTree::Ident(ident) if ident == name))
}

impl FieldOptions {
    fn option(&mut self, name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        let flag = |slot: &mut Slot<()>| slot.set(name, options::flag(name, input));
        match name.to_string().as_str() {
            "unique" => flag(&mut self.unique),
            "unique_ci" => flag(&mut self.unique_ci),
            "hidden" => flag(&mut self.hidden),
            "read_only" => flag(&mut self.read_only),
            "write_only" => flag(&mut self.write_only),
            "no_filter" => flag(&mut self.no_filter),
            "login" => flag(&mut self.login),
            "password" => flag(&mut self.password),
            "claim" => flag(&mut self.claim),
            "register" => self.register.set(name, registration(name, input, errors)),
            "derived" => self.derived.set(name, RawDerived::parse(name, input, errors)),
            "from_user" => self.from_user.set(name, policy::from_user(name, input)),
            "protected" => self.protected.set(name, RawProtected::parse(name, input, errors)),
            "validate" => self.validate.set(name, RawRules::parse(name, input, errors)),
            "exists" => self.exists.set(name, exists(name, input, errors)),
            "index" => self.index.set(name, direction(name, input)),
            "default" if input.peek(Token![=]) => {
                let value = options::value(name, input, "an expression", "default = 0");
                self.default.set(name, value.map(Some))
            }
            "default" => self.default.set(name, options::flag(name, input).map(|()| None)),
            _ => Err(FIELD.unknown(name)),
        }
    }

    /// The first option that says more than what must be true of values.
    pub(crate) fn of_entities(&self) -> Option<&Ident> {
        let flags =
            [&self.unique, &self.unique_ci, &self.hidden, &self.read_only, &self.write_only, &self.no_filter];
        let others = [self.index.name(), self.default.name(), self.derived.name()];
        flags.into_iter().map(Slot::name).chain(others).flatten().chain(self.marks()).next()
    }

    /// The marks of an account's fields that are written here, each with its name.
    pub(crate) fn marks(&self) -> impl Iterator<Item = &Ident> {
        let marks = [self.login.name(), self.password.name(), self.claim.name(), self.register.name()];
        marks.into_iter().flatten()
    }
}

impl RawDerived {
    fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let mut raw = Self::default();
        if !input.peek(token::Paren) {
            raw.save.set(name, options::value(name, input, FUNCTION, "derived = function"))?;
            return Ok(raw);
        }
        let list = options::list(name, input, BOTH)?;
        if list.is_empty() {
            return Err(messages::NEEDS_VALUE.at(name, &["derived", BOTH]));
        }
        options::read(list, "save = function", errors, |option, input| {
            let (slot, example) = match option.to_string().as_str() {
                "save" => (&mut raw.save, "save = function"),
                "read" => (&mut raw.read, "read = function"),
                _ => return Err(options::unknown_member(option, "`derived`", &["save", "read"])),
            };
            slot.set(option, options::value(option, input, FUNCTION, example))
        });
        Ok(raw)
    }
}

const FUNCTION: &str = "the path of a function";
const BOTH: &str = "derived(save = function, read = other)";

const EXISTS: &str = "exists(User)";

/// `exists(User)` or `exists(User, filter = function)`.
fn exists(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Exists> {
    let list = options::list(name, input, EXISTS)?;
    let (mut entity, mut filter) = (Slot::default(), Slot::default());
    options::items(list, errors, |input| {
        if input.peek(syn::Ident) && input.peek2(Token![=]) {
            let option: Ident = input.parse()?;
            if option != "filter" {
                return Err(options::unknown_member(&option, "`exists`", &["filter"]));
            }
            return filter.set(&option, options::value(&option, input, FUNCTION, "filter = function"));
        }
        let ahead = input.fork();
        if ahead.parse::<TypePath>().is_err() {
            let token: proc_macro2::TokenTree = input.parse()?;
            return Err(messages::WRONG_VALUE.at(token, &["exists", "the name of an entity", EXISTS]));
        }
        entity.set(name, input.parse::<TypePath>())
    });
    let missing = || messages::NEEDS_VALUE.at(name, &["exists", EXISTS]);
    let entity = entity.get().cloned().ok_or_else(missing)?;
    Ok(Exists { entity, filter: filter.get().cloned() })
}

const REGISTER: &str = "register(required)";

/// `register` or `register(required)`.
fn registration(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Registration> {
    if !input.peek(token::Paren) {
        return options::flag(name, input).map(|()| Registration::AsDeclared);
    }
    let list = options::list(name, input, REGISTER)?;
    if list.is_empty() {
        return Err(messages::NEEDS_VALUE.at(name, &["register", REGISTER]));
    }
    let mut required = Slot::default();
    options::read(list, "required", errors, |option, input| match option.to_string().as_str() {
        "required" => required.set(option, options::flag(option, input)),
        _ => Err(options::unknown_member(option, "`register`", &["required"])),
    });
    Ok(Registration::Required)
}

fn direction(name: &Ident, input: ParseStream<'_>) -> syn::Result<Direction> {
    if !input.peek(Token![=]) {
        return options::flag(name, input).map(|()| Direction::Ascending);
    }
    let direction: Ident = options::value(name, input, "`asc` or `desc`", "index = desc")?;
    match direction.to_string().as_str() {
        "asc" => Ok(Direction::Ascending),
        "desc" => Ok(Direction::Descending),
        _ => Err(messages::WRONG_VALUE.at(direction, &["index", "`asc` or `desc`", "index = desc"])),
    }
}
