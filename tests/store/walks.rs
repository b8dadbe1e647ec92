//! Pages by position on MongoDB as walks along an index: which of them are, and that nobody notices where the index is no longer
//! what it was.

use bson::{Bson, Document, doc, oid::ObjectId};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Op, Position, Sort},
    store::{CollectionSpec, Collections, IndexKind, IndexSpec, SyncIndexes},
};

use crate::{ITEMS, documents, ids, insert, watched::Watched};

const ASC: Direction = Direction::Ascending;
const DESC: Direction = Direction::Descending;

fn index(kind: IndexKind, keys: &[(&str, Direction)]) -> IndexSpec {
    let keys = keys.iter().map(|(path, way)| ((*path).to_owned(), *way)).collect();
    IndexSpec { keys, kind, only_types: vec![], only_null: vec![] }
}

fn plain(path: &str) -> IndexSpec {
    index(IndexKind::Plain, &[(path, ASC), ("_id", ASC)])
}

fn by(path: &str, way: Direction) -> Sort {
    Sort::none().then(path, way).stable()
}

async fn prepare(watched: &Watched, indexes: Vec<IndexSpec>) {
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes };
    watched.store().prepare(&spec, SyncIndexes::CreateOnly).await.unwrap();
    watched.commands();
}

/// A hundred rows of ten values.
async fn with_rows() -> Watched {
    let watched = Watched::new().await;
    insert(watched.store(), (0..100).map(|n| doc! { "_id": n, "v": n / 10, "w": n / 10 })).await.unwrap();
    watched.commands();
    watched
}

/// Five rows from the middle on.
fn page(path: &str, way: Direction) -> Find {
    let place = if path == "_id" { vec![44.into()] } else { vec![4.into(), 44.into()] };
    Find::new(Filter::All).sort(by(path, way)).after(Position(place)).limit(5)
}

/// Asks for a page that begins in the middle, and returns the commands that it took.
async fn asked(watched: &Watched, find: &Find) -> Vec<Document> {
    let rows = documents(watched.store().find(ITEMS, find).await.unwrap());
    let expected = match find.sort.0[0].1 {
        Direction::Ascending => [45, 46, 47, 48, 49],
        Direction::Descending => [43, 42, 41, 40, 39],
    };
    assert_eq!(ids(&rows), expected.map(Bson::from), "{find:?}");
    watched.commands()
}

/// The index that the one command was told to walk along.
async fn walked(watched: &Watched, find: &Find) -> Option<String> {
    let commands = asked(watched, find).await;
    let [command] = &commands[..] else { panic!("{} commands", commands.len()) };
    assert_eq!(command.contains_key("hint"), command.contains_key("min") || command.contains_key("max"));
    command.get_str("hint").ok().map(str::to_owned)
}

#[tokio::test]
async fn every_order_with_an_index_is_a_walk() {
    let watched = with_rows().await;
    assert_eq!(walked(&watched, &page("v", ASC)).await, None, "nothing is known of the collection");
    prepare(&watched, vec![plain("v")]).await;
    for way in [ASC, DESC] {
        assert_eq!(walked(&watched, &page("v", way)).await.as_deref(), Some("v_1__id_1"));
        assert_eq!(walked(&watched, &page("_id", way)).await.as_deref(), Some("_id_"));
        assert_eq!(walked(&watched, &page("w", way)).await, None, "no index is in this order");
        let living = Find { filter: Filter::eq("deletedAt", Bson::Null), ..page("v", way) };
        assert!(walked(&watched, &living).await.is_some());
    }
    let (turned, place) =
        (Sort::none().then("v", ASC).then("_id", DESC), Position(vec![4.into(), 44.into()]));
    let turned = Find::new(Filter::All).sort(turned).after(place).limit(3);
    let rows = documents(watched.store().find(ITEMS, &turned).await.unwrap());
    assert_eq!(ids(&rows), [Bson::from(43), 42.into(), 41.into()]);
    assert!(!watched.commands()[0].contains_key("hint"), "the index is in another order");

    let other = watched.mongo().with_database("nothing_is_known_of_it");
    assert!(other.find(ITEMS, &page("v", ASC)).await.unwrap().is_empty());
    assert!(!watched.commands()[0].contains_key("hint"));
}

