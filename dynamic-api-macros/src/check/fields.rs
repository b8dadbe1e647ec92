//! The rules of fields: their names, their types, and what of their options goes together.

use proc_macro2::Ident;
use syn::{LitStr, ext::IdentExt};

use super::{
    account, derived, policy,
    types::{self, option_of},
    validate,
};
use crate::{
    attr::{FieldOptions, RawField, SerdeDefault, SerdeField},
    errors::Errors,
    messages,
    model::{Credential, Default, Field},
    names::{Case, field_const},
};

/// Checks all fields; in the place of each that is not usable stands `None`.
pub(super) fn all(raw: &[RawField], case: Case, entity: &Ident, errors: &Errors) -> Vec<Option<Field>> {
    if raw.is_empty() {
        errors.push(messages::NO_FIELDS.at(entity, &[&entity.to_string()]));
    }
    let fields: Vec<_> = raw.iter().map(|raw| field(raw, case, errors)).collect();
    names_differ(raw, &fields, errors);
    constants_differ(&fields, errors);
    fields
}

fn field(raw: &RawField, case: Case, errors: &Errors) -> Option<Field> {
    let before = errors.count();
    let name = stored_name(&raw.ident, &raw.serde, case);
    errors.keep(types::of_field(&raw.ty));
    errors.keep(free_name(raw, &name));
    errors.keep(plain_name(&name, &raw.ident, raw.serde.rename.as_ref()));
    together(raw, errors);
    errors.keep(default_is_possible(raw));
    errors.keep(read_only_has_value(raw));
    let derived = derived::derived(raw, errors);
    errors.keep(derived::no_filter_says_something(raw, derived.as_ref()));
    account::marks_fit(raw, errors);
    errors.keep(policy::from_user_fits(raw));
    let (readable_by, writable_by) = policy::of_field(raw, errors);
    let from_user = raw.options.from_user.get().cloned();
    let rules = validate::rules(raw, errors);
    let FieldOptions { hidden, read_only, write_only, no_filter, claim, register, .. } = &raw.options;
    let credential = account::credential(raw);
    let field = Field {
        start: raw.start,
        ident: raw.ident.clone(),
        ty: raw.ty.clone(),
        name,
        docs: raw.docs.clone(),
        cfgs: raw.cfgs.clone(),
        optional: option_of(&raw.ty).is_some(),
        default: default(raw),
        codec: raw.serde.codec.clone(),
        hidden: hidden.is_set() || credential == Some(Credential::Password),
        read_only: read_only.is_set() || derived.is_some() || from_user.is_some(),
        write_only: write_only.is_set(),
        no_filter: no_filter.is_set(),
        derived,
        rules,
        exists: raw.options.exists.get().cloned(),
        credential,
        claim: claim.is_set(),
        register: register.get().copied(),
        from_user,
        readable_by,
        writable_by,
    };
    (errors.count() == before).then_some(field)
}

/// A member of a nested struct, whose form serde's attributes alone decide.
pub(crate) fn member(field: &syn::Field, ident: &Ident, case: Case, errors: &Errors) -> Field {
    let raw = RawField::parse(field, ident, errors);
    if let Some(option) = raw.options.of_entities() {
        errors.push(messages::NESTED_OPTIONS.at(option, &[]));
    }
    let rules = validate::rules(&raw, errors);
    let name = stored_name(ident, &raw.serde, case);
    errors.keep(types::of_field(&raw.ty));
    errors.keep(plain_name(&name, ident, raw.serde.rename.as_ref()));
    Field {
        start: raw.start,
        ident: raw.ident.clone(),
        optional: option_of(&raw.ty).is_some(),
        default: default(&raw),
        ty: raw.ty,
        name,
        docs: vec![],
        cfgs: raw.cfgs,
        codec: raw.serde.codec,
        hidden: false,
        read_only: false,
        write_only: false,
        no_filter: false,
        derived: None,
        rules,
        exists: raw.options.exists.get().cloned(),
        credential: None,
        claim: false,
        register: None,
        from_user: None,
        readable_by: None,
        writable_by: None,
    }
}

fn stored_name(ident: &Ident, serde: &SerdeField, case: Case) -> String {
    match &serde.rename {
        Some(name) => name.value(),
        None => case.of_field(&ident.unraw().to_string()),
    }
}

fn default(raw: &RawField) -> Option<Default> {
    match (raw.options.default.get(), &raw.serde.default) {
        // On an optional or a derived field it says what is so anyway.
        (None, Some(SerdeDefault::Trait)) if option_of(&raw.ty).is_some() => None,
        (None, Some(SerdeDefault::Trait)) if raw.options.derived.is_written() => None,
        (Some(Some(value)), _) => Some(Default::Value(value.clone())),
        (Some(None), _) | (None, Some(SerdeDefault::Trait)) => Some(Default::Trait),
        (None, Some(SerdeDefault::Function(path))) => Some(Default::Function(path.clone())),
        (None, None) => None,
    }
}

/// The place to edit for a member's name: where it is given, or the field.
fn name_place(ident: &Ident, rename: Option<&LitStr>) -> proc_macro2::TokenStream {
    rename.map_or_else(|| messages::tokens(ident), messages::tokens)
}

