//! What a client may not see is taken out of an aggregation before its stages see it: deleted documents, those out of its reach, and members that views
//! don't show, of the collection it starts from, and of every collection of a registered entity that it brings in. Where that
//! would come too late, the stage is refused.

#[cfg(test)]
mod tests;
mod view;

use std::collections::HashSet;

use bson::{Bson, Document, doc};

use self::view::View;
use crate::{
    auth::Accounts, call::RawCall, entity::EntityMeta, error::Error, policy::Elsewhere, query::Filter,
};

/// The stages of a call, with those of the rule in front and inside.
///
/// # Errors
/// [`Error::Internal`] naming a stage that would tell what clients don't see: the developer's mistake, and not the client's.
pub(super) async fn applied(call: &RawCall, stages: Vec<Document>) -> Result<Vec<Document>, Error> {
    if call.route.unrestricted {
        return Ok(stages);
    }
    let own =
        View::of(std::iter::once(call.resource.meta), |meta| meta.living().and(call.policy.scope().clone()))?;
    let (resource, user) = (&call.resource, call.principal.user());
    let mut reached = vec![];
    let mut named = HashSet::new();
    stages.iter().for_each(|stage| collections(stage, &mut named));
    for entity in resource.entities.iter().copied().filter(|entity| named.contains(entity.collection)) {
        reached.push((entity, Elsewhere::shown(call, entity).await?.by_filter()));
    }
    let reach = |entity: &EntityMeta| {
        let of_entity = reached.iter().find(|(other, _)| other.is_same(entity));
        of_entity.map_or(Filter::Nothing, |(_, filter)| filter.clone())
    };
    let audits = resource.entities.iter().filter(|entity| entity.audit.is_some());
    let of_accounts = resource.accounts.iter().flat_map(Accounts::collections);
    let rule = Rule {
        internal: audits.map(|entity| entity.audit_collection()).chain(of_accounts).collect(),
        entities: &resource.entities,
        seen: &|entity| resource.sights.of(entity, user),
        reach: &|entity| entity.living().and(reach(entity)),
    };
    rule.viewed(own, stages)
}

/// Notes every text that may be the name of a collection which a stage brings in.
fn collections(stage: &Document, named: &mut HashSet<String>) {
    for (name, value) in stage {
        match (name.as_str(), value) {
            ("from" | "coll" | "$unionWith", Bson::String(collection)) => {
                named.insert(collection.clone());
            }
            (_, Bson::Document(inner)) => collections(inner, named),
            (_, Bson::Array(stages)) => {
                stages.iter().filter_map(Bson::as_document).for_each(|stage| collections(stage, named));
            }
            _ => {}
        }
    }
}

/// The error of a stage that would tell what clients don't see.
fn refused(stage: &str, why: impl std::fmt::Display) -> Error {
    Error::internal(format!(
        "{stage} is refused: its {why}; only an aggregate that says `unrestricted` may have such a stage"
    ))
}

struct Rule<'a> {
    /// The collections of the library's own, which no stage may bring in.
    internal: Vec<String>,
    entities: &'a [&'static EntityMeta],
    /// An entity as the caller sees it.
    seen: &'a dyn Fn(&'static EntityMeta) -> &'static EntityMeta,
    /// Which documents of an entity there are for the caller.
    reach: &'a dyn Fn(&EntityMeta) -> Filter,
}

