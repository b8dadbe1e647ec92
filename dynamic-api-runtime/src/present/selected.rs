//! Some members of a presented document, and references replaced by what they refer to. It works on JSON, and knows no entity.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, value::RawValue};

use crate::{input::Members, server_fields::PUBLIC_ID, types::Id};

/// What is made of a presented document.
#[derive(Debug)]
pub(crate) struct Selected {
    /// The members that stay; `None` for all. The id always does.
    pub(crate) fields: Option<Vec<&'static str>>,
    /// Members that the caller may not see.
    pub(crate) withheld: Vec<&'static str>,
    /// What the references at these members' paths refer to, by the first step of the path.
    pub(crate) referred: BTreeMap<String, Place>,
    /// How many bytes a buffer may hold in all, what was in it before included.
    pub(crate) limit: usize,
}

/// Why nothing was made of a presented document.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// It is no JSON object.
    Unreadable(serde_json::Error),
    /// The buffer holds no more.
    TooLarge,
}

impl From<serde_json::Error> for Unwritten {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// A buffer with an end.
struct Out<'a> {
    buffer: &'a mut Vec<u8>,
    limit: usize,
}

impl Out<'_> {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Unwritten> {
        if self.buffer.len() + bytes.len() > self.limit {
            return Err(Unwritten::TooLarge);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }
}

/// What stands at a path of a presented document.
#[derive(Debug)]
pub(crate) enum Place {
    /// References, one or a list of them.
    References(Referred),
    /// Something with references within.
    Within(BTreeMap<String, Place>),
}

/// The presented documents that references lead to, by id.
#[derive(Debug, Default)]
pub(crate) struct Referred(pub(crate) HashMap<Id, String>);

impl Selected {
    /// All members, as they are.
    pub(crate) fn within(limit: usize) -> Self {
        Self { fields: None, withheld: vec![], referred: BTreeMap::new(), limit }
    }

    /// Puts what the references at a path lead to in their place.
    pub(crate) fn refer(&mut self, path: &str, referred: Referred) {
        let mut steps: Vec<&str> = path.split('.').collect();
        let Some(last) = steps.pop() else { return };
        let mut at = &mut self.referred;
        for step in steps {
            let place = at.entry(step.to_owned()).or_insert_with(|| Place::Within(BTreeMap::new()));
            let Place::Within(within) = place else { return };
            at = within;
        }
        at.insert(last.to_owned(), Place::References(referred));
    }

    /// Appends what is left of a presented document.
    pub(crate) fn write(&self, json: &[u8], buffer: &mut Vec<u8>) -> Result<(), Unwritten> {
        let Members(members) = serde_json::from_slice(json)?;
        let stays = |name: &str| {
            name == PUBLIC_ID
                || (self.fields.as_ref().is_none_or(|fields| fields.contains(&name))
                    && !self.withheld.contains(&name))
        };
        let start = buffer.len();
        let mut out = Out { buffer, limit: self.limit };
        let written = write_members(
            members.iter().filter(|(name, _)| stays(name)).map(|(name, value)| (&**name, *value)),
            &self.referred,
            &mut out,
        );
        written.inspect_err(|_| buffer.truncate(start))
    }
}

fn write_members<'a>(
    members: impl Iterator<Item = (&'a str, &'a RawValue)>,
    referred: &BTreeMap<String, Place>,
    out: &mut Out<'_>,
) -> Result<(), Unwritten> {
    out.push(b"{")?;
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(b",")?;
        }
        out.push(&serde_json::to_vec(name)?)?;
        out.push(b":")?;
        match referred.get(name) {
            Some(place) => place.write(value, out)?,
            None => out.push(value.get().as_bytes())?,
        }
    }
    out.push(b"}")
}

impl Place {
    fn write(&self, value: &RawValue, out: &mut Out<'_>) -> Result<(), Unwritten> {
        if value.get().starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(value.get())?;
            out.push(b"[")?;
            for (index, item) in items.into_iter().enumerate() {
                if index > 0 {
                    out.push(b",")?;
                }
                self.write(item, out)?;
            }
            return out.push(b"]");
        }
        match self {
            Self::References(referred) => out.push(referred.of(value)?.as_bytes()),
            Self::Within(within) if value.get().starts_with('{') => {
                let Members(members) = serde_json::from_str(value.get())?;
                write_members(members.iter().map(|(name, value)| (&**name, *value)), within, out)
            }
            Self::Within(_) => out.push(value.get().as_bytes()),
        }
    }
}

impl Referred {
    /// What a reference leads to: null where it leads nowhere.
    fn of(&self, reference: &RawValue) -> serde_json::Result<&str> {
        let value: Value = serde_json::from_str(reference.get())?;
        let id = value.as_str().and_then(|text| text.parse::<Id>().ok());
        Ok(id.and_then(|id| self.0.get(&id)).map_or("null", String::as_str))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const ADA: &str = "507f1f77bcf86cd799439011";
    const NOBODY: &str = "0123456789abcdef01234567";

    fn referred() -> Referred {
        Referred(HashMap::from([(ADA.parse().unwrap(), r#"{"name":"Ada"}"#.to_owned())]))
    }

    fn written(selected: &Selected, json: &str) -> String {
        let mut out = b"before".to_vec();
        selected.write(json.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap().strip_prefix("before").unwrap().to_owned()
    }

    #[test]
    fn members_stay_in_their_order_and_unread() {
        let selected = Selected { fields: Some(vec!["b", "a"]), ..Selected::within(1000) };
        assert_eq!(
            written(&selected, r#"{"id":"1","a":1.50,"x":{},"b":[ 1]}"#),
            r#"{"id":"1","a":1.50,"b":[ 1]}"#
        );
        let none = Selected { fields: Some(vec![]), ..Selected::within(1000) };
        assert_eq!(written(&none, r#"{"id":"1","a":1}"#), r#"{"id":"1"}"#);
    }

    #[test]
    fn references_are_replaced_wherever_they_stand() {
        let mut selected = Selected::within(1000);
        selected.refer("author", referred());
        selected.refer("meta.editors", referred());
        selected.refer("parts.by", referred());
        let json = format!(
            r#"{{"id":"1","author":"{ADA}","meta":{{"editors":["{ADA}","{NOBODY}"],"n":1}},"parts":[{{"by":null}},{{"by":"{ADA}"}}]}}"#
        );
        let ada = r#"{"name":"Ada"}"#;
        assert_eq!(
            written(&selected, &json),
            format!(
                r#"{{"id":"1","author":{ada},"meta":{{"editors":[{ada},null],"n":1}},"parts":[{{"by":null}},{{"by":{ada}}}]}}"#
            )
        );
    }

    #[test]
    fn a_buffer_that_is_full_is_left_as_it_was() {
        let mut selected = Selected::within(58);
        selected.refer("editors", referred());
        let json = format!(r#"{{"id":"1","editors":["{ADA}","{ADA}"]}}"#);
        let mut out = b"before".to_vec();
        selected.write(json.as_bytes(), &mut out).unwrap();
        assert_eq!(out.len(), 58);
        out.truncate(7);
        assert!(matches!(selected.write(json.as_bytes(), &mut out), Err(Unwritten::TooLarge)));
        assert_eq!(out.len(), 7);
    }
}
