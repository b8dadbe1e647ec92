//! One condition: what an operator is given, as the values that a store compares with.

use bson::Bson;
use serde_json::Value;

use super::{
    operator::Operator,
    options,
    path::Target,
    tree::{MAX_VALUES, Node, TWICE},
};
use crate::{input::describe, query::Op, types::Schema};

/// Bytes of a value at most.
pub(super) const MAX_TEXT: usize = 1024;

/// Reads what an operator is given; what is wrong goes on behind the name of the member.
pub(super) fn read(operator: Operator, target: &Target, node: &Node) -> Result<Op, String> {
    if let Node::Refused(reason) = node {
        return Err((*reason).to_owned());
    }
    let schema = scalar(target.schema);
    Ok(match operator {
        Operator::Eq => Op::Eq(single_or_null(target, schema, node)?),
        Operator::Ne => Op::Ne(single_or_null(target, schema, node)?),
        Operator::Gt => Op::Gt(single(schema, node)?),
        Operator::Gte => Op::Gte(single(schema, node)?),
        Operator::Lt => Op::Lt(single(schema, node)?),
        Operator::Lte => Op::Lte(single(schema, node)?),
        Operator::In => Op::In(list(schema, node)?),
        Operator::Nin => Op::Nin(list(schema, node)?),
        Operator::All => Op::All(list(schema, node)?),
        Operator::Exists if options::switch(node)? => Op::Ne(Bson::Null),
        Operator::Exists => Op::Eq(Bson::Null),
        Operator::Contains => Op::Contains(text(schema, node)?),
        Operator::StartsWith => Op::StartsWith(text(schema, node)?),
        Operator::EndsWith => Op::EndsWith(text(schema, node)?),
        Operator::Size => Op::Size(size(node)?),
    })
}

/// A schema, or that of a list's items: a list is asked by its elements.
fn scalar(schema: &Schema) -> &Schema {
    match schema.present() {
        Schema::List(item) => item.present(),
        other => other,
    }
}

fn single_or_null(target: &Target, schema: &Schema, node: &Node) -> Result<Bson, String> {
    match node {
        Node::Single(Value::Null) if target.is_optional => Ok(Bson::Null),
        node => single(schema, node),
    }
}

fn single(schema: &Schema, node: &Node) -> Result<Bson, String> {
    let value = match node {
        Node::Texts(texts) => {
            let [text] = texts.as_slice() else { return Err(TWICE.to_owned()) };
            check_length(text)?;
            schema.scalar_of_text(text)
        }
        Node::Single(value) => {
            check_length(value.as_str().unwrap_or_default())?;
            schema.scalar_of_json(value)
        }
        Node::List(_) | Node::Object(_) => None,
        Node::Refused(reason) => return Err((*reason).to_owned()),
    };
    value.ok_or_else(|| format!("must be {}", describe(schema)))
}

fn check_length(text: &str) -> Result<(), String> {
    if text.len() > MAX_TEXT { Err(format!("must have at most {MAX_TEXT} bytes")) } else { Ok(()) }
}

fn text(schema: &Schema, node: &Node) -> Result<String, String> {
    match single(schema, node)? {
        Bson::String(text) => Ok(text),
        _ => Err("must be a string".to_owned()),
    }
}

/// The values of a list: those of a text are parted by commas, those of a list are literal.
fn list(schema: &Schema, node: &Node) -> Result<Vec<Bson>, String> {
    let values = match node {
        Node::Texts(texts) => parts(schema, texts)?,
        Node::List(items) if items.len() > MAX_VALUES => return Err(too_many()),
        Node::List(items) => {
            let values = items.iter().map(|(_, node)| single(schema, node));
            values.collect::<Result<_, _>>().map_err(|reason| format!("holds a value that {reason}"))?
        }
        _ => return Err("must be a list of values".to_owned()),
    };
    if values.is_empty() { Err("must hold at least one value".to_owned()) } else { Ok(values) }
}

fn parts(schema: &Schema, texts: &[String]) -> Result<Vec<Bson>, String> {
    let parts: Vec<&str> = texts.iter().flat_map(|text| text.split(',')).take(MAX_VALUES + 1).collect();
    if parts.len() > MAX_VALUES {
        return Err(too_many());
    }
    if parts == [""] {
        return Ok(vec![]);
    }
    if parts.contains(&"") {
        return Err(
            "holds an empty value: send values that are empty or hold a comma with [] each".to_owned()
        );
    }
    let value = |part: &str| {
        check_length(part)?;
        schema.scalar_of_text(part).ok_or_else(|| format!("must be {}", describe(schema)))
    };
    let values = parts.into_iter().map(value);
    values.collect::<Result<_, _>>().map_err(|reason| format!("holds a value that {reason}"))
}

fn too_many() -> String {
    format!("must hold at most {MAX_VALUES} values")
}

/// As many elements as a document can hold.
const MAX_SIZE: u32 = i32::MAX.unsigned_abs();

fn size(node: &Node) -> Result<u32, String> {
    let size = options::integer(node)?.and_then(|size| u32::try_from(size).ok());
    size.filter(|size| *size <= MAX_SIZE).ok_or_else(|| format!("must be an integer from 0 to {MAX_SIZE}"))
}
