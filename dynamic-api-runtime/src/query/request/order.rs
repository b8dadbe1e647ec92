//! The order that a client asks for, made total.

use super::{
    options,
    path::{self, Target},
    tree::Node,
};
use crate::{
    entity::EntityMeta,
    input::shown,
    query::{Direction, Sort},
    store::IndexKind,
};

/// Keys of a sort at most.
const MAX_KEYS: usize = 8;

/// The keys that a client asks for.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<(Target, Direction)>);

impl Keys {
    /// Reads the keys of `sort`, each with a `-` before it where it is to descend.
    pub(super) fn read(node: &Node, entity: &EntityMeta) -> Result<Self, String> {
        let names = options::names(node)?;
        if names.len() > MAX_KEYS {
            return Err(format!("must have at most {MAX_KEYS} keys"));
        }
        let mut keys: Vec<(Target, Direction)> = vec![];
        for name in names {
            let (target, direction) = key(name, entity)?;
            if keys.iter().any(|(earlier, _)| earlier.path == target.path) {
                return Err(format!("can't be by {} twice", shown(name.trim_start_matches('-'))));
            }
            keys.push((target, direction));
        }
        Ok(Self(keys))
    }

    /// The order, in which no two living rows share a place.
    pub(super) fn living(self, entity: &EntityMeta) -> Sort {
        if self.are_unique(entity) { self.sort() } else { self.sort().stable() }
    }

    /// As [`Keys::living`], also where deleted rows are among them: what is unique is so among the living.
    pub(super) fn stable(self) -> Sort {
        self.sort().stable()
    }

    fn sort(self) -> Sort {
        self.0.into_iter().fold(Sort::none(), |sort, (target, direction)| sort.then(target.path, direction))
    }

    /// Whether an index keeps two rows from having one place. It then serves the order too, which it would not with `_id`
    /// behind its keys.
    fn are_unique(&self, entity: &EntityMeta) -> bool {
        let is_key = |path: &str| self.0.iter().any(|(target, _)| target.path == path && !target.is_optional);
        let unique = entity.indexes.iter().filter(|index| index.kind == IndexKind::Unique);
        unique
            .filter(|index| !index.keys.is_empty())
            .any(|index| index.keys.iter().all(|(path, _)| is_key(path)))
    }
}

fn key(name: &str, entity: &EntityMeta) -> Result<(Target, Direction), String> {
    let (name, direction) = match name.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (name, Direction::Ascending),
    };
    let target = path::resolve(name, entity).filter(Target::is_sortable).ok_or_else(|| {
        let (name, entity) = (shown(name), entity.name);
        format!("can't be by {name}: that is no visible field of {entity} with single values")
    })?;
    Ok((target, direction))
}