impl Rule<'_> {
    /// The stages of a pipeline over a collection of which clients see so much, with the rule where they bring in other documents.
    fn viewed(&self, view: Option<View>, stages: Vec<Document>) -> Result<Vec<Document>, Error> {
        let stages = self.within(stages)?;
        match view {
            Some(view) => view.in_front_of(stages),
            None => Ok(stages),
        }
    }

    fn within(&self, stages: Vec<Document>) -> Result<Vec<Document>, Error> {
        let mut ruled = Vec::with_capacity(stages.len());
        for mut stage in stages {
            let behind = self.stage(&mut stage)?;
            ruled.push(stage);
            ruled.extend(behind);
        }
        Ok(ruled)
    }

    /// Puts the rule into a stage, and returns the stage that is to stand behind it.
    fn stage(&self, stage: &mut Document) -> Result<Option<Document>, Error> {
        let mut behind = None;
        for (name, argument) in stage.iter_mut() {
            match (name.as_str(), argument) {
                ("$lookup", Bson::Document(lookup)) => self.lookup(lookup)?,
                ("$graphLookup", Bson::Document(lookup)) => behind = self.graph_lookup(lookup)?,
                ("$unionWith", argument) => self.union_with(argument)?,
                ("$facet", Bson::Document(facets)) => {
                    for (_, facet) in facets.iter_mut() {
                        self.nested(facet, None)?;
                    }
                }
                _ => {}
            }
        }
        Ok(behind)
    }

    /// What clients see of the collection that a member of a stage names; `None` where no entity has it, or none is named.
    fn view_of(&self, stage: &str, member: &str, argument: &Document) -> Result<Option<View>, Error> {
        match argument.get(member) {
            None => Ok(None),
            Some(Bson::String(collection)) if self.internal.contains(collection) => {
                Err(refused(stage, format!("{member} is {collection}, which holds what no route shows")))
            }
            Some(Bson::String(collection)) => {
                let of_collection = |entity: &&'static EntityMeta| entity.collection == collection;
                let entities = self.entities.iter().copied().filter(of_collection);
                View::of(entities.map(self.seen), self.reach)
            }
            Some(_) => Err(refused(stage, format!("{member} is not the name of a collection"))),
        }
    }

    /// A look-up joins before its pipeline runs, so that the fields it joins by must be ones that clients see.
    fn lookup(&self, lookup: &mut Document) -> Result<(), Error> {
        let view = self.view_of("$lookup", "from", lookup)?;
        if let (Some(view), Ok(path)) = (&view, lookup.get_str("foreignField")) {
            view.check_path("$lookup", "foreignField", path)?;
        }
        if view.is_some() || lookup.contains_key("pipeline") {
            let pipeline = lookup.entry("pipeline".to_owned()).or_insert_with(|| Bson::Array(vec![]));
            self.nested(pipeline, view)?;
        }
        Ok(())
    }

    /// A pipeline within a stage. One that is no list of stages is the server's to refuse.
    fn nested(&self, pipeline: &mut Bson, view: Option<View>) -> Result<(), Error> {
        let Bson::Array(stages) = pipeline else { return Ok(()) };
        let stages: Option<Vec<Document>> = stages.iter().map(|stage| stage.as_document().cloned()).collect();
        if let Some(stages) = stages {
            *pipeline = self.viewed(view, stages)?.into();
        }
        Ok(())
    }

    /// A look-up that takes no pipeline: it is told which documents to follow, and what clients see of them is made behind it.
    fn graph_lookup(&self, lookup: &mut Document) -> Result<Option<Document>, Error> {
        const STAGE: &str = "$graphLookup";
        let Some(view) = self.view_of(STAGE, "from", lookup)? else { return Ok(None) };
        for member in ["connectFromField", "connectToField"] {
            if let Ok(path) = lookup.get_str(member) {
                view.check_path(STAGE, member, path)?;
            }
        }
        if let Ok(given) = lookup.get_document(RESTRICTION) {
            view.check_condition(STAGE, RESTRICTION, given)?;
        }
        if let Some(living) = view.reach() {
            let restricted = match lookup.remove(RESTRICTION) {
                Some(given) => doc! { "$and": [living, given] },
                None => living,
            };
            lookup.insert(RESTRICTION, restricted);
        }
        let Ok(into) = lookup.get_str("as") else { return Ok(None) };
        let depth = lookup.get_str("depthField").ok();
        if depth.is_some_and(|name| name.contains('.')) {
            return Err(refused(STAGE, "depthField is no plain name"));
        }
        let members = view.shown().iter().copied().chain(depth);
        let seen: Document = members.map(|name| (name.to_owned(), format!("$$this.{name}").into())).collect();
        Ok(Some(doc! { "$set": { into: { "$map": { "input": format!("${into}"), "in": seen } } } }))
    }

    fn union_with(&self, argument: &mut Bson) -> Result<(), Error> {
        if let Bson::String(collection) = argument {
            *argument = Bson::Document(doc! { "coll": collection.clone() });
        }
        let Bson::Document(union) = argument else { return Ok(()) };
        let view = self.view_of("$unionWith", "coll", union)?;
        let pipeline = union.entry("pipeline".to_owned()).or_insert_with(|| Bson::Array(vec![]));
        self.nested(pipeline, view)
    }
}

const RESTRICTION: &str = "restrictSearchWithMatch";
