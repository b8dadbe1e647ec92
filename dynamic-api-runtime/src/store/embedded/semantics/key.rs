//! Keys that order as bytes just as their values order in BSON. It knows no index and no path.
//!
//! Values that are equal in [`compare`](super::order::compare) have one key (1, 1.0 and a decimal 1.00), no key is the
//! beginning of another, and so keys can be put one behind the other.

use bson::{RawBsonRef, RawDocument, spec::ElementType};

use super::{
    decimal::{Decimal, Finite},
    number::{Number, floor_to_double},
    order::{binary_parts, pointer_bytes, type_bracket},
};
use crate::store::{StoreError, StoreResult};

/// Ends a text, and the members of a document or array: lower than any byte that may stand in its place.
const END: u8 = 0;
/// What follows a zero byte within a text.
const ESCAPED: u8 = 0xff;
/// Behind a double: the number is that double.
const EXACT: u8 = 0;
/// Behind a double: the number lies between it and the next one, and its digits follow.
const BETWEEN: u8 = 1;

/// Appends the key of a value.
///
/// # Errors
/// Where the value is malformed BSON.
pub(crate) fn encode_key(out: &mut Vec<u8>, value: RawBsonRef<'_>) -> StoreResult<()> {
    out.push(type_bracket(value.element_type()));
    encode_value(out, value)
}

/// Appends the key of a value for an order that runs downwards.
///
/// # Errors
/// As [`encode_key`].
pub(crate) fn encode_key_descending(out: &mut Vec<u8>, value: RawBsonRef<'_>) -> StoreResult<()> {
    let start = out.len();
    encode_key(out, value)?;
    out[start..].iter_mut().for_each(|byte| *byte = !*byte);
    Ok(())
}

/// Appends the key of a text.
pub(crate) fn encode_string(out: &mut Vec<u8>, text: &str) {
    out.push(type_bracket(ElementType::String));
    encode_text(out, text);
}

fn encode_value(out: &mut Vec<u8>, value: RawBsonRef<'_>) -> StoreResult<()> {
    use RawBsonRef as R;
    if let Some(number) = Number::of(value) {
        encode_number(out, number);
        return Ok(());
    }
    match value {
        R::String(text) | R::Symbol(text) | R::JavaScriptCode(text) => encode_text(out, text),
        R::Document(doc) => encode_members(out, doc)?,
        R::Array(array) => {
            for element in array {
                encode_key(out, element.map_err(StoreError::other)?)?;
            }
            out.push(END);
        }
        R::Binary(binary) => {
            let (length, subtype, bytes) = binary_parts(binary);
            encode_length(out, length);
            out.push(subtype);
            out.extend_from_slice(bytes);
        }
        R::ObjectId(id) => out.extend_from_slice(&id.bytes()),
        R::Boolean(value) => out.push(value.into()),
        R::DateTime(date) => {
            out.extend_from_slice(&(date.timestamp_millis() as u64 ^ (1 << 63)).to_be_bytes());
        }
        R::Timestamp(stamp) => {
            out.extend_from_slice(&stamp.time.to_be_bytes());
            out.extend_from_slice(&stamp.increment.to_be_bytes());
        }
        R::RegularExpression(regex) => {
            encode_text(out, regex.pattern.as_str());
            encode_text(out, regex.options.as_str());
        }
        R::JavaScriptCodeWithScope(code) => {
            encode_text(out, code.code);
            encode_members(out, code.scope)?;
        }
        R::DbPointer(pointer) => {
            let bytes = pointer_bytes(pointer);
            encode_length(out, bytes.len());
            out.extend_from_slice(&bytes);
        }
        // Numbers went before; the others are their type and nothing else.
        R::Int32(_) | R::Int64(_) | R::Double(_) | R::Decimal128(_) => {}
        R::Null | R::Undefined | R::MinKey | R::MaxKey => {}
    }
    Ok(())
}

fn encode_members(out: &mut Vec<u8>, doc: &RawDocument) -> StoreResult<()> {
    for member in doc {
        let (name, value) = member.map_err(StoreError::other)?;
        out.push(type_bracket(value.element_type()));
        encode_text(out, name.as_str());
        encode_value(out, value)?;
    }
    out.push(END);
    Ok(())
}

fn encode_text(out: &mut Vec<u8>, text: &str) {
    for (i, run) in text.as_bytes().split(|byte| *byte == 0).enumerate() {
        if i > 0 {
            out.extend_from_slice(&[0, ESCAPED]);
        }
        out.extend_from_slice(run);
    }
    out.extend_from_slice(&[0, END]);
}

fn encode_length(out: &mut Vec<u8>, length: usize) {
    // A BSON document is shorter than 2 GiB.
    out.extend_from_slice(&(length as u32).to_be_bytes());
}

/// The largest double not above the number, and where that is not the number itself, its exact digits behind.
fn encode_number(out: &mut Vec<u8>, number: Number) {
    let Some((floor, exact)) = floor_to_double(number) else {
        // NaN: below minus infinity, whose bits come out above these.
        out.extend_from_slice(&[0; 8]);
        out.push(EXACT);
        return;
    };
    let bits = floor.to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    out.extend_from_slice(&ordered.to_be_bytes());
    if exact {
        out.push(EXACT);
        return;
    }
    out.push(BETWEEN);
    if let Decimal::Finite(finite) = number.to_decimal() {
        encode_digits(out, finite);
    }
}

/// The magnitude as power of ten and 34 digits, complemented below zero. Whatever shares a floor shares its sign.
fn encode_digits(out: &mut Vec<u8>, decimal: Finite) {
    let (power, coefficient) = decimal.aligned();
    // From -6176 to 6144.
    let power = (power + (1 << 14)) as u16;
    let start = out.len();
    out.extend_from_slice(&power.to_be_bytes());
    out.extend_from_slice(&coefficient.to_be_bytes());
    if decimal.negative {
        out[start..].iter_mut().for_each(|byte| *byte = !*byte);
    }
}
