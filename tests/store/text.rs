//! Searches by words: what counts as one, and what is found through the text index.

use bson::{Bson, DateTime, Document, doc};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Op, Position, Sort, TextSearch, Update},
    store::{CollectionSpec, IndexKind, IndexSpec, StoreError, StoreResult, SyncIndexes},
};
use test_support::TestStore;

use crate::{ITEMS, documents, ids, insert, on_both_stores};

on_both_stores![
    whole_words_are_found_whatever_their_case_and_diacritics,
    punctuation_parts_words,
    a_phrase_is_letter_for_letter_within_one_field,
    words_may_be_ruled_out,
    lists_and_inner_documents_are_searched,
    a_changed_row_is_found_by_its_new_words_only,
    a_search_goes_with_a_filter_a_sort_and_a_position,
    a_search_of_nothing_finds_nothing,
    a_search_needs_its_index,
    a_write_takes_a_search,
    a_collection_has_one_text_index,
];

fn text_index(paths: &[&str]) -> IndexSpec {
    IndexSpec {
        keys: paths.iter().map(|path| ((*path).to_owned(), Direction::Ascending)).collect(),
        kind: IndexKind::Text,
        only_types: Vec::new(),
        only_null: Vec::new(),
    }
}

async fn try_prepare(store: &TestStore, indexes: Vec<IndexSpec>) -> StoreResult<()> {
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes };
    store.prepare(&spec, SyncIndexes::CreateOnly).await.map(drop)
}

