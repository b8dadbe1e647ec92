//! Numbers, switches and lists of names: what the members of a list take besides conditions. Over JSON the text of a number or
//! a switch does as well.

use std::borrow::Cow;

use serde_json::Value;

use super::tree::{MAX_VALUES, Node, TWICE};

/// Whether all rows that meet the filter are to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Count {
    #[default]
    No,
    Yes,
}

/// Which rows are asked for, as to deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Trashed {
    /// Living ones.
    #[default]
    Without,
    /// Living and deleted ones.
    With,
    /// Deleted ones.
    Only,
}

/// An integer from 1 on.
pub(super) fn number(node: &Node, max: u64) -> Result<u64, String> {
    let number = integer(node)?.filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| format!("must be an integer from 1 to {max}"))
}

/// An integer; `None` where it is none.
pub(super) fn integer(node: &Node) -> Result<Option<u64>, String> {
    let text = text(node)?.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    Ok(text.and_then(|text| text.parse().ok()))
}

/// `true` or `false`.
pub(super) fn switch(node: &Node) -> Result<bool, String> {
    let text = text(node)?;
    text.and_then(|text| text.parse().ok()).ok_or_else(|| "must be true or false".to_owned())
}

pub(super) fn count(node: &Node) -> Result<Count, String> {
    Ok(if switch(node)? { Count::Yes } else { Count::No })
}

pub(super) fn trashed(node: &Node) -> Result<Trashed, String> {
    match text(node)?.as_deref() {
        Some("only") => Ok(Trashed::Only),
        Some("with") => Ok(Trashed::With),
        _ => Err("must be only or with".to_owned()),
    }
}

/// A string.
pub(super) fn string(node: &Node) -> Result<Cow<'_, str>, String> {
    let is_string = !matches!(node, Node::Single(value) if !value.is_string());
    text(node)?.filter(|_| is_string).ok_or_else(|| "must be a string".to_owned())
}

/// The text of a single value; `None` where it is none.
fn text(node: &Node) -> Result<Option<Cow<'_, str>>, String> {
    match node {
        Node::Texts(texts) => match texts.as_slice() {
            [text] => Ok(Some(text.into())),
            _ => Err(TWICE.to_owned()),
        },
        Node::Single(Value::String(text)) => Ok(Some(text.into())),
        Node::Single(value @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(value.to_string().into())),
        Node::Single(_) | Node::List(_) | Node::Object(_) => Ok(None),
        Node::Refused(reason) => Err((*reason).to_owned()),
    }
}

/// Names: parted by commas in a text, which may be repeated, or one in each item of a list.
pub(super) fn names(node: &Node) -> Result<Vec<&str>, String> {
    let names: Option<Vec<&str>> = match node {
        Node::Texts(texts) => Some(parts(texts.iter().map(String::as_str))),
        Node::Single(Value::String(text)) => Some(parts([text.as_str()].into_iter())),
        Node::List(items) => items.iter().map(|(_, item)| name(item)).collect(),
        Node::Single(_) | Node::Object(_) => None,
        Node::Refused(reason) => return Err((*reason).to_owned()),
    };
    let names = names.ok_or_else(|| "must be names parted by commas, or a list of names".to_owned())?;
    if names.len() > MAX_VALUES { Err(format!("must hold at most {MAX_VALUES} names")) } else { Ok(names) }
}

fn parts<'n>(texts: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    texts.flat_map(|text| text.split(',')).filter(|name| !name.is_empty()).take(MAX_VALUES + 1).collect()
}

fn name(node: &Node) -> Option<&str> {
    match node {
        Node::Texts(texts) if texts.len() == 1 => texts.first().map(String::as_str),
        Node::Single(value) => value.as_str(),
        _ => None,
    }
}
