//! Filters of entities that are searched by their indexes alone.

use super::path;
use crate::{
    entity::EntityMeta,
    error::Violation,
    query::{Filter, Op},
    server_fields::{ID, PUBLIC_ID},
    store::IndexKind,
};

/// Refuses a filter that no index serves. Without a filter there is an order to walk along.
pub(super) fn check(filter: &Filter, entity: &EntityMeta) -> Result<(), Violation> {
    let mut keys: Vec<&str> = vec![ID];
    let ordered = entity.indexes.iter().filter(|index| index.kind.holds_values());
    keys.extend(ordered.filter_map(|index| index.keys.first().map(|(path, _)| *path)));
    if *filter == Filter::All || is_served(filter, &keys) {
        return Ok(());
    }
    let mut names: Vec<&str> = vec![];
    for key in keys {
        let name = if key == ID { PUBLIC_ID } else { key };
        if path::resolve(name, entity).is_some() && !names.contains(&name) {
            names.push(name);
        }
    }
    let has_text = entity.indexes.iter().any(|index| index.kind == IndexKind::Text);
    let or_search = if has_text { "; or there must be a search" } else { "" };
    let message = format!(
        "the filter must hold, in every group, an indexed field with eq, in, gt, gte, lt, lte or startsWith: {}{or_search}",
        names.join(", ")
    );
    Err(Violation::new("", "query", message))
}

fn is_served(filter: &Filter, keys: &[&str]) -> bool {
    match filter {
        Filter::Text(_) => true,
        Filter::And(all) => all.iter().any(|filter| is_served(filter, keys)),
        Filter::Or(groups) => groups.iter().all(|filter| is_served(filter, keys)),
        Filter::Field { path, op } => keys.contains(&path.as_str()) && bounds(op),
        _ => false,
    }
}

/// Whether an operator leads to a part of an index. What has no value may be in none.
fn bounds(op: &Op) -> bool {
    match op {
        Op::Eq(value) => *value != bson::Bson::Null,
        Op::In(_) | Op::Gt(_) | Op::Gte(_) | Op::Lt(_) | Op::Lte(_) | Op::StartsWith(_) => true,
        _ => false,
    }
}
