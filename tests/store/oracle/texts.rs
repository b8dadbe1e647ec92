//! Searches of the embedded store against `$text` of MongoDB over an index without a language.

use std::collections::BTreeSet;

use bson::{Bson, Document, doc};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Sort, TextSearch},
    store::{
        CollectionSpec, IndexKind, IndexSpec, SyncIndexes,
        mongo::mongodb::{Collection, IndexModel, options::IndexOptions},
    },
};
use futures_util::TryStreamExt;
use test_support::TestStore;

use super::seed::Seed;
use crate::{ITEMS, documents, ids, insert};

/// Both stores with an index of words on `t` and `o.t`.
async fn with_rows(rows: &[Document]) -> [TestStore; 2] {
    let [embedded, mongo] = test_support::both_stores().await;
    let key = |path: &str| (path.to_owned(), Direction::Ascending);
    let index = IndexSpec {
        keys: vec![key("t"), key("o.t")],
        kind: IndexKind::Text,
        only_types: vec![],
        only_null: vec![],
    };
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes: vec![index] };
    embedded.prepare(&spec, SyncIndexes::CreateOnly).await.unwrap();
    let options = IndexOptions::builder().default_language("none".to_owned()).build();
    let index = IndexModel::builder().keys(doc! { "t": "text", "o.t": "text" }).options(options).build();
    items(&mongo).create_index(index).await.unwrap();
    for store in [&embedded, &mongo] {
        insert(&***store, rows.iter().cloned()).await.unwrap();
    }
    [embedded, mongo]
}

fn items(mongo: &TestStore) -> Collection<Document> {
    mongo.mongo().unwrap().collection(ITEMS)
}

/// The search as MongoDB's search string.
fn search_string(search: &TextSearch) -> String {
    let phrases = search.phrases.iter().map(|phrase| format!("\"{phrase}\""));
    let none = search.none.iter().map(|word| format!("-{word}"));
    search.any.iter().cloned().chain(phrases).chain(none).collect::<Vec<_>>().join(" ")
}

async fn by_mongo(mongo: &TestStore, search: &TextSearch) -> Vec<Bson> {
    let filter = doc! { "$text": { "$search": search_string(search) } };
    let found = items(mongo).find(filter).sort(doc! { "_id": 1 }).await.unwrap();
    ids(&found.try_collect::<Vec<_>>().await.unwrap())
}

async fn by_embedded(embedded: &TestStore, search: &TextSearch) -> Vec<Bson> {
    let find = Find::new(Filter::Text(search.clone())).sort(Sort::none().stable());
    ids(&documents(embedded.find(ITEMS, &find).await.unwrap()))
}

/// Pieces that texts and searches are put together of.
const PIECES: [&str; 20] = [
    "red",
    "Red",
    "réd",
    "REDS",
    "green",
    "grün",
    "blue-ish",
    "it's",
    "a_b",
    "ﬁn",
    "İstanbul",
    "ığdır",
    "ὀδυσσεύς",
    "ΟΔΥΣΣΕΥΣ",
    "東京",
    "5€",
    "naïve",
    "nai\u{308}ve",
    "Straße",
    "हिन्दी",
];
const GLUE: [&str; 8] = [" ", " ", ", ", "-", ".", "'", "  ", "\u{a0}"];

fn text(seed: &mut Seed) -> String {
    let mut text = (*seed.pick(&PIECES)).to_owned();
    for _ in 0..seed.below(4) {
        text += *seed.pick(&GLUE);
        text += *seed.pick(&PIECES);
    }
    text
}

fn value(seed: &mut Seed) -> Bson {
    match seed.below(6) {
        0 => Bson::Array(vec![text(seed).into(), 1.into(), text(seed).into()]),
        1 => Bson::Array(vec![Bson::Array(vec![text(seed).into()]), Bson::Null]),
        2 => doc! { "t": text(seed) }.into(),
        _ => text(seed).into(),
    }
}

