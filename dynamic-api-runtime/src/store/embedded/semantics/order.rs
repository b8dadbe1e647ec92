//! The order and equality of BSON values across all types. It knows no paths and no operators.

use std::cmp::Ordering;

use bson::{
    RawBinaryRef, RawBsonRef, RawDbPointerRef, RawDocument, RawDocumentBuf,
    raw::cstr,
    spec::{BinarySubtype, ElementType},
};

use super::{number::Number, raw};

/// The rank of a value's type: values of one rank compare by value, others by rank. Comparisons of a filter hold only within
/// one rank.
pub(crate) fn type_bracket(kind: ElementType) -> u8 {
    match kind {
        ElementType::MinKey => 1,
        ElementType::Undefined => 2,
        ElementType::Null => 7,
        ElementType::Int32 | ElementType::Int64 | ElementType::Double | ElementType::Decimal128 => 12,
        ElementType::String | ElementType::Symbol => 17,
        ElementType::EmbeddedDocument => 22,
        ElementType::Array => 27,
        ElementType::Binary => 32,
        ElementType::ObjectId => 37,
        ElementType::Boolean => 42,
        ElementType::DateTime => 47,
        ElementType::Timestamp => 49,
        ElementType::RegularExpression => 52,
        ElementType::DbPointer => 57,
        ElementType::JavaScriptCode => 62,
        ElementType::JavaScriptCodeWithScope => 67,
        ElementType::MaxKey => 129,
    }
}

/// The BSON order of two values. Numbers compare by value whatever their width, exactly; NaN is the smallest of them.
pub(crate) fn compare(a: RawBsonRef<'_>, b: RawBsonRef<'_>) -> Ordering {
    let brackets = type_bracket(a.element_type()).cmp(&type_bracket(b.element_type()));
    brackets.then_with(|| compare_within(a, b))
}

/// Whether two values are equal in [`compare`]'s order.
pub(crate) fn equal(a: RawBsonRef<'_>, b: RawBsonRef<'_>) -> bool {
    compare(a, b).is_eq()
}

fn compare_within(a: RawBsonRef<'_>, b: RawBsonRef<'_>) -> Ordering {
    use RawBsonRef as R;
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return a.compare(b);
    }
    match (a, b) {
        (R::String(a) | R::Symbol(a), R::String(b) | R::Symbol(b)) => a.cmp(b),
        (R::JavaScriptCode(a), R::JavaScriptCode(b)) => a.cmp(b),
        (R::Boolean(a), R::Boolean(b)) => a.cmp(&b),
        (R::ObjectId(a), R::ObjectId(b)) => a.bytes().cmp(&b.bytes()),
        (R::DateTime(a), R::DateTime(b)) => a.cmp(&b),
        (R::Timestamp(a), R::Timestamp(b)) => (a.time, a.increment).cmp(&(b.time, b.increment)),
        (R::Document(a), R::Document(b)) => compare_documents(a, b),
        (R::Array(a), R::Array(b)) => lexicographic(raw::values(a), raw::values(b), compare),
        (R::Binary(a), R::Binary(b)) => binary_parts(a).cmp(&binary_parts(b)),
        (R::RegularExpression(a), R::RegularExpression(b)) => {
            (a.pattern.as_str(), a.options.as_str()).cmp(&(b.pattern.as_str(), b.options.as_str()))
        }
        (R::JavaScriptCodeWithScope(a), R::JavaScriptCodeWithScope(b)) => {
            a.code.cmp(b.code).then_with(|| compare_documents(a.scope, b.scope))
        }
        (R::DbPointer(a), R::DbPointer(b)) => compare_pointers(a, b),
        _ => Ordering::Equal,
    }
}

/// Member by member: type first, then name, then value.
pub(crate) fn compare_documents(a: &RawDocument, b: &RawDocument) -> Ordering {
    lexicographic(raw::members(a), raw::members(b), |(a_name, a), (b_name, b)| {
        type_bracket(a.element_type())
            .cmp(&type_bracket(b.element_type()))
            .then_with(|| a_name.cmp(b_name))
            .then_with(|| compare_within(a, b))
    })
}

fn lexicographic<T>(
    mut a: impl Iterator<Item = T>,
    mut b: impl Iterator<Item = T>,
    mut compare: impl FnMut(T, T) -> Ordering,
) -> Ordering {
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match compare(a, b) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

/// What binary data orders by: its length, its subtype, its bytes. The old subtype carries a second length within.
pub(crate) fn binary_parts(binary: RawBinaryRef<'_>) -> (usize, u8, &[u8]) {
    let within = if binary.subtype == BinarySubtype::BinaryOld { 4 } else { 0 };
    (binary.bytes.len() + within, binary.subtype.into(), binary.bytes)
}

fn compare_pointers(a: RawDbPointerRef<'_>, b: RawDbPointerRef<'_>) -> Ordering {
    let (a, b) = (pointer_bytes(a), pointer_bytes(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(&b))
}

/// The encoded form of a pointer, whose parts the driver does not show.
pub(crate) fn pointer_bytes(pointer: RawDbPointerRef<'_>) -> Vec<u8> {
    /// The document's length, the element's type, and an empty name.
    const HEAD: usize = 4 + 1 + 1;
    let mut holder = RawDocumentBuf::new();
    holder.append(cstr!(""), RawBsonRef::DbPointer(pointer));
    let bytes = holder.into_bytes();
    bytes[HEAD..bytes.len() - 1].to_vec()
}
