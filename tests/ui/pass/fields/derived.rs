//! Fields that functions compute.
#![deny(warnings, clippy::all, clippy::pedantic)]

use dynamic_api::{
    Entity, api_type,
    bson::{Bson, Document, RawDocumentBuf, doc},
    dynamic_api,
};

#[dynamic_api(path = "articles")]
struct Article {
    title: String,
    #[api(unique, derived = slug)]
    slug: String,
    #[api(derived(read = title::length))]
    title_length: i32,
    #[api(derived(save = Teaser::of, read = Teaser::shown), no_filter)]
    teaser: Option<Teaser>,
    #[api(derived = upper::<1>, hidden)]
    initial: Option<String>,
    #[api(derived = entity)]
    document: bool,
    #[api(derived = document)]
    entity: bool,
    #[cfg(any())]
    #[api(derived = nobody)]
    never: String,
    #[api(read_only, default = 1)]
    revision: u32,
}

fn slug(article: &Article) -> String {
    article.title.to_lowercase().replace(' ', "-")
}

// Called as what the generated code could call its own.

fn entity(article: &Article) -> bool {
    !article.title.is_empty()
}

fn document(article: &Article) -> bool {
    article.title.is_empty()
}

mod title {
    pub(super) fn length(article: &super::Article) -> i32 {
        article.title.len().try_into().unwrap_or(i32::MAX)
    }
}

fn upper<const LETTERS: usize>(article: &Article) -> Option<String> {
    article.title.get(..LETTERS).map(str::to_uppercase)
}

#[api_type]
#[derive(Clone)]
struct Teaser {
    text: String,
}

impl Teaser {
    #[expect(clippy::unnecessary_wraps, reason = "the type is the field's")]
    fn of(article: &Article) -> Option<Self> {
        Some(Self { text: format!("{}..", article.title) })
    }

    fn shown(article: &Article) -> Option<Self> {
        article.teaser.clone().map(|teaser| Self { text: teaser.text.to_uppercase() })
    }
}

#[dynamic_api(path = "conditional", routes(get_many))]
struct Conditional {
    name: String,
    #[cfg(any())]
    #[api(derived = nobody)]
    never: String,
}

fn stored(members: &Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(members).unwrap()
}

#[test]
fn accepted() {
    let document = stored(&doc! { "title": "My Day", "teaser": { "text": "so" } });
    let saved = Article::META.derive_on_save.map(|derive| derive(&document).unwrap());
    let saved = saved.unwrap_or_default();
    let shown = Article::META.derive_on_read.map(|derive| derive(&document).unwrap());
    assert_eq!(
        saved,
        [
            ("slug", Bson::from("my-day")),
            ("teaser", Bson::from(doc! { "text": "My Day.." })),
            ("initial", Bson::from("M")),
            ("document", Bson::from(true)),
            ("entity", Bson::from(false)),
        ]
    );
    assert_eq!(
        shown.unwrap_or_default(),
        [("titleLength", Bson::from(6)), ("teaser", Bson::from(doc! { "text": "SO" }))]
    );

    let written = Article::from_document(&document).unwrap().to_document().unwrap();
    assert!(written.get("slug").unwrap().is_some(), "what is computed on save is stored");
    assert!(written.get("titleLength").unwrap().is_none(), "what is computed to be shown is not");

    let conditional = stored(&doc! { "name": "a" });
    assert_eq!(Conditional::META.derive_on_save.map(|derive| derive(&conditional).unwrap().len()), Some(0));

    // What clients can't set: code can change what is read-only, nobody what is derived.
    let _ = CreateArticle { title: String::new() };
    let update = UpdateArticle { title: dynamic_api::Patch::Absent, revision: dynamic_api::Patch::Set(2) };
    assert_eq!(serde_json::to_string(&update).unwrap(), r#"{"revision":2}"#);
    let sent: UpdateArticle = serde_json::from_str(r#"{"revision":3}"#).unwrap();
    assert!(sent.revision.is_absent());
}
