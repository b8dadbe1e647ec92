//! Single values of a client as the values to store or to compare with, by the schema of their field.

use bson::Bson;
use serde_json::{Number, Value};

use super::{DateTime, Decimal128, Id, Schema, Uuid};

impl Schema {
    /// The schema of the values themselves, where they may be left out.
    pub(crate) fn present(&self) -> &Self {
        match self {
            Self::Option(inner) => inner.present(),
            other => other,
        }
    }

    /// The stored form of a JSON value that fits the schema; `None` where it doesn't, and for what is no single value.
    pub(crate) fn scalar_of_json(&self, value: &Value) -> Option<Bson> {
        match (self, value) {
            (Self::Option(inner), value) => inner.scalar_of_json(value),
            (Self::Bool, Value::Bool(value)) => Some(Bson::Boolean(*value)),
            (Self::Integer { .. } | Self::Float, Value::Number(number)) => self.number(number),
            (Self::String | Self::Enum(_) | Self::Id | Self::Ref(_), Value::String(text))
            | (Self::DateTime | Self::Decimal | Self::Uuid, Value::String(text)) => self.scalar_of_text(text),
            _ => None,
        }
    }

    /// The stored form of a text that fits the schema, as a query string has it; `None` where it doesn't, and for what is no
    /// single value.
    pub(crate) fn scalar_of_text(&self, text: &str) -> Option<Bson> {
        match self {
            Self::Option(inner) => inner.scalar_of_text(text),
            Self::String => Some(Bson::String(text.to_owned())),
            Self::Enum(names) => names.contains(&text).then(|| Bson::String(text.to_owned())),
            Self::Bool => text.parse().ok().map(Bson::Boolean),
            Self::Integer { .. } => text.parse::<i64>().ok().and_then(|number| self.integer(number)),
            // JSON's grammar, so that both transports take the same: no `inf`, no `NaN`.
            Self::Float if text.trim() == text => {
                serde_json::from_str::<Number>(text).ok().and_then(|number| self.number(&number))
            }
            Self::Float => None,
            Self::Id | Self::Ref(_) => text.parse::<Id>().ok().map(Bson::from),
            Self::DateTime => text.parse::<DateTime>().ok().map(Bson::from),
            Self::Decimal => text.parse::<Decimal128>().ok().map(Bson::from),
            Self::Uuid => text.parse::<Uuid>().ok().map(Bson::from),
            Self::List(_) | Self::Map(_) | Self::Struct(_) | Self::Password | Self::Any => None,
        }
    }

    fn number(&self, number: &Number) -> Option<Bson> {
        match self {
            Self::Integer { .. } => number.as_i64().and_then(|number| self.integer(number)),
            _ => number.as_f64().filter(|number| number.is_finite()).map(Bson::Double),
        }
    }

    /// Wide integers are 64 bits in the store; to a comparison, the width makes no difference.
    fn integer(&self, number: i64) -> Option<Bson> {
        let Self::Integer { min, max } = self else { return None };
        let fits = (*min..=*max).contains(&number);
        let is_narrow = *min >= i64::from(i32::MIN) && *max <= i64::from(i32::MAX);
        match i32::try_from(number) {
            _ if !fits => None,
            Ok(number) if is_narrow => Some(Bson::Int32(number)),
            _ => Some(Bson::Int64(number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::types::ApiType;

    #[test]
    fn a_text_and_a_json_value_come_to_the_same() {
        let id = "507f1f77bcf86cd799439011";
        for (schema, text, json) in [
            (String::SCHEMA, "5", json!("5")),
            (i64::SCHEMA, "5", json!(5)),
            (u8::SCHEMA, "255", json!(255)),
            (f64::SCHEMA, "1e3", json!(1000.0)),
            (bool::SCHEMA, "true", json!(true)),
            (<Option<Id>>::SCHEMA, id, json!(id)),
            (DateTime::SCHEMA, "2026-11-23T17:12:00Z", json!("2026-11-23T17:12:00.000Z")),
            (&Schema::Enum(&["a", "b"]), "b", json!("b")),
        ] {
            let value = schema.scalar_of_text(text);
            assert!(value.is_some(), "{schema:?} {text}");
            assert_eq!(value, schema.scalar_of_json(&json), "{schema:?} {text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_no_value() {
        for (schema, json) in [
            (String::SCHEMA, json!(5)),
            (i64::SCHEMA, json!("5")),
            (i64::SCHEMA, json!(5.5)),
            (u8::SCHEMA, json!(256)),
            (u64::SCHEMA, json!(-1)),
            (f64::SCHEMA, json!(null)),
            (bool::SCHEMA, json!("true")),
            (Id::SCHEMA, json!({ "$oid": "507f1f77bcf86cd799439011" })),
            (&Schema::Enum(&["a"]), json!("b")),
            (<Vec<i64>>::SCHEMA, json!([1])),
        ] {
            assert_eq!(schema.scalar_of_json(&json), None, "{schema:?} {json}");
        }
        for text in ["", "inf", "NaN", "0x10", " 1", "1 ", "+1", "1_000"] {
            assert_eq!(f64::SCHEMA.scalar_of_text(text), None, "{text}");
        }
        assert_eq!(i64::SCHEMA.scalar_of_text("9223372036854775808"), None);
    }
}
