//! What an entity says of its lists, and the indexes that are for more than values.
#![deny(warnings, clippy::all, clippy::pedantic)]

use dynamic_api::{DateTime, Entity, api_type, dynamic_api, store::IndexKind};

#[dynamic_api(
    path = "articles",
    soft_delete,
    trashed,
    lenient,
    filter(indexed_only),
    page(default = 20, max = 10_000),
    index(title, -createdAt, id),
    text_index(title, body, tags, mood),
    ttl_index(expires_at, seconds = 3600),
    ttl_index(created_at, seconds = 0),
    routes(get_many, restore_one, restore_many, purge_one(sub_path = "old"), batch)
)]
struct Article {
    title: String,
    body: Option<String>,
    tags: Vec<String>,
    mood: Mood,
    #[api(no_filter)]
    note: String,
    expires_at: Option<DateTime>,
}

#[api_type]
enum Mood {
    Good,
}

#[test]
fn accepted() {
    let _ = Mood::Good;
    let meta = Article::META;
    assert!(meta.trashed && meta.lenient && meta.indexed_only);
    assert_eq!(meta.page, Some((20, 10_000)));
    assert!(!meta.field("note").is_none_or(dynamic_api::__rt::Field::is_filterable));
    let kinds: Vec<_> = meta.indexes.iter().map(|index| (index.keys.len(), index.kind)).collect();
    assert_eq!(
        kinds,
        [
            (3, IndexKind::Plain),
            (1, IndexKind::Ttl { seconds: 3600 }),
            (1, IndexKind::Ttl { seconds: 0 }),
            (4, IndexKind::Text),
        ]
    );
    assert_eq!(meta.indexes[0].keys[2].0, "_id");
    assert_eq!(ArticleEvents::PURGE_ONE_OLD, "purge-one-old-article");
}
