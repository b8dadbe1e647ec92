//! Names that must not reach a store: operators, paths, and what would be ambiguous there.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// How deep a value may nest. MongoDB stops at 100 levels
/// (<https://www.mongodb.com/docs/manual/reference/limits/#nested-depth-for-bson-documents>).
pub(crate) const MAX_DEPTH: usize = 64;

/// Whether a name is neither an operator nor a path.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.starts_with('$') && !name.contains(['.', '\0'])
}

/// What is wrong with a name that is not plain.
pub(crate) fn message(name: &str) -> String {
    format!("{:?} is no valid name: names don't start with $ and hold no dot and no NUL", super::shown(name))
}

/// Checks every name inside a value: plain, and each once.
pub(crate) fn check(value: &RawValue) -> Result<(), String> {
    let text = value.get();
    if !text.starts_with(['{', '[']) {
        return Ok(());
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Keys { depth: 0 }.deserialize(&mut deserializer).map_err(|error| {
        let text = error.to_string();
        text.split(" at line ").next().unwrap_or_default().to_owned()
    })
}

#[derive(Clone, Copy)]
struct Keys {
    depth: usize,
}

impl Keys {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(de::Error::custom(format!("values nest at most {MAX_DEPTH} levels deep")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen: HashSet<Cow<'de, str>> = HashSet::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if !is_plain(&name) {
                return Err(de::Error::custom(message(&name)));
            }
            map.next_value_seed(inner)?;
            if let Some(twice) = seen.replace(name) {
                return Err(de::Error::custom(format!("duplicate member {}", super::shown(&twice))));
            }
        }
        Ok(())
    }
}