/// The members of a document, or of a body, that are not the entity's.
fn free_name(raw: &RawField, name: &str) -> syn::Result<()> {
    let place = name_place(&raw.ident, raw.serde.rename.as_ref());
    let rust_name = raw.ident.unraw().to_string();
    if name == "_id" || name == "id" || rust_name == "id" || rust_name == "_id" {
        return Err(messages::ID_FIELD.at(place, &[&rust_name]));
    }
    let reason = match name {
        "createdAt" | "updatedAt" | "__v" => "the server keeps it in every document",
        "isDeleted" | "deletedAt" => "the server keeps it where documents are deleted softly",
        "ids" | "list" => "a bulk call has a member of this name",
        "mergePatch" | "jsonPatch" => "an update over a socket has a member of this name",
        _ if matches!(&*rust_name, "created_at" | "updated_at" | "deleted_at") => {
            return Err(messages::RESERVED_FIELD.at(&raw.ident, &[&rust_name]));
        }
        _ => return Ok(()),
    };
    let other = format!("own_{}", rust_name.trim_matches('_'));
    let other = Case::Camel.of_field(&other);
    Err(messages::RESERVED_NAME.at(place, &[name, reason, &other]))
}

/// What MongoDB would take for an operator or a path.
fn plain_name(name: &str, ident: &Ident, rename: Option<&LitStr>) -> syn::Result<()> {
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.starts_with('$') {
        "it starts with `$`, as operators do"
    } else if name.contains('.') {
        "it has a dot, as paths do"
    } else if name.contains('\0') {
        "it has a NUL"
    } else {
        return Ok(());
    };
    let shown = name.escape_debug().to_string();
    Err(messages::BAD_STORED_NAME.at(name_place(ident, rename), &[&shown, reason]))
}

/// Two fields with one name, unless conditions may keep one of them out.
fn names_differ(raw: &[RawField], fields: &[Option<Field>], errors: &Errors) {
    let mut seen: Vec<&Field> = vec![];
    for (raw, field) in raw.iter().zip(fields) {
        let Some(field) = field else { continue };
        let earlier = seen.iter().find(|earlier| earlier.name == field.name);
        match earlier {
            Some(earlier) if earlier.cfgs.is_empty() || field.cfgs.is_empty() => {
                let place = name_place(&raw.ident, raw.serde.rename.as_ref());
                let parts = [&*earlier.ident.to_string(), &field.ident.to_string(), &field.name];
                errors.push(messages::SAME_STORED_NAME.at(place, &parts));
            }
            _ => seen.push(field),
        }
    }
}

/// Two fields with one constant. Conditions are no excuse: who builds with both would find one missing.
fn constants_differ(fields: &[Option<Field>], errors: &Errors) {
    let fields: Vec<(&Ident, String)> =
        fields.iter().flatten().map(|field| (&field.ident, constant(field))).collect();
    for (at, (ident, constant)) in fields.iter().enumerate() {
        let earlier = fields.iter().take(at).find(|(earlier, name)| name == constant && earlier != ident);
        if let Some((earlier, _)) = earlier {
            errors.push(
                messages::SAME_FIELD_CONST.at(ident, &[&earlier.to_string(), &ident.to_string(), constant]),
            );
        }
    }
}

fn constant(field: &Field) -> String {
    field_const(&field.ident.unraw().to_string())
}

fn together(raw: &RawField, errors: &Errors) {
    let FieldOptions { hidden, read_only, write_only, .. } = &raw.options;
    let Some(write_only) = write_only.name() else { return };
    let field = raw.ident.to_string();
    if hidden.is_set() {
        errors.push(messages::HIDDEN_AND_WRITE_ONLY.at(write_only, &[&field]));
    }
    if read_only.is_set() {
        errors.push(messages::READ_ONLY_AND_WRITE_ONLY.at(write_only, &[&field]));
    }
}

fn default_is_possible(raw: &RawField) -> syn::Result<()> {
    let name = raw.options.default.name();
    let place = name.map_or_else(|| messages::tokens(&raw.ident), messages::tokens);
    if name.is_some() && raw.serde.default.is_some() {
        return Err(messages::TWO_DEFAULTS.at(place, &[&raw.ident.to_string()]));
    }
    let Some(_) = default(raw) else { return Ok(()) };
    if raw.options.derived.is_written() {
        return Err(messages::DERIVED_DEFAULT.at(place, &[&raw.ident.to_string()]));
    }
    if let Some(inner) = option_of(&raw.ty) {
        let inner = quote::ToTokens::to_token_stream(inner).to_string().replace(' ', "");
        return Err(messages::DEFAULT_OF_OPTION.at(place, &[&inner]));
    }
    if raw.serde.codec.is_some() {
        return Err(messages::DEFAULT_WITH_CODEC.at(place, &[]));
    }
    Ok(())
}

fn read_only_has_value(raw: &RawField) -> syn::Result<()> {
    let Some(name) = raw.options.read_only.name() else { return Ok(()) };
    if raw.options.derived.is_written() {
        return Err(messages::DERIVED_AND_READ_ONLY.at(name, &[&raw.ident.to_string()]));
    }
    let has_default = raw.options.default.is_written() || raw.serde.default.is_some();
    if has_default || option_of(&raw.ty).is_some() {
        return Ok(());
    }
    Err(messages::READ_ONLY_WITHOUT_VALUE.at(name, &[&raw.ident.to_string()]))
}
