//! The stages that come of stages, without a store.

use super::*;
use crate::entity::Field;

const USERS: &EntityMeta = &EntityMeta::new("User", "users", "users").soft_delete().fields(&[
    Field::new::<String>("name"),
    Field::new::<String>("secret").hidden(),
    Field::new::<i64>("length").computed(),
]);
const POSTS: &EntityMeta = &EntityMeta::new("Post", "posts", "posts")
    .fields(&[Field::new::<String>("title"), Field::new::<i64>("loc")]);
/// Another entity of the collection of [`POSTS`].
const NOTES: &EntityMeta = &EntityMeta::new("Note", "notes", "posts").fields(&[
    Field::new::<String>("title"),
    Field::new::<String>("loc").write_only(),
    Field::new::<String>("by"),
]);

fn rule() -> Rule<'static> {
    let internal = vec!["users_sessions".to_owned(), "posts_audit".to_owned()];
    Rule { internal, entities: &[USERS, POSTS], seen: &|entity| entity, reach: &EntityMeta::living }
}

fn ruled(stages: Vec<Document>) -> Vec<Document> {
    rule().within(stages).unwrap_or_default()
}

fn cause(stage: Document) -> String {
    match rule().within(vec![stage]) {
        Err(Error::Internal(cause)) => cause.to_string(),
        other => format!("{other:?}"),
    }
}

/// The stages of a pipeline over users.
fn over_users(stages: Vec<Document>) -> Vec<Document> {
    rule().viewed(view_of(&[USERS]), stages).unwrap_or_default()
}

