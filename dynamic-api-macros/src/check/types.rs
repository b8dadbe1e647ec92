//! What can be told of types by their tokens.

use proc_macro2::Ident;
use syn::{GenericArgument, PathArguments, Type};

use crate::messages;

/// The `T` of an `Option<T>`, however it is qualified.
pub(super) fn option_of(ty: &Type) -> Option<&Type> {
    inner_of(ty, &["Option"])
}

/// The `T` of a `Name<T>` with one of these names.
fn inner_of<'a>(ty: &'a Type, names: &[&str]) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => {
            names.iter().any(|name| last.ident == name).then_some(inner)
        }
        _ => None,
    }
}

/// The type of the items of a list, or of the values of a map.
pub(super) fn item_of(ty: &Type) -> Option<&Type> {
    if let Some(inner) = inner_of(ty, &["Option", "Box"]) {
        return item_of(inner);
    }
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    match last.ident.to_string().as_str() {
        "Vec" => types.next(),
        "HashMap" | "BTreeMap" => types.nth(1),
        _ => None,
    }
}

/// What values of a type are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Number,
    List,
    Map,
    Other,
}

/// What values of a type are by its tokens; `None` where its name may stand for anything.
pub(super) fn holds(ty: &Type) -> Option<Holds> {
    if let Some(inner) = inner_of(ty, &["Option", "Box"]) {
        return holds(inner);
    }
    Some(match last_name(ty)?.to_string().as_str() {
        "String" | "Password" => Holds::Text,
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" | "f32" | "f64"
        | "Decimal128" => Holds::Number,
        "Vec" => Holds::List,
        "HashMap" | "BTreeMap" => Holds::Map,
        "bool" | "char" | "Id" | "DateTime" | "Uuid" | "Ref" => Holds::Other,
        _ => return None,
    })
}

/// Whether a type is an `Option` by its tokens.
pub(crate) fn is_optional(ty: &Type) -> bool {
    option_of(ty).is_some()
}

/// Whether a type is a date by its tokens, or an `Option` of one.
pub(super) fn is_date(ty: &Type) -> bool {
    last_name(option_of(ty).unwrap_or(ty)).is_some_and(|name| name == "DateTime")
}

/// Whether a type holds no text by its tokens. A name that this crate does not know may stand for one that does.
pub(super) fn is_no_text(ty: &Type) -> bool {
    const NO_TEXT: [&str; 19] = [
        "bool",
        "char",
        "i8",
        "i16",
        "i32",
        "i64",
        "u8",
        "u16",
        "u32",
        "u64",
        "f32",
        "f64",
        "Id",
        "DateTime",
        "Decimal128",
        "Uuid",
        "HashMap",
        "BTreeMap",
        "Ref",
    ];
    match inner_of(ty, &["Option", "Vec", "Box"]) {
        Some(inner) => is_no_text(inner),
        None => last_name(ty).is_some_and(|name| NO_TEXT.iter().any(|other| name == other)),
    }
}

fn last_name(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|last| &last.ident)
}

/// What can be told of a field's type by its tokens; the rest is the compiler's to say, by `ApiType`.
pub(super) fn of_field(ty: &Type) -> syn::Result<()> {
    let text = || quote::ToTokens::to_token_stream(ty).to_string().replace("& ", "&").replace("' ", "'");
    let what = match ty {
        Type::Reference(_) => return Err(messages::BORROWED_FIELD.at(ty, &[&text()])),
        Type::Path(path) => return path.path.segments.iter().try_for_each(segment),
        Type::Tuple(_) => "a tuple",
        Type::Array(_) => "an array of fixed length",
        Type::Slice(_) => "a slice",
        Type::FnPtr(_) => "a function pointer",
        Type::ImplTrait(_) | Type::TraitObject(_) => "a trait",
        Type::Ptr(_) => "a raw pointer",
        Type::Never(_) => "the never type",
        Type::Group(group) => return of_field(&group.elem),
        Type::Paren(paren) => return of_field(&paren.elem),
        _ => return Ok(()),
    };
    Err(messages::NO_FIELD_TYPE.at(ty, &[what]))
}

fn segment(segment: &syn::PathSegment) -> syn::Result<()> {
    if segment.ident == "i128" || segment.ident == "u128" {
        return Err(messages::WIDE_INTEGER.at(&segment.ident, &[&segment.ident.to_string()]));
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Ok(()) };
    arguments.args.iter().try_for_each(|argument| match argument {
        GenericArgument::Type(inner) => of_field(inner),
        _ => Ok(()),
    })
}
