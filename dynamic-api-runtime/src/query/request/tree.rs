//! The members of a query as one tree, whether they came as the pairs of a query string or as JSON.

use std::{cell::Cell, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use super::pairs;
use crate::{
    call::Query,
    error::Error,
    input::{Members, Violations, from_json},
};

/// Members of a query at most: a filter has far fewer conditions.
pub(super) const MAX_MEMBERS: usize = 200;
/// Values of a list at most.
pub(super) const MAX_VALUES: usize = 100;
/// Lists and objects inside each other at most: four levels of `or`, an operator, its values.
pub(super) const MAX_DEPTH: usize = 10;
/// Lists and objects of a payload at most.
const MAX_CONTAINERS: usize = 400;

/// What is said of a member that stands twice where it can stand once.
pub(super) const TWICE: &str = "is given more than once";

/// What a member of a query holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// The texts of a query string, as often as the member stands in it. Their type is the field's.
    Texts(Vec<String>),
    /// A JSON value that is neither a list nor an object.
    Single(Value),
    /// A list, each item at the number it was given.
    List(Vec<(usize, Node)>),
    /// Members, of which two of one name may be given in different forms.
    Object(Vec<(String, Node)>),
    /// What can't be read, and why.
    Refused(&'static str),
}

/// Reads the members of a query. Names that make no sense are told as violations.
pub(super) fn read(query: &Query, violations: &mut Violations) -> Result<Vec<(String, Node)>, Error> {
    let members = match query {
        Query::None => vec![],
        Query::Pairs(pairs) => pairs::read(pairs, violations),
        Query::Json(json) => {
            let members: Members<'_> = from_json(json, "the query must be an object")?;
            let containers = Cell::new(0);
            members.0.iter().map(|(name, value)| (name.to_string(), node(value.get(), &containers))).collect()
        }
    };
    if members.len() > MAX_MEMBERS {
        let message = format!("a query has at most {MAX_MEMBERS} members");
        return Err(Error::violation("", "query", message));
    }
    Ok(members)
}

/// A JSON text, known to be one.
fn node(json: &str, containers: &Cell<usize>) -> Node {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let seed = Seed { depth: 1, containers };
    seed.deserialize(&mut deserializer).unwrap_or(Node::Refused("can't be read"))
}

#[derive(Clone, Copy)]
struct Seed<'c> {
    depth: usize,
    containers: &'c Cell<usize>,
}

impl Seed<'_> {
    /// What reads the items of a container, or why there are none to read.
    fn inner(self) -> Result<Self, &'static str> {
        self.containers.set(self.containers.get() + 1);
        if self.depth > MAX_DEPTH {
            return Err("nests too deep");
        }
        if self.containers.get() > MAX_CONTAINERS {
            return Err("is one list or object too many");
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Single(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Single(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Single(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Single(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Single(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Single(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let inner = match self.inner() {
            Ok(inner) => inner,
            Err(reason) => {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Node::Refused(reason));
            }
        };
        let mut nodes = vec![];
        // One more than may be, so that it is seen that there are too many.
        while nodes.len() <= MAX_VALUES {
            let Some(node) = items.next_element_seed(inner)? else { return Ok(Node::List(nodes)) };
            nodes.push((nodes.len(), node));
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let inner = match self.inner() {
            Ok(inner) => inner,
            Err(reason) => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(Node::Refused(reason));
            }
        };
        let mut members: Vec<(String, Node)> = vec![];
        while let Some(name) = map.next_key::<String>()? {
            if members.len() > MAX_MEMBERS {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let node = map.next_value_seed(inner)?;
            match members.iter_mut().find(|(earlier, _)| *earlier == name) {
                Some((_, earlier)) => *earlier = Node::Refused(TWICE),
                None => members.push((name, node)),
            }
        }
        Ok(Node::Object(members))
    }
}
