//! Which fields of a document a client wants to see, and which references replaced by what they refer to.

use super::options;
use super::tree::Node;
use crate::{call::Route, entity::EntityMeta, input::shown, server_fields::ECHOED};

/// What a client wants to see of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selection {
    /// Names as clients read them (`id`, not `_id`), each once; `None` for all.
    pub(crate) fields: Option<Vec<&'static str>>,
    /// Paths of [`Route::populate`] in its order, each with those of them that lead to it.
    pub(crate) populate: Vec<&'static str>,
}

impl Selection {
    /// Whether a document is to be shown as it is.
    pub(crate) fn is_all(&self) -> bool {
        self.fields.is_none() && self.populate.is_empty()
    }
}

/// Reads the fields that are asked for.
pub(super) fn fields(node: &Node, entity: &EntityMeta, route: &Route) -> Result<Vec<&'static str>, String> {
    if route.presented {
        return Err("can't be chosen here: the results have a shape of their own".to_owned());
    }
    let mut fields: Vec<&'static str> = vec![];
    for name in options::names(node)? {
        let field = field(name, entity).ok_or_else(|| {
            let (name, entity) = (shown(name), entity.name);
            format!("can't hold {name}: that is no visible field of {entity}")
        })?;
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    if fields.is_empty() { Err("must name at least one field".to_owned()) } else { Ok(fields) }
}

fn field(name: &str, entity: &EntityMeta) -> Option<&'static str> {
    let echoed = ECHOED.into_iter().find(|echoed| *echoed == name);
    echoed.or_else(|| entity.field(name).filter(|field| field.is_visible()).map(|field| field.name))
}

/// Reads the references that are to be replaced.
pub(super) fn populate(node: &Node, route: &Route) -> Result<Vec<&'static str>, String> {
    let names = options::names(node)?;
    if let Some(stray) = names.iter().find(|name| !route.populate.contains(name)) {
        return Err(format!("can't be {}: use {}", shown(stray), route.populate.join(", ")));
    }
    let is_asked = |path: &&str| names.iter().any(|name| name == path || leads_to(path, name));
    Ok(route.populate.iter().copied().filter(is_asked).collect())
}

/// Whether a path is of what is above another.
fn leads_to(path: &str, name: &str) -> bool {
    name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
}