fn view_of(entities: &[&'static EntityMeta]) -> Option<View> {
    View::of(entities.iter().copied(), EntityMeta::living).unwrap_or_default()
}

fn living() -> Document {
    doc! { "$match": { "deletedAt": { "$eq": null } } }
}

fn project(names: &[&str]) -> Document {
    let mut members = doc! { "_id": 1, "createdAt": 1, "updatedAt": 1, "deletedAt": 1 };
    members.extend(names.iter().map(|name| ((*name).to_owned(), 1.into())));
    doc! { "$project": members }
}

fn users() -> [Document; 2] {
    [living(), project(&["name"])]
}

#[test]
fn a_look_up_sees_what_clients_see() {
    let [living, project_users] = users();
    for (from, pipeline) in
        [("users", vec![living, project_users]), ("posts", vec![project(&["title", "loc"])])]
    {
        let lookup = doc! { "from": from, "localField": "author", "foreignField": "_id", "as": "author" };
        let mut expected = lookup.clone();
        expected.insert("pipeline", pipeline);
        assert_eq!(ruled(vec![doc! { "$lookup": lookup }]), [doc! { "$lookup": expected }]);
    }
    let elsewhere = doc! { "$lookup": { "from": "logs", "localField": "a", "foreignField": "b", "as": "c" } };
    assert_eq!(ruled(vec![elsewhere.clone()]), [elsewhere]);
    let of_none = doc! { "$lookup": { "pipeline": [{ "$documents": [{ "a": 1 }] }], "as": "c" } };
    assert_eq!(ruled(vec![of_none.clone()]), [of_none]);
}

#[test]
fn a_look_up_within_a_look_up_or_a_facet_does_too() {
    let [living, project_users] = users();
    let of_posts = project(&["title", "loc"]);
    let inner = doc! { "$lookup": { "from": "users", "pipeline": [{ "$limit": 1 }], "as": "u" } };
    let pipeline = [living, project_users, doc! { "$limit": 1 }];
    let ruled_inner = doc! { "$lookup": { "from": "users", "pipeline": pipeline, "as": "u" } };
    for (given, expected) in [
        (doc! { "$facet": { "a": [inner.clone()] } }, doc! { "$facet": { "a": [ruled_inner.clone()] } }),
        (
            doc! { "$lookup": { "from": "posts", "pipeline": [inner.clone()], "as": "p" } },
            doc! { "$lookup": { "from": "posts", "pipeline": [of_posts.clone(), ruled_inner.clone()], "as": "p" } },
        ),
        (
            doc! { "$unionWith": { "coll": "posts", "pipeline": [inner] } },
            doc! { "$unionWith": { "coll": "posts", "pipeline": [of_posts, ruled_inner] } },
        ),
    ] {
        assert_eq!(ruled(vec![given]), [expected]);
    }
}

#[test]
fn stages_without_a_pipeline_are_followed_by_the_rule() {
    let graph = doc! {
        "from": "users", "as": "boss", "startWith": "$b", "connectFromField": "name", "connectToField": "_id",
        "depthField": "depth", "restrictSearchWithMatch": { "name": "x" },
    };
    let stages = ruled(vec![doc! { "$graphLookup": graph }]);
    let restriction =
        stages[0].get_document("$graphLookup").map(|graph| graph.get("restrictSearchWithMatch"));
    let expected = Bson::Document(doc! { "$and": [{ "deletedAt": { "$eq": null } }, { "name": "x" }] });
    assert_eq!(restriction.unwrap_or_default(), Some(&expected));
    let seen = doc! {
        "_id": "$$this._id", "createdAt": "$$this.createdAt", "updatedAt": "$$this.updatedAt", "deletedAt": "$$this.deletedAt",
        "name": "$$this.name", "depth": "$$this.depth",
    };
    assert_eq!(stages[1], doc! { "$set": { "boss": { "$map": { "input": "$boss", "in": seen } } } });
    let expected = doc! { "$unionWith": { "coll": "users", "pipeline": users() } };
    assert_eq!(ruled(vec![doc! { "$unionWith": "users" }]), [expected]);
}

#[test]
fn a_stage_that_would_tell_what_clients_do_not_see_is_refused_by_name() {
    let graph = |member: &str, value: Bson| {
        let mut graph = doc! {
            "from": "users", "as": "a", "startWith": "$b", "connectFromField": "name", "connectToField": "name",
        };
        graph.insert(member, value);
        doc! { "$graphLookup": graph }
    };
    let lookup = |path: &str| doc! { "$lookup": { "from": "users", "localField": "g", "foreignField": path, "as": "a" } };
    for (stage, words) in [
        (lookup("secret"), ["$lookup", "foreignField is secret", "users"]),
        (lookup("secret.word"), ["$lookup", "foreignField is secret.word", "users"]),
        (lookup("never declared"), ["$lookup", "foreignField is never declared", "users"]),
        (lookup("isDeleted"), ["$lookup", "foreignField is isDeleted", "users"]),
        (graph("connectToField", "secret".into()), ["$graphLookup", "connectToField is secret", "users"]),
        (graph("connectFromField", "secret".into()), ["$graphLookup", "connectFromField is secret", "users"]),
        (
            graph("restrictSearchWithMatch", doc! { "$or": [{ "name": 1 }, { "secret": 1 }] }.into()),
            ["$graphLookup", "restrictSearchWithMatch is secret", "users"],
        ),
        (
            graph("restrictSearchWithMatch", doc! { "$expr": { "$eq": ["$secret", 1] } }.into()),
            ["$graphLookup", "restrictSearchWithMatch is $expr", "users"],
        ),
        (graph("depthField", "secret.depth".into()), ["$graphLookup", "depthField", "plain name"]),
        (graph("from", doc! { "db": "a", "coll": "users" }.into()), ["$graphLookup", "from", "collection"]),
        (
            doc! { "$lookup": { "from": { "db": "a", "coll": "users" }, "pipeline": [], "as": "a" } },
            ["$lookup", "from", "collection"],
        ),
        (doc! { "$unionWith": "users_sessions" }, ["$unionWith", "coll is users_sessions", "no route"]),
        (
            doc! { "$lookup": { "from": "posts_audit", "pipeline": [], "as": "a" } },
            ["$lookup", "from is posts_audit", "no route"],
        ),
        (graph("from", "users_sessions".into()), ["$graphLookup", "from is users_sessions", "no route"]),
        (
            doc! { "$lookup": { "from": "logs", "pipeline": [{ "$unionWith": "users_sessions" }], "as": "a" } },
            ["$unionWith", "coll is users_sessions", "no route"],
        ),
        (doc! { "$unionWith": { "coll": 1 } }, ["$unionWith", "coll", "collection"]),
    ] {
        for place in [stage.clone(), doc! { "$facet": { "f": [stage.clone()] } }] {
            let cause = cause(place);
            assert!(words.iter().all(|word| cause.contains(word)), "{stage}: {cause}");
        }
    }
}

#[test]
fn what_a_pipeline_starts_with_is_asked_of_the_store_as_far_as_clients_see_it() {
    let [_, project] = users();
    let limit = doc! { "$limit": 1 };
    for (given, expected) in [
        (
            vec![doc! { "$match": { "name": "a" } }, limit.clone()],
            vec![
                doc! { "$match": { "$and": [{ "deletedAt": { "$eq": null } }, { "name": "a" }] } },
                project.clone(),
                limit.clone(),
            ],
        ),
        (
            vec![doc! { "$match": { "name": "a", "secret": "b", "$expr": { "$eq": ["$secret", 1] } } }],
            vec![
                doc! { "$match": { "$and": [{ "deletedAt": { "$eq": null } }, { "name": "a" }] } },
                project.clone(),
                doc! { "$match": { "secret": "b", "$expr": { "$eq": ["$secret", 1] } } },
            ],
        ),
        (
            vec![doc! { "$match": { "$or": [{ "name": "a" }, { "secret": "b" }] } }],
            vec![
                living(),
                project.clone(),
                doc! { "$match": { "$or": [{ "name": "a" }, { "secret": "b" }] } },
            ],
        ),
        (
            vec![doc! { "$match": { "$text": { "$search": "x" }, "name": "a" } }, limit.clone()],
            vec![
                doc! { "$match": { "$text": { "$search": "x" }, "$and": [{ "deletedAt": { "$eq": null } }, { "name": "a" }] } },
                project.clone(),
                limit.clone(),
            ],
        ),
        (
            vec![doc! { "$limit": 1 }, doc! { "$match": { "name": "a" } }],
            vec![living(), project.clone(), limit, doc! { "$match": { "name": "a" } }],
        ),
    ] {
        assert_eq!(over_users(given), expected);
    }
}

#[test]
fn a_search_by_place_stays_the_first_stage() {
    let near = |more: Document| {
        let mut near = doc! { "near": [1, 2], "distanceField": "far", "key": "name" };
        near.extend(more);
        doc! { "$geoNear": near }
    };
    let mut seen = users()[1].clone();
    if let Ok(members) = seen.get_document_mut("$project") {
        members.insert("far", 1);
    }
    let living = doc! { "deletedAt": { "$eq": null } };
    assert_eq!(
        over_users(vec![near(doc! {}), doc! { "$limit": 1 }]),
        [near(doc! { "query": living.clone() }), seen.clone(), doc! { "$limit": 1 }]
    );
    assert_eq!(
        over_users(vec![near(doc! { "query": { "name": "a" } })]),
        [near(doc! { "query": { "$and": [living, { "name": "a" }] } }), seen]
    );
    for hidden in [doc! { "query": { "secret": 1 } }, doc! { "key": "secret.place" }] {
        let refused = rule().viewed(view_of(&[USERS]), vec![near(hidden.clone())]);
        assert!(matches!(refused, Err(Error::Internal(_))), "{hidden}: {refused:?}");
    }
}

#[test]
fn entities_of_one_collection_show_what_none_of_them_hides() {
    let view = view_of(&[POSTS, NOTES]);
    let stages = view.map(|view| view.in_front_of(vec![]).unwrap_or_default()).unwrap_or_default();
    assert_eq!(stages, [project(&["title", "by"])]);
}
