//! Nested structs, and enums in each of serde's styles.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]

use dynamic_api::{DateTime, Entity, Id, api_type, dynamic_api};

/// Somewhere.
#[dynamic_api(path = "places")]
pub struct Place {
    /// Where it is.
    pub address: Address,
    /// What it is.
    pub kind: Kind,
    /// Who was there.
    pub visits: Vec<External>,
    /// In other words.
    pub others: Option<Others>,
}

/// Where something is.
#[api_type]
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// The street.
    pub street_name: String,
    /// The number in it.
    pub number: Option<Number>,
}

/// A number of a house.
#[api_type]
#[derive(Clone, Debug, PartialEq)]
pub struct Number(pub u32);

/// What something is.
#[api_type]
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Of a person.
    PrivateHome,
    /// Of nobody.
    #[serde(rename = "none")]
    NoOnes,
}

/// As serde does it by itself.
#[api_type]
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum External {
    Nobody,
    Someone(Id),
    Group { first_of_them: Id, at: DateTime },
}

#[api_type]
#[derive(Clone, Debug)]
#[serde(tag = "type")]
#[allow(missing_docs)]
pub enum Internal {
    Nobody,
    Group { first_of_them: Id, at: DateTime },
}

#[api_type]
#[derive(Clone, Debug)]
#[serde(tag = "type", content = "of")]
#[allow(missing_docs)]
pub enum Adjacent {
    Someone(Id),
    Pair(Id, DateTime),
}

#[api_type]
#[derive(Clone, Debug)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Untagged {
    Someone(Id),
    At(DateTime),
}

#[api_type]
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Others {
    pub internal: Internal,
    pub adjacent: Adjacent,
    #[serde(default = "nobody")]
    pub untagged: Vec<Untagged>,
}

fn nobody() -> Vec<Untagged> {
    vec![]
}

#[test]
fn accepted() {
    assert_eq!(Place::META.fields.len(), 4);
}
