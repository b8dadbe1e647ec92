//! One member of a document by its bytes: what is read of every row that a filter is put to. The lengths are those of
//! <https://bsonspec.org/spec.html>.

use bson::{DateTime, RawBsonRef, RawDocument, oid::ObjectId, spec::ElementType};

/// What stands at a name.
#[derive(Debug)]
pub(super) enum Found<'a> {
    Value(RawBsonRef<'a>),
    /// The document has no such member, or is malformed before it.
    Nothing,
    /// A value that is left to the library to read.
    Other,
}

/// The value at a name.
pub(super) fn value<'a>(doc: &'a RawDocument, name: &[u8]) -> Found<'a> {
    find(doc.as_bytes().get(4..).unwrap_or_default(), name).unwrap_or(Found::Nothing)
}

/// `None` where the bytes end too early, and so at the end of the document as well.
fn find<'a>(mut rest: &'a [u8], name: &[u8]) -> Option<Found<'a>> {
    loop {
        let (kind, behind) = rest.split_first()?;
        let kind = ElementType::from(*kind)?;
        if let Some(value) = behind.strip_prefix(name).and_then(|behind| behind.strip_prefix(&[0])) {
            return Some(read(kind, value).unwrap_or(Found::Other));
        }
        let value = behind.get(behind.iter().position(|byte| *byte == 0)? + 1..)?;
        rest = value.get(length(kind, value)?..)?;
    }
}

/// A value of one of the types that filters are about most.
fn read(kind: ElementType, bytes: &[u8]) -> Option<Found<'_>> {
    Some(Found::Value(match kind {
        ElementType::String => {
            let text = bytes.get(4..length(kind, bytes)?)?.strip_suffix(&[0])?;
            RawBsonRef::String(std::str::from_utf8(text).ok()?)
        }
        ElementType::ObjectId => RawBsonRef::ObjectId(ObjectId::from_bytes(*bytes.first_chunk()?)),
        ElementType::Boolean => match bytes.first()? {
            0 => RawBsonRef::Boolean(false),
            1 => RawBsonRef::Boolean(true),
            _ => return None,
        },
        ElementType::Int32 => RawBsonRef::Int32(i32::from_le_bytes(*bytes.first_chunk()?)),
        ElementType::Int64 => RawBsonRef::Int64(i64::from_le_bytes(*bytes.first_chunk()?)),
        ElementType::Double => RawBsonRef::Double(f64::from_le_bytes(*bytes.first_chunk()?)),
        ElementType::DateTime => {
            RawBsonRef::DateTime(DateTime::from_millis(i64::from_le_bytes(*bytes.first_chunk()?)))
        }
        ElementType::Null => RawBsonRef::Null,
        _ => return None,
    }))
}

/// How many bytes a value has.
fn length(kind: ElementType, bytes: &[u8]) -> Option<usize> {
    let counted = || Some(u32::from_le_bytes(*bytes.first_chunk()?) as usize);
    Some(match kind {
        ElementType::Undefined | ElementType::Null | ElementType::MinKey | ElementType::MaxKey => 0,
        ElementType::Boolean => 1,
        ElementType::Int32 => 4,
        ElementType::Double | ElementType::DateTime | ElementType::Int64 | ElementType::Timestamp => 8,
        ElementType::ObjectId => 12,
        ElementType::Decimal128 => 16,
        ElementType::EmbeddedDocument | ElementType::Array | ElementType::JavaScriptCodeWithScope => {
            counted()?
        }
        ElementType::String | ElementType::JavaScriptCode | ElementType::Symbol => {
            counted()?.checked_add(4)?
        }
        ElementType::Binary => counted()?.checked_add(5)?,
        ElementType::DbPointer => counted()?.checked_add(16)?,
        ElementType::RegularExpression => {
            let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == 0);
            ends.map(|(end, _)| end + 1).nth(1)?
        }
    })
}

#[cfg(test)]
mod tests {
    use bson::{Binary, Bson, Decimal128, Regex, Timestamp, bson, doc, raw::cstr, spec::BinarySubtype};

    use super::*;

    fn values() -> Vec<Bson> {
        let binary = Binary { subtype: BinarySubtype::Generic, bytes: vec![0, 1, 2] };
        let regex = Regex { pattern: cstr!("a").into(), options: cstr!("i").into() };
        vec![
            bson!("text"),
            bson!(""),
            bson!("ä"),
            Bson::ObjectId(ObjectId::from_bytes([7; 12])),
            bson!(true),
            bson!(false),
            bson!(5),
            bson!(5_i64),
            bson!(f64::NAN),
            Bson::DateTime(DateTime::from_millis(-1)),
            Bson::Null,
            Bson::Undefined,
            Bson::MinKey,
            Bson::MaxKey,
            Bson::Binary(binary),
            Bson::Decimal128(Decimal128::from_bytes([1; 16])),
            Bson::Timestamp(Timestamp { time: 1, increment: 2 }),
            Bson::Symbol("s".to_owned()),
            Bson::JavaScriptCode("f()".to_owned()),
            bson!({ "a": { "b": [1, "x", null] } }),
            bson!([1, [2], { "c": 3 }]),
            bson!({}),
            Bson::RegularExpression(regex),
        ]
    }

    /// The library's word for it.
    fn read_by_library<'a>(doc: &'a RawDocument, name: &str) -> Option<RawBsonRef<'a>> {
        doc.iter_elements().map_while(Result::ok).find(|element| element.key().as_str() == name)?.value().ok()
    }

    fn is_alike(doc: &RawDocument, name: &str) -> bool {
        let expected = read_by_library(doc, name);
        match value(doc, name.as_bytes()) {
            Found::Value(value) => format!("{:?}", Some(value)) == format!("{expected:?}"),
            Found::Nothing => expected.is_none(),
            Found::Other => true,
        }
    }

    #[test]
    fn a_member_is_found_behind_values_of_every_type() -> bson::error::Result<()> {
        let (mut all, values) = (doc! {}, values());
        for (index, value) in values.iter().enumerate() {
            let pair =
                bson::RawDocumentBuf::try_from(&doc! { "before": value.clone(), "it": 9, "behind": "x" })?;
            assert!(matches!(super::value(&pair, b"it"), Found::Value(RawBsonRef::Int32(9))), "{value:?}");
            assert!(is_alike(&pair, "before"), "{value:?}");
            assert!(matches!(super::value(&pair, b"none"), Found::Nothing));
            all.insert(format!("m{index}"), value.clone());
        }
        let all = bson::RawDocumentBuf::try_from(&all)?;
        assert!((0..values.len()).all(|index| is_alike(&all, &format!("m{index}"))));
        Ok(())
    }

    #[test]
    fn what_is_cut_or_broken_is_read_as_far_as_it_goes() -> bson::error::Result<()> {
        for value in values() {
            let whole = bson::RawDocumentBuf::try_from(&doc! { "before": value, "it": "text" })?.into_bytes();
            for index in 4..whole.len() - 1 {
                for byte in [0, 1, 0x7f, 0xff] {
                    let mut broken = whole.clone();
                    broken[index] = byte;
                    if let Ok(doc) = RawDocument::from_bytes(&broken) {
                        let _ = super::value(doc, b"it");
                        let _ = super::value(doc, b"");
                    }
                }
            }
        }
        Ok(())
    }
}