async fn with_rows(store: &TestStore, rows: impl IntoIterator<Item = Document>) {
    try_prepare(store, vec![text_index(&["title", "body"])]).await.unwrap();
    insert(&***store, rows).await.unwrap();
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn any(words: &[&str]) -> TextSearch {
    TextSearch { any: strings(words), ..TextSearch::default() }
}

fn phrase(text: &str) -> TextSearch {
    TextSearch { phrases: strings(&[text]), ..TextSearch::default() }
}

fn by_id(filter: Filter) -> Find {
    Find::new(filter).sort(Sort::none().stable())
}

async fn found(store: &TestStore, search: TextSearch) -> Vec<Bson> {
    let filter = Filter::Text(search);
    let rows = ids(&documents(store.find(ITEMS, &by_id(filter.clone())).await.unwrap()));
    assert_eq!(store.count(ITEMS, &filter).await.unwrap(), rows.len() as u64);
    rows
}

fn bsons(ids: &[i32]) -> Vec<Bson> {
    ids.iter().copied().map(Bson::from).collect()
}

async fn whole_words_are_found_whatever_their_case_and_diacritics(store: &TestStore) {
    let rows = [
        doc! { "_id": 1, "title": "Crème Brûlée", "body": "a sweet" },
        doc! { "_id": 2, "title": "creme fraiche" },
        doc! { "_id": 3, "body": "The CREMES" },
        doc! { "_id": 4, "title": "Ёлка ΟΔΥΣΣΕΥΣ Straße" },
        doc! { "_id": 5, "other": "creme" },
        doc! { "_id": 6 },
    ];
    with_rows(store, rows).await;
    for spelling in ["creme", "CRÈME", "cre\u{300}me", "Crème"] {
        assert_eq!(found(store, any(&[spelling])).await, bsons(&[1, 2]), "{spelling}");
    }
    assert_eq!(found(store, any(&["crem"])).await, bsons(&[]), "a part of a word is no word");
    assert_eq!(found(store, any(&["the"])).await, bsons(&[3]), "there are no stop words");
    assert_eq!(found(store, any(&["cremes"])).await, bsons(&[3]), "there is no stemming");
    for word in ["елка", "οδυσσευς", "ὀδυσσεύς", "STRAẞE"] {
        assert_eq!(found(store, any(&[word])).await, bsons(&[4]), "{word}");
    }
    assert_eq!(found(store, any(&["strasse"])).await, bsons(&[]));
    assert_eq!(found(store, any(&["sweet", "fraiche", "nowhere"])).await, bsons(&[1, 2]));
}

async fn punctuation_parts_words(store: &TestStore) {
    let rows = [
        doc! { "_id": 1, "title": "well-known, (indeed) it's snake_case" },
        doc! { "_id": 2, "title": "mail@example.org/path" },
        doc! { "_id": 3, "title": "3.5 5€" },
        doc! { "_id": 4, "title": "日本語、東京" },
    ];
    with_rows(store, rows).await;
    for (word, expected) in [
        ("well", &[1][..]),
        ("known", &[1]),
        ("indeed", &[1]),
        ("snake_case", &[1]),
        ("snake", &[]),
        ("example", &[2]),
        ("path", &[2]),
        ("3", &[3]),
        ("5€", &[3]),
        ("東京", &[4]),
        ("東", &[]),
    ] {
        assert_eq!(found(store, any(&[word])).await, bsons(expected), "{word}");
    }
}

async fn a_phrase_is_letter_for_letter_within_one_field(store: &TestStore) {
    let rows = [
        doc! { "_id": 1, "title": "The Old Café", "body": "corner" },
        doc! { "_id": 2, "title": "the old", "body": "cafe corner" },
        doc! { "_id": 3, "title": "cafe, the old" },
        doc! { "_id": 4, "title": ["the old", "cafe"] },
        doc! { "_id": 5, "title": "the  old cafe" },
        doc! { "_id": 6, "title": "the old cafeteria the" },
    ];
    with_rows(store, rows).await;
    assert_eq!(found(store, phrase("OLD cafe")).await, bsons(&[1, 5, 6]));
    assert_eq!(found(store, phrase("the old cafe")).await, bsons(&[1, 6]));
    let both = TextSearch { phrases: strings(&["the old", "cafe corner"]), ..TextSearch::default() };
    assert_eq!(found(store, both).await, bsons(&[2]), "each within a field of its own");
    let with_word = TextSearch { any: strings(&["corner"]), ..phrase("old cafe") };
    assert_eq!(found(store, with_word).await, bsons(&[1, 5, 6]), "the words of a phrase are words, too");
    assert_eq!(found(store, phrase("old, cafe")).await, bsons(&[]));
}

async fn words_may_be_ruled_out(store: &TestStore) {
    let rows = [
        doc! { "_id": 1, "title": "coffee tea" },
        doc! { "_id": 2, "title": "coffee", "body": "Thé" },
        doc! { "_id": 3, "title": "coffee" },
    ];
    with_rows(store, rows).await;
    let without = |none: &[&str]| TextSearch { none: strings(none), ..any(&["coffee"]) };
    assert_eq!(found(store, without(&["tea"])).await, bsons(&[2, 3]));
    assert_eq!(found(store, without(&["tea", "the"])).await, bsons(&[3]));
    assert_eq!(found(store, without(&["coffee"])).await, bsons(&[]));
    let ruled_out = TextSearch { none: strings(&["tea"]), ..phrase("coffee") };
    assert_eq!(found(store, ruled_out).await, bsons(&[2, 3]));
}

async fn lists_and_inner_documents_are_searched(store: &TestStore) {
    try_prepare(store, vec![text_index(&["tags", "author.name"])]).await.unwrap();
    let rows = [
        doc! { "_id": 1, "tags": ["Red hot", "blue", 7, null] },
        doc! { "_id": 2, "tags": "blue", "author": { "name": "Ada" } },
        doc! { "_id": 3, "author": [{ "name": "Grace" }, { "name": ["Ada", "Blue"] }] },
        doc! { "_id": 4, "tags": [["blue"]], "author": "Ada" },
        doc! { "_id": 5, "tags": { "a": "blue" } },
        doc! { "_id": 6, "tags": [], "author": {} },
    ];
    insert(&***store, rows).await.unwrap();
    assert_eq!(found(store, any(&["blue"])).await, bsons(&[1, 2, 3]));
    assert_eq!(found(store, any(&["hot"])).await, bsons(&[1]));
    assert_eq!(found(store, any(&["ada"])).await, bsons(&[2, 3]));
    assert_eq!(found(store, phrase("red hot")).await, bsons(&[1]));
    assert_eq!(found(store, phrase("hot blue")).await, bsons(&[]));
}

async fn a_changed_row_is_found_by_its_new_words_only(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "title": "before the index" }]).await.unwrap();
    with_rows(store, [doc! { "_id": 2, "title": "one two", "body": "two three" }]).await;
    assert_eq!(found(store, any(&["index"])).await, bsons(&[1]), "the index was built over the rows there");

    let two = Filter::eq("_id", 2);
    store.update_one(ITEMS, &two, &Update::default().set("title", "one four")).await.unwrap();
    assert_eq!(found(store, any(&["two"])).await, bsons(&[2]), "the other field still has it");
    store.update_many(ITEMS, &two, &Update::default().set("body", Bson::Null)).await.unwrap();
    assert_eq!(found(store, any(&["two", "three"])).await, bsons(&[]));
    assert_eq!(found(store, any(&["four"])).await, bsons(&[2]));
    store.delete_one(ITEMS, &two).await.unwrap();
    assert_eq!(found(store, any(&["one", "four"])).await, bsons(&[]));

    let transaction = store.begin().await.unwrap();
    transaction
        .update_one(ITEMS, &Filter::eq("_id", 1), &Update::default().set("title", "within"))
        .await
        .unwrap();
    let search = |word| Filter::Text(any(&[word]));
    assert_eq!(transaction.count(ITEMS, &search("within")).await.unwrap(), 1);
    assert_eq!(transaction.count(ITEMS, &search("before")).await.unwrap(), 0);
    transaction.commit().await.unwrap();
    assert_eq!(found(store, any(&["within"])).await, bsons(&[1]));
}

