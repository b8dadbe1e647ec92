//! Entities with every kind of rule.

use std::collections::HashMap;

use dynamic_api::{
    CallContext, CreateBody, DateTime, DynamicApi, DynamicApiBuilder, Error, Invalid, Limits, Patch,
    UpdateBody, api_type, dynamic_api,
};
use serde::Deserialize;
use test_support::TestStore;

#[api_type]
#[derive(Clone)]
pub struct Contact {
    #[api(validate(email))]
    pub mail: String,
    #[api(validate(url(message = "a link, please")))]
    pub site: Option<String>,
}

#[dynamic_api(
    path = "events",
    web_socket,
    validate = check_dates,
    routes(
        get_one,
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        upsert_one(key = code),
        duplicate_one,
        batch,
        create_one(sub_path = "short", body = ShortEvent),
        update_one(sub_path = "rename", body = Rename),
    )
)]
pub struct Event {
    #[api(unique, validate(length(min = 3, max = 20), pattern = "^[a-z0-9-]+$"))]
    pub code: String,
    #[api(validate(length(min = 1, max = 5)))]
    pub title: String,
    #[api(validate(range(min = 0, exclusive_max = 100)))]
    pub price: f64,
    #[api(validate(range(min = 1), custom = even))]
    pub seats: Option<i64>,
    #[api(default, validate(length(max = 3), inner(length(min = 2), ascii)))]
    pub tags: Vec<String>,
    pub host: Option<Contact>,
    #[api(default)]
    pub guests: Vec<Contact>,
    #[api(default, validate(inner(custom = far_enough)))]
    pub by_role: HashMap<String, Contact>,
    pub starts: DateTime,
    pub ends: DateTime,
    /// What a document of others keeps when it is replaced.
    #[api(read_only)]
    pub not_before: Option<DateTime>,
}

fn even(seats: &i64) -> Result<(), Invalid> {
    if seats % 2 == 0 {
        Ok(())
    } else {
        Err(Invalid::new("even", "seats must be even").param("seats", *seats))
    }
}

fn far_enough(contact: &Contact) -> Result<(), Invalid> {
    if contact.mail.ends_with("@here.org") {
        return Err(Invalid::at("mail", "far", "not from here"));
    }
    Ok(())
}

fn check_dates(event: &Event) -> Result<(), Invalid> {
    if event.ends < event.starts {
        return Err(Invalid::at("ends", "order", "ends must not be before starts"));
    }
    match event.not_before {
        Some(first) if event.starts < first => {
            Err(Invalid::at("starts", "order", "starts is too early").and(Invalid::new("early", "too early")))
        }
        _ => Ok(()),
    }
}

/// An event of a minute, of a body of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortEvent {
    name: String,
    at: DateTime,
}

impl CreateBody<Event> for ShortEvent {
    fn into_entity(self, _: &CallContext<'_>) -> Result<Event, Error> {
        Ok(Event {
            code: self.name.clone(),
            title: self.name,
            price: 0.0,
            seats: None,
            tags: vec![],
            host: None,
            guests: vec![],
            by_role: HashMap::new(),
            starts: self.at,
            ends: self.at,
            not_before: Some(self.at),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    to: String,
}

impl UpdateBody<Event> for Rename {
    fn into_update(self, _: &CallContext<'_>) -> Result<UpdateEvent, Error> {
        Ok(UpdateEvent { title: Patch::Set(self.to), ..UpdateEvent::default() })
    }
}

/// Every rule of texts and numbers.
#[dynamic_api(path = "samples", web_socket, routes(create_one, update_one, get_one))]
pub struct Sample {
    #[api(validate(length(equal = 2)))]
    pub two: Option<String>,
    #[api(validate(email))]
    pub mail: Option<String>,
    #[api(validate(url))]
    pub link: Option<String>,
    #[api(validate(ip))]
    pub ip: Option<String>,
    #[api(validate(ipv4))]
    pub four: Option<String>,
    #[api(validate(ipv6))]
    pub six: Option<String>,
    #[api(validate(uuid))]
    pub uuid: Option<String>,
    #[api(validate(ascii))]
    pub ascii: Option<String>,
    #[api(validate(alphanumeric))]
    pub plain: Option<String>,
    #[api(validate(
        contains = "-",
        prefix = "a",
        suffix(value = "z", message = "ends otherwise"),
        message = "no"
    ))]
    pub parts: Option<String>,
    #[api(validate(pattern = "^(a+)+$"))]
    pub evil: Option<String>,
    #[api(validate(pattern = r"^\p{Lu}\w*$"))]
    pub name: Option<String>,
    #[api(validate(range(min = -5, max = 5)))]
    pub small: Option<i64>,
    #[api(validate(range(exclusive_min = 0, max = 0.5)))]
    pub share: Option<f64>,
    #[api(validate(range(min = 0.1, max = 1)))]
    pub exact: Option<dynamic_api::Decimal128>,
    #[api(validate(length(min = 1)))]
    pub map: Option<HashMap<String, i32>>,
    #[api(validate(inner(length(min = 1), inner(range(min = 1)))))]
    pub deep: Option<Vec<Vec<u8>>>,
}

pub fn builder(store: &TestStore) -> DynamicApiBuilder {
    let limits = Limits::default().body_bytes(6 << 20);
    DynamicApi::builder().store(store.store()).limits(limits).resource::<Event>().resource::<Sample>()
}