#[tokio::test]
async fn what_another_index_may_serve_better_is_left_to_the_server() {
    let watched = with_rows().await;
    prepare(&watched, vec![plain("v"), plain("w"), plain("gone")]).await;
    let some = Filter::field("w", Op::Gte(0.into()));
    let filters = [
        some.clone(),
        // None are gone, but for those that the index knows of.
        Filter::eq("gone", Bson::Null),
        Filter::eq("deletedAt", Bson::Null).and(some),
        Filter::Not(Box::new(Filter::eq("w", 77))),
        Filter::Or(vec![Filter::eq("deletedAt", Bson::Null), Filter::eq("w", 1)]),
    ];
    for filter in filters {
        assert_eq!(walked(&watched, &Find { filter, ..page("v", ASC) }).await, None);
    }
    let both = Filter::eq("deletedAt", Bson::Null).and(Filter::eq("bannedAt", Bson::Null));
    assert!(walked(&watched, &Find { filter: both, ..page("v", ASC) }).await.is_some());
}

#[tokio::test]
async fn an_index_that_leaves_rows_out_or_has_another_order_is_none_to_walk_along() {
    let watched = with_rows().await;
    let partial = IndexSpec { only_null: vec!["x".to_owned()], ..plain("v") };
    let typed =
        IndexSpec { only_types: vec![("w".to_owned(), vec![bson::spec::ElementType::Int32])], ..plain("w") };
    prepare(&watched, vec![partial, typed, index(IndexKind::Unique, &[("u", ASC), ("_id", ASC)])]).await;
    for path in ["v", "w"] {
        assert_eq!(walked(&watched, &page(path, ASC)).await, None);
    }

    let watched = Watched::new().await;
    let collated = doc! { "create": ITEMS, "collation": { "locale": "en", "strength": 2 } };
    watched.mongo().database().run_command(collated).await.unwrap();
    prepare(&watched, vec![]).await;
    insert(watched.store(), ["b", "A", "c"].map(|id| doc! { "_id": id })).await.unwrap();
    watched.commands();
    let find = Find::new(Filter::All).sort(by("_id", ASC)).after(Position(vec!["a".into()]));
    watched.store().find(ITEMS, &find).await.unwrap();
    assert!(!watched.commands()[0].contains_key("hint"), "texts are compared otherwise there");
}

#[tokio::test]
async fn the_index_is_found_under_any_name() {
    let watched = with_rows().await;
    let named =
        doc! { "createIndexes": ITEMS, "indexes": [{ "key": { "v": 1.0, "_id": 1.0 }, "name": "mine" }] };
    watched.mongo().database().run_command(named).await.unwrap();
    prepare(&watched, vec![plain("v")]).await;
    assert_eq!(walked(&watched, &page("v", DESC)).await.as_deref(), Some("mine"));
}

/// Changes the index on `v` behind the back of the store.
async fn change(watched: &Watched, commands: Vec<Document>) {
    for command in commands {
        watched.mongo().database().run_command(command).await.unwrap();
    }
    watched.commands();
}

#[tokio::test]
async fn nobody_notices_that_the_index_is_gone() {
    let name = "v_1__id_1";
    let dropped = doc! { "dropIndexes": ITEMS, "index": name };
    let another = doc! { "createIndexes": ITEMS, "indexes": [{ "key": { "w": 1, "_id": 1 }, "name": name }] };
    let hidden = doc! { "collMod": ITEMS, "index": { "name": name, "hidden": true } };
    for changes in [vec![dropped.clone()], vec![dropped, another], vec![hidden]] {
        let watched = with_rows().await;
        prepare(&watched, vec![plain("v"), plain("w")]).await;
        if changes.len() > 1 {
            change(&watched, vec![doc! { "dropIndexes": ITEMS, "index": "w_1__id_1" }]).await;
        }
        change(&watched, changes.clone()).await;
        for way in [ASC, DESC] {
            let commands = asked(&watched, &page("v", way)).await;
            // Refused once, and not tried again.
            let hints: Vec<bool> = commands.iter().map(|command| command.contains_key("hint")).collect();
            let expected = if way == ASC { vec![true, false] } else { vec![false] };
            assert_eq!(hints, expected, "{changes:?}");
        }
        assert_eq!(
            walked(&watched, &page("_id", ASC)).await.as_deref(),
            Some("_id_"),
            "others are still there"
        );
    }
}

