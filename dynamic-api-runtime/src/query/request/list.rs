//! What a client asks of a list.

use super::{
    cursor, filter, indexed,
    names::Name,
    options::{self, Count, Trashed},
    order::Keys,
    own::{self, OwnFilter},
    path,
    place::Place,
    search,
    selection::{self, Selection},
    tree::{self, Node},
};
use crate::{
    call::{Query, Route},
    entity::EntityMeta,
    error::Error,
    input::Violations,
    query::{Filter, Position, Sort, TextSearch},
    resource::Limits,
};

/// Pages beyond this one are refused: the store would read and drop all rows before it.
const MAX_PAGE: u64 = 1_000_000;

/// What a client asks of a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRequest {
    /// Where to start.
    pub(crate) paging: Paging,
    /// Rows at most.
    pub(crate) limit: u64,
    /// A total order.
    pub(crate) sort: Sort,
    /// What the members ask for, a search among it; which rows are deleted is not its matter.
    pub(crate) filter: Filter,
    /// Whether all rows are to be counted.
    pub(crate) count: Count,
    /// Which rows, as to deletion.
    pub(crate) trashed: Trashed,
    /// What of each row.
    pub(crate) selection: Selection,
}

/// Where a list starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Paging {
    /// At a page, from 1.
    Page(u64),
    /// Behind a row.
    After(Position),
}

/// The members of a list as they were read, before they are looked at together.
#[derive(Default)]
struct Draft<'n> {
    page: Option<u64>,
    limit: Option<u64>,
    keys: Keys,
    after: Option<&'n Node>,
    count: Count,
    search: Option<TextSearch>,
    trashed: Trashed,
    selection: Selection,
    /// Every other member.
    conditions: Vec<(&'n str, &'n Node)>,
}

/// What the members are read by.
#[derive(Clone, Copy)]
struct Frame<'a> {
    entity: &'a EntityMeta,
    route: &'a Route,
    page: (u64, u64),
}

impl ListRequest {
    /// Reads the members of a query, all that is wrong at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a violation for each member that is unknown or makes no sense, [`Error::MalformedJson`], and
    /// what `own` ends in.
    pub(crate) fn parse(
        query: &Query,
        entity: &EntityMeta,
        route: &Route,
        limits: &Limits,
        own: Option<OwnFilter<'_>>,
    ) -> Result<Self, Error> {
        let page = entity.page.unwrap_or((limits.page_default, limits.page_max));
        let frame = Frame { entity, route, page };
        match own.map(|own| own::split(query, entity, route).map(|parts| (own, parts))).transpose()? {
            Some((own, (ours, theirs))) => frame.read(&ours, Conditions::Own(own, theirs)),
            None => frame.read(query, Conditions::Fields),
        }
    }

    /// How many rows stand before the first one.
    pub(crate) fn skip(&self) -> u64 {
        match self.paging {
            Paging::Page(page) => (page - 1).saturating_mul(self.limit),
            Paging::After(_) => 0,
        }
    }
}

/// What the filter of a list is made of.
enum Conditions<'a> {
    /// Members on the entity's fields.
    Fields,
    /// Members of the route's own query type.
    Own(OwnFilter<'a>, Query),
}

impl Frame<'_> {
    fn read(self, query: &Query, conditions: Conditions<'_>) -> Result<ListRequest, Error> {
        let mut violations = Violations::default();
        let members = tree::read(query, &mut violations)?;
        let mut draft = Draft::default();
        for (name, node) in &members {
            if let Err(message) = self.take(&mut draft, name, node) {
                violations.push(Place::root().member(name).violation(message));
            }
        }
        let search = draft.search.take().map_or(Filter::All, Filter::Text);
        let filter = match conditions {
            Conditions::Fields => self.filter(&draft.conditions, search, &mut violations),
            Conditions::Own(own, query) => own_filter(own, &query, &mut violations)?.and(search),
        };
        let request = self.finish(draft, filter, &mut violations);
        if violations.is_empty() { Ok(request) } else { Err(violations.into()) }
    }

    fn filter(self, conditions: &[(&str, &Node)], search: Filter, violations: &mut Violations) -> Filter {
        let filter = filter::Reader::new(self.entity, self.route, violations).read(conditions).and(search);
        if self.entity.indexed_only
            && violations.is_empty()
            && let Err(violation) = indexed::check(&filter, self.entity)
        {
            violations.push(violation);
        }
        filter
    }

    fn finish(self, draft: Draft<'_>, filter: Filter, violations: &mut Violations) -> ListRequest {
        let sort = match draft.trashed {
            Trashed::Without => draft.keys.living(self.entity),
            Trashed::With | Trashed::Only => draft.keys.stable(),
        };
        let paging = match draft.after {
            None => Ok(Paging::Page(draft.page.unwrap_or(1))),
            Some(_) if draft.page.is_some() => {
                Err("can't stand beside page: it goes on from a place of its own".to_owned())
            }
            // Of an order that is wrong there is no right cursor.
            Some(_) if !violations.is_empty() => Ok(Paging::Page(1)),
            Some(node) => cursor::read(node, &sort, self.entity).map(Paging::After),
        };
        let paging = paging.unwrap_or_else(|message| {
            violations.push(Place::root().member(Name::After.text()).violation(message));
            Paging::Page(1)
        });
        ListRequest {
            paging,
            limit: draft.limit.unwrap_or(self.page.0),
            sort,
            filter,
            count: draft.count,
            trashed: draft.trashed,
            selection: draft.selection,
        }
    }

    /// Takes a member for the list, or leaves it to the conditions.
    fn take<'n>(self, draft: &mut Draft<'n>, name: &'n str, node: &'n Node) -> Result<(), String> {
        let known = Name::of(name).filter(|name| name.is_offered(self.entity, self.route));
        let is_field = || path::resolve(name, self.entity).is_some();
        match known {
            // With operators it is a field's.
            Some(_) if matches!(node, Node::Object(_)) && is_field() => draft.conditions.push((name, node)),
            Some(Name::Page) => draft.page = Some(options::number(node, MAX_PAGE)?),
            Some(Name::Limit) => draft.limit = Some(options::number(node, self.page.1)?),
            Some(Name::Sort) => draft.keys = Keys::read(node, self.entity)?,
            Some(Name::After) => draft.after = Some(node),
            Some(Name::Count) => draft.count = options::count(node)?,
            Some(Name::Search) => draft.search = Some(search::read(node)?),
            Some(Name::Trashed) => draft.trashed = options::trashed(node)?,
            Some(Name::Fields) => {
                draft.selection.fields = Some(selection::fields(node, self.entity, self.route)?);
            }
            Some(Name::Populate) => draft.selection.populate = selection::populate(node, self.route)?,
            None => draft.conditions.push((name, node)),
        }
        Ok(())
    }
}

/// The filter of a route's own query type; what that type refuses is told with all the rest.
fn own_filter(own: OwnFilter<'_>, query: &Query, violations: &mut Violations) -> Result<Filter, Error> {
    own(query).or_else(|error| match error {
        Error::Invalid(found) => {
            found.into_iter().for_each(|violation| violations.push(violation));
            Ok(Filter::Nothing)
        }
        other => Err(other),
    })
}
