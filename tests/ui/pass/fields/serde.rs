//! Serde's attributes mean the same to the API, whether the struct derives serde's traits or not.
#![deny(warnings)]

use dynamic_api::{Entity, dynamic_api};

#[dynamic_api(path = "users")]
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct User {
    given_name: String,
    #[serde(rename(serialize = "surname", deserialize = "surname"))]
    family_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nick_name: Option<String>,
    #[serde(with = "as_text")]
    size: Size,
    #[serde(serialize_with = "as_text::serialize", deserialize_with = "as_text::deserialize")]
    other_size: Size,
}

#[derive(Clone, Debug)]
struct Size(u8);

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Size;

    pub(super) fn serialize<S: Serializer>(size: &Size, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&size.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Size, D::Error> {
        String::deserialize(deserializer)?.parse().map(Size).map_err(D::Error::custom)
    }
}

#[test]
fn accepted() {
    let names: Vec<_> = User::META.fields.iter().map(|field| field.name).collect();
    assert_eq!(names, ["given-name", "surname", "nick-name", "size", "other-size"]);
}