#[tokio::test]
async fn a_start_finds_the_index_again() {
    let watched = with_rows().await;
    prepare(&watched, vec![plain("v")]).await;
    change(&watched, vec![doc! { "dropIndexes": ITEMS, "index": "v_1__id_1" }]).await;
    assert_eq!(asked(&watched, &page("v", ASC)).await.len(), 2);
    assert_eq!(walked(&watched, &page("v", ASC)).await, None);
    prepare(&watched, vec![plain("v")]).await;
    assert!(walked(&watched, &page("v", ASC)).await.is_some());
}

#[tokio::test]
async fn a_transaction_is_not_lost_by_an_index_that_is_gone() {
    let watched = with_rows().await;
    prepare(&watched, vec![plain("v")]).await;
    change(&watched, vec![doc! { "dropIndexes": ITEMS, "index": "v_1__id_1" }]).await;
    let transaction = watched.store().begin().await.unwrap();
    insert(&*transaction, [doc! { "_id": 445, "v": 4 }]).await.unwrap();
    let rows = documents(transaction.find(ITEMS, &page("v", ASC)).await.unwrap());
    assert_eq!(ids(&rows), [45, 46, 47, 48, 49].map(Bson::from));
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_question_that_is_wrong_by_itself_costs_no_index() {
    let watched = with_rows().await;
    prepare(&watched, vec![plain("v")]).await;
    let wrong = Find { after: Some(Position(vec![1.into()])), ..page("v", ASC) };
    watched.store().find(ITEMS, &wrong).await.unwrap_err();
    assert!(walked(&watched, &page("v", ASC)).await.is_some());
}

/// Ids as they are made, one after the other, and the first and last of all.
fn object_ids() -> Vec<ObjectId> {
    let low = [[0; 12], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]];
    let middle = [0xfe, 0xff].map(|last| [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xff, last]);
    let carried = [0, 1].map(|last| [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 0, last]);
    let mut high = [[0xff; 12]; 2];
    high[0][11] = 0xfe;
    low.into_iter().chain(middle).chain(carried).chain(high).map(ObjectId::from_bytes).collect()
}

#[tokio::test]
async fn neighbouring_ids_are_behind_each_other() {
    for declared in [ASC, DESC] {
        let watched = Watched::new().await;
        let rows = object_ids().into_iter().flat_map(|id| [doc! { "_id": id, "v": 1 }]);
        insert(watched.store(), rows).await.unwrap();
        insert(watched.store(), [doc! { "_id": true, "v": 1 }, doc! { "_id": "text", "v": 1 }])
            .await
            .unwrap();
        prepare(&watched, vec![index(IndexKind::Plain, &[("v", declared), ("_id", declared)])]).await;
        for sort in [by("v", ASC), by("v", DESC), by("_id", ASC), by("_id", DESC)] {
            let whole = Find::new(Filter::All).sort(sort.clone());
            let ordered = ids(&documents(watched.store().find(ITEMS, &whole).await.unwrap()));
            watched.commands();
            for (at, id) in ordered.iter().enumerate() {
                let place = if sort.0.len() == 1 { vec![id.clone()] } else { vec![1.into(), id.clone()] };
                let behind =
                    watched.store().find(ITEMS, &whole.clone().after(Position(place))).await.unwrap();
                assert_eq!(ids(&documents(behind)), ordered[at + 1..], "behind {id} in {sort:?}");
                assert!(watched.commands()[0].contains_key("hint"));
            }
        }
    }
}