async fn a_search_goes_with_a_filter_a_sort_and_a_position(store: &TestStore) {
    let rows = (0..30).map(|n| {
        let title = if n % 3 == 0 { "green tea" } else { "black tea" };
        doc! { "_id": n, "title": title, "n": n % 5, "at": DateTime::from_millis(i64::from(n)) }
    });
    with_rows(store, rows).await;
    let green = Filter::Text(any(&["green"]));
    let few = green.clone().and(Filter::field("n", Op::Gte(2.into())));
    assert_eq!(
        ids(&documents(store.find(ITEMS, &by_id(few.clone())).await.unwrap())),
        bsons(&[3, 9, 12, 18, 24, 27])
    );
    let sort = Sort::none().then("n", Direction::Descending).stable();
    let find = Find::new(few).sort(sort).limit(2);
    let page = documents(store.find(ITEMS, &find).await.unwrap());
    assert_eq!(ids(&page), bsons(&[24, 9]));
    let next = find.clone().after(Position(vec![4.into(), 9.into()]));
    assert_eq!(ids(&documents(store.find(ITEMS, &next).await.unwrap())), bsons(&[18, 3]));
    // With a single word and no order asked for but that of `_id`.
    let down = Find::new(green).sort(Sort::none().then("_id", Direction::Descending)).limit(2);
    assert_eq!(ids(&documents(store.find(ITEMS, &down).await.unwrap())), bsons(&[27, 24]));
    let next = down.after(Position(vec![24.into()]));
    assert_eq!(ids(&documents(store.find(ITEMS, &next).await.unwrap())), bsons(&[21, 18]));
    let with_id = Filter::Text(any(&["tea"])).and(Filter::is_in("_id", [1, 2, 77]));
    assert_eq!(ids(&documents(store.find(ITEMS, &by_id(with_id)).await.unwrap())), bsons(&[1, 2]));
}

async fn a_search_of_nothing_finds_nothing(store: &TestStore) {
    with_rows(store, [doc! { "_id": 1, "title": "something - else" }, doc! { "_id": 2, "title": "" }]).await;
    assert_eq!(found(store, TextSearch::default()).await, bsons(&[]));
    assert_eq!(found(store, any(&["-", " "])).await, bsons(&[]));
    let only_ruled_out = TextSearch { none: strings(&["other"]), ..TextSearch::default() };
    assert_eq!(found(store, only_ruled_out).await, bsons(&[]));
}

async fn a_search_needs_its_index(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "title": "word" }]).await.unwrap();
    let search = Filter::Text(any(&["word"]));
    let outcome = store.find(ITEMS, &by_id(search.clone())).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
    let outcome = store.count(ITEMS, &search).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
}

async fn a_write_takes_a_search(store: &TestStore) {
    with_rows(store, (0..4).map(|n| doc! { "_id": n, "title": if n < 2 { "old" } else { "new" } })).await;
    let old = Filter::Text(any(&["old"]));
    assert_eq!(store.update_many(ITEMS, &old, &Update::default().set("seen", true)).await.unwrap(), 2);
    assert_eq!(store.count(ITEMS, &Filter::eq("seen", true)).await.unwrap(), 2);
    assert_eq!(store.delete_many(ITEMS, &old).await.unwrap(), 2);
    assert_eq!(store.count(ITEMS, &Filter::All).await.unwrap(), 2);
}

async fn a_collection_has_one_text_index(store: &TestStore) {
    let outcome = try_prepare(store, vec![text_index(&["title"]), text_index(&["body"])]).await;
    assert!(matches!(outcome, Err(StoreError::Index(_))), "{outcome:?}");
    try_prepare(store, vec![text_index(&["title"])]).await.unwrap();
    let outcome = try_prepare(store, vec![text_index(&["body"])]).await;
    let Err(StoreError::Index(text)) = outcome else { panic!("{outcome:?}") };
    assert!(text.contains(ITEMS) && text.contains("body"), "{text}");
}
