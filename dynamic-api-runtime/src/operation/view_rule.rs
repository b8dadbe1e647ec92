//! What a client may not see is taken out of an aggregation before its stages see it: deleted documents and hidden fields, of the
//! collection it starts from, and of every collection of a registered entity that it brings in.

use bson::{Bson, Document, doc};

use crate::{call::RawCall, entity::EntityMeta, server_fields::DELETED_AT};

/// The stages of a call, with those of the rule in front and inside.
pub(super) fn applied(call: &RawCall, stages: Vec<Document>) -> Vec<Document> {
    if call.route.unrestricted {
        return stages;
    }
    let rule = Rule { entities: &call.resource.entities };
    let mut applied = view_of(std::iter::once(call.resource.meta));
    applied.extend(rule.within(stages));
    applied
}

/// The stages that leave of documents what clients see of them. Of several entities, that is what they all show.
fn view_of<'a>(entities: impl Iterator<Item = &'a EntityMeta> + Clone) -> Vec<Document> {
    let mut stages = vec![];
    if entities.clone().any(|entity| entity.soft_delete) {
        stages.push(doc! { "$match": { DELETED_AT: null } });
    }
    let hidden = hidden(entities);
    if !hidden.is_empty() {
        stages.push(doc! { "$unset": hidden });
    }
    stages
}

fn hidden<'a>(entities: impl Iterator<Item = &'a EntityMeta>) -> Vec<String> {
    let unseen = entities.flat_map(|entity| entity.fields).filter(|field| !field.is_visible());
    let mut names: Vec<String> = unseen.map(|field| field.name.to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

struct Rule<'a> {
    entities: &'a [&'static EntityMeta],
}

