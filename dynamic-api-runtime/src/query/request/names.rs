//! The names of a query's members, and what is said of those that are none.

use super::path;
use crate::{
    call::Route,
    entity::{EntityMeta, Field},
    input::shown,
    server_fields::{CREATED_AT, PUBLIC_ID, UPDATED_AT},
};

/// The member that holds groups of conditions.
pub(super) const OR: &str = "or";

/// A member that is about the list and not about a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Page,
    Limit,
    Sort,
    Fields,
    After,
    Count,
    Search,
    Populate,
    Trashed,
}

impl Name {
    /// All of them.
    const LIST: [Self; 9] = [
        Self::Page,
        Self::Limit,
        Self::Sort,
        Self::Fields,
        Self::After,
        Self::Count,
        Self::Search,
        Self::Populate,
        Self::Trashed,
    ];
    /// Those that make sense where there is one document.
    const READ: [Self; 3] = [Self::Fields, Self::Populate, Self::Trashed];

    /// The member of this name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::LIST.into_iter().find(|member| member.text() == name)
    }

    /// The member of this name that makes sense where there is one document.
    pub(super) fn in_read(name: &str) -> Option<Self> {
        Self::READ.into_iter().find(|member| member.text() == name)
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Limit => "limit",
            Self::Sort => "sort",
            Self::Fields => "fields",
            Self::After => "after",
            Self::Count => "count",
            Self::Search => "search",
            Self::Populate => "populate",
            Self::Trashed => "trashed",
        }
    }

    /// Whether a client can send it here.
    pub(super) fn is_offered(self, entity: &EntityMeta, route: &Route) -> bool {
        match self {
            Self::Search => has_search(entity),
            Self::Populate => !route.populate.is_empty(),
            Self::Trashed => entity.shows_trash(),
            _ => true,
        }
    }
}

/// What is said of a name in a list's query that means nothing: nothing of whether there is such a field that clients can't see.
pub(super) fn unknown_in_list(name: &str, entity: &EntityMeta, route: &Route) -> String {
    let names = match name.rsplit_once('.') {
        Some((parent, _)) => inside(parent, entity),
        None => {
            let members = Name::LIST.into_iter().filter(|member| member.is_offered(entity, route));
            let own = entity.fields.iter().filter(|field| field.is_filterable()).map(|field| field.name);
            let names = members.map(Name::text).chain([OR, PUBLIC_ID, CREATED_AT, UPDATED_AT]).chain(own);
            names.map(str::to_owned).collect()
        }
    };
    unknown(name, names)
}

/// As [`unknown_in_list`], where there is one document.
pub(super) fn unknown_in_read(name: &str, entity: &EntityMeta, route: &Route) -> String {
    let members = Name::READ.into_iter().filter(|member| member.is_offered(entity, route));
    unknown(name, members.map(|member| member.text().to_owned()).collect())
}

/// What can be asked of the members of a struct, by their paths.
fn inside(parent: &str, entity: &EntityMeta) -> Vec<String> {
    let fields: &[Field] = path::resolve(parent, entity).map_or(&[], |target| target.members());
    fields
        .iter()
        .filter(|field| field.is_filterable())
        .map(|field| format!("{parent}.{}", field.name))
        .collect()
}

fn unknown(name: &str, names: Vec<String>) -> String {
    let shown = shown(name);
    let last = |path: &str| path.rsplit('.').next().map_or(0, str::len);
    let nearest = names
        .into_iter()
        .map(|candidate| (strsim::levenshtein(&candidate, &shown), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= last(candidate) / 3);
    match nearest {
        // A name that is right elsewhere came to nothing here.
        Some((0, _)) => "is about the whole list and can't stand in a group".to_owned(),
        Some((_, candidate)) => format!("is no member of this query: did you mean {candidate}?"),
        None => "is no member of this query".to_owned(),
    }
}

/// Whether words can be searched for.
fn has_search(entity: &EntityMeta) -> bool {
    entity.texts().next().is_some() && entity.shows_texts()
}