fn row(seed: &mut Seed, id: i32) -> Document {
    let mut row = doc! { "_id": id, "t": value(seed) };
    match seed.below(4) {
        0 => {}
        1 => drop(row.insert("o", doc! { "t": value(seed) })),
        2 => drop(row.insert("o", vec![doc! { "t": value(seed) }, doc! { "t": value(seed), "u": "red" }])),
        _ => drop(row.insert("o", text(seed))),
    }
    row
}

fn search(seed: &mut Seed) -> TextSearch {
    let words = |seed: &mut Seed, most: usize| {
        (0..seed.below(most)).map(|_| (*seed.pick(&PIECES)).to_owned()).collect::<Vec<_>>()
    };
    let mut phrases: Vec<String> = Vec::new();
    if seed.below(3) == 0 {
        phrases.push(text(seed));
    }
    TextSearch { any: words(seed, 3), phrases, none: words(seed, 2) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_find_what_mongodb_finds() {
    let mut seed = Seed::new(21);
    let rows: Vec<Document> = (0..150).map(|id| row(&mut seed, id)).collect();
    let [embedded, mongo] = with_rows(&rows).await;
    let (mut found_some, mut by_phrase) = (0, 0);
    for _ in 0..400 {
        let search = search(&mut seed);
        let found = by_embedded(&embedded, &search).await;
        assert_eq!(found, by_mongo(&mongo, &search).await, "{search:?}");
        found_some += usize::from(!found.is_empty());
        by_phrase += usize::from(!found.is_empty() && !search.phrases.is_empty());
    }
    assert!(found_some > 150 && by_phrase > 30, "{found_some}, {by_phrase}");
}

/// Letters up to the end of the first supplementary plane, without those that have got a case since Unicode 8.0.
fn letters() -> impl Iterator<Item = char> {
    const CASED_SINCE: [std::ops::RangeInclusive<u32>; 10] = [
        0x1c80..=0x1c8a,
        0x1c90..=0x1cbf,
        0xa7ae..=0xa7ae,
        0xa7b8..=0xa7f6,
        0x104b0..=0x104ff,
        0x10570..=0x105bf,
        0x10d50..=0x10d8f,
        0x16e40..=0x16eff,
        0x1e900..=0x1e94f,
        0..=0,
    ];
    (1..0x2_0000_u32)
        .filter(|code| !CASED_SINCE.iter().any(|since| since.contains(code)))
        .filter_map(char::from_u32)
}

/// Each letter between two others: whether it parts them, and which other letters it equals.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_are_words_and_are_equal_as_in_mongodb() {
    let number = |letter: char| i64::from(u32::from(letter));
    let letters: Vec<char> = letters().collect();
    let rows: Vec<Document> =
        letters.iter().map(|c| doc! { "_id": number(*c), "t": format!("xq{c}qx") }).collect();
    let [embedded, mongo] = with_rows(&rows).await;
    let parts = TextSearch { any: vec!["xq".to_owned()], ..TextSearch::default() };
    let delimiters = by_embedded(&embedded, &parts).await;
    assert_eq!(delimiters, by_mongo(&mongo, &parts).await);
    assert!(delimiters.len() > 1_000, "{}", delimiters.len());

    let delimiters: BTreeSet<i64> = delimiters.iter().filter_map(Bson::as_i64).collect();
    let others: Vec<char> = letters.into_iter().filter(|c| !delimiters.contains(&number(*c))).collect();
    // Many at once: a letter that equals another one only here, or only there, makes the lists differ.
    for some in others.chunks(300) {
        let any = some.iter().map(|c| format!("xq{c}qx")).collect();
        let search = TextSearch { any, ..TextSearch::default() };
        let [here, there] = [by_embedded(&embedded, &search).await, by_mongo(&mongo, &search).await];
        let only =
            |a: &[Bson], b: &[Bson]| a.iter().filter(|id| !b.contains(id)).cloned().collect::<Vec<_>>();
        assert_eq!((only(&here, &there), only(&there, &here)), (vec![], vec![]), "from {:?} on", some[0]);
    }
}