impl Rule<'_> {
    /// The stages, with the rule where they bring in other documents.
    fn within(&self, stages: Vec<Document>) -> Vec<Document> {
        stages.into_iter().flat_map(|stage| self.stage(stage)).collect()
    }

    fn stage(&self, mut stage: Document) -> Vec<Document> {
        let mut behind = vec![];
        for (name, argument) in stage.iter_mut() {
            match (name.as_str(), argument) {
                ("$lookup", Bson::Document(lookup)) => self.lookup(lookup),
                ("$graphLookup", Bson::Document(lookup)) => behind.extend(self.graph_lookup(lookup)),
                ("$unionWith", argument) => self.union_with(argument),
                ("$facet", Bson::Document(facets)) => {
                    for (_, facet) in facets.iter_mut() {
                        self.nested(facet, vec![]);
                    }
                }
                _ => {}
            }
        }
        std::iter::once(stage).chain(behind).collect()
    }

    /// What clients see of a collection; nothing to do where no entity has it.
    fn view_of(&self, collection: &str) -> Vec<Document> {
        view_of(self.of(collection))
    }

    fn of(&self, collection: &str) -> impl Iterator<Item = &'static EntityMeta> + Clone {
        self.entities.iter().copied().filter(move |entity| entity.collection == collection)
    }

    fn lookup(&self, lookup: &mut Document) {
        let view = lookup.get_str("from").map(|from| self.view_of(from)).unwrap_or_default();
        let has_pipeline = lookup.contains_key("pipeline");
        if has_pipeline || !view.is_empty() {
            let pipeline = lookup.entry("pipeline".to_owned()).or_insert_with(|| Bson::Array(vec![]));
            self.nested(pipeline, view);
        }
    }

    /// A pipeline within a stage, behind the stages of a view.
    fn nested(&self, pipeline: &mut Bson, view: Vec<Document>) {
        let Bson::Array(stages) = pipeline else { return };
        let mut ruled: Vec<Bson> = view.into_iter().map(Bson::Document).collect();
        for stage in std::mem::take(stages) {
            match stage {
                Bson::Document(stage) => ruled.extend(self.stage(stage).into_iter().map(Bson::Document)),
                // What is no stage is the server's to refuse.
                other => ruled.push(other),
            }
        }
        *stages = ruled;
    }

    /// A look-up that takes no pipeline: it is told which documents to follow, and hidden fields go behind it.
    fn graph_lookup(&self, lookup: &mut Document) -> Option<Document> {
        let (Ok(from), Ok(into)) = (lookup.get_str("from"), lookup.get_str("as")) else { return None };
        let (from, into) = (from.to_owned(), into.to_owned());
        if self.of(&from).any(|entity| entity.soft_delete) {
            let living = doc! { DELETED_AT: null };
            let restricted = match lookup.remove("restrictSearchWithMatch") {
                Some(given) => doc! { "$and": [living, given] },
                None => living,
            };
            lookup.insert("restrictSearchWithMatch", restricted);
        }
        let hidden: Vec<String> =
            hidden(self.of(&from)).iter().map(|name| format!("{into}.{name}")).collect();
        (!hidden.is_empty()).then(|| doc! { "$unset": hidden })
    }

    fn union_with(&self, argument: &mut Bson) {
        if let Bson::String(collection) = argument {
            let view = self.view_of(collection);
            if view.is_empty() {
                return;
            }
            *argument = Bson::Document(doc! { "coll": collection.clone(), "pipeline": [] });
        }
        let Bson::Document(union) = argument else { return };
        let view = union.get_str("coll").map(|from| self.view_of(from)).unwrap_or_default();
        let pipeline = union.entry("pipeline".to_owned()).or_insert_with(|| Bson::Array(vec![]));
        self.nested(pipeline, view);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Field;

    const USERS: &EntityMeta = &EntityMeta::new("User", "users", "users")
        .soft_delete()
        .fields(&[Field::new::<String>("name"), Field::new::<String>("secret").hidden()]);
    const POSTS: &EntityMeta =
        &EntityMeta::new("Post", "posts", "posts").fields(&[Field::new::<String>("title")]);

    fn ruled(stages: Vec<Document>) -> Vec<Document> {
        Rule { entities: &[USERS, POSTS] }.within(stages)
    }

    fn view() -> [Document; 2] {
        [doc! { "$match": { "deletedAt": null } }, doc! { "$unset": ["secret"] }]
    }

    #[test]
    fn a_look_up_sees_what_clients_see() {
        let [living, unset] = view();
        let lookup = doc! { "from": "users", "localField": "author", "foreignField": "_id", "as": "author" };
        let mut expected = lookup.clone();
        expected.insert("pipeline", [living, unset]);
        assert_eq!(ruled(vec![doc! { "$lookup": lookup }]), [doc! { "$lookup": expected }]);
        let plain = doc! { "$lookup": { "from": "posts", "localField": "_id", "foreignField": "author", "as": "posts" } };
        assert_eq!(ruled(vec![plain.clone()]), [plain]);
        let elsewhere =
            doc! { "$lookup": { "from": "logs", "localField": "a", "foreignField": "b", "as": "c" } };
        assert_eq!(ruled(vec![elsewhere.clone()]), [elsewhere]);
    }

    #[test]
    fn a_look_up_within_a_look_up_or_a_facet_does_too() {
        let [living, unset] = view();
        let inner = doc! { "$lookup": { "from": "users", "pipeline": [{ "$limit": 1 }], "as": "u" } };
        let ruled_inner =
            doc! { "$lookup": { "from": "users", "pipeline": [living, unset, { "$limit": 1 }], "as": "u" } };
        for (given, expected) in [
            (doc! { "$facet": { "a": [inner.clone()] } }, doc! { "$facet": { "a": [ruled_inner.clone()] } }),
            (
                doc! { "$lookup": { "from": "posts", "pipeline": [inner.clone()], "as": "p" } },
                doc! { "$lookup": { "from": "posts", "pipeline": [ruled_inner.clone()], "as": "p" } },
            ),
            (
                doc! { "$unionWith": { "coll": "posts", "pipeline": [inner] } },
                doc! { "$unionWith": { "coll": "posts", "pipeline": [ruled_inner] } },
            ),
        ] {
            assert_eq!(ruled(vec![given]), [expected]);
        }
    }

    #[test]
    fn stages_without_a_pipeline_are_followed_by_the_rule() {
        let graph = doc! { "from": "users", "as": "boss", "startWith": "$b", "connectFromField": "b", "connectToField": "_id",
        "restrictSearchWithMatch": { "name": "x" } };
        let stages = ruled(vec![doc! { "$graphLookup": graph }]);
        let restriction =
            stages[0].get_document("$graphLookup").map(|graph| graph.get("restrictSearchWithMatch"));
        let expected = Bson::Document(doc! { "$and": [{ "deletedAt": null }, { "name": "x" }] });
        assert_eq!(restriction.unwrap_or_default(), Some(&expected));
        assert_eq!(stages[1], doc! { "$unset": ["boss.secret"] });
        let [living, unset] = view();
        let expected = doc! { "$unionWith": { "coll": "users", "pipeline": [living, unset] } };
        assert_eq!(ruled(vec![doc! { "$unionWith": "users" }]), [expected]);
    }
}
