//! What permits say of callers and documents, without a store.

use std::sync::Arc;

use bson::{Bson, RawDocumentBuf, doc};
use serde_json::json;

use super::*;
use crate::{
    call::Principal,
    entity::{EntityMeta, Field},
    query::{FieldUpdate, Update},
    store::in_memory,
    types::{ApiType, DateTime, Id, Uuid},
};

const META: &EntityMeta = &EntityMeta::new("Paper", "papers", "papers").fields(&[
    Field::new::<Id>("author"),
    Field::new::<String>("byline"),
    Field::new::<Vec<Id>>("editors"),
    Field::new::<Option<Uuid>>("team"),
    Field::new::<i64>("level"),
    Field::new::<Option<i64>>("grade").readable_by(ADMIN).writable_by(ADMIN),
    Field::new::<i64>("rank").writable_by(ADMIN),
]);

const ADMIN: Permit = Permit::claims("role", &["admin"]);
const OWNER: Permit = Permit::holds("author", "id");
const EDITOR: Permit = Permit::holds("editors", "groups");

fn user(claims: serde_json::Value) -> UserPrincipal {
    let claims = claims.as_object().cloned().unwrap_or_default();
    UserPrincipal::new(Id::new(), Id::new(), claims, DateTime::now())
}

fn raw(document: &bson::Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap_or_default()
}

fn allows(permit: &Permit, user: Option<&UserPrincipal>, document: &bson::Document) -> bool {
    let filter = permit.filter(user, META).unwrap_or(Filter::Nothing);
    in_memory::matches(&filter, &raw(document))
}

#[test]
fn what_holds_whatever_the_document_is_needs_none() {
    let (admin, member) = (user(json!({ "role": "admin" })), user(json!({ "role": ["member", "x"] })));
    for (permit, user, expected) in [
        (ADMIN, Some(&admin), Filter::All),
        (ADMIN, Some(&member), Filter::Nothing),
        (ADMIN, None, Filter::Nothing),
        (Permit::claims("role", &["x", "y"]), Some(&member), Filter::All),
        (Permit::user(), None, Filter::Nothing),
        (Permit::user(), Some(&member), Filter::All),
        (Permit::not(&ADMIN), Some(&admin), Filter::Nothing),
        (Permit::any(&[OWNER, ADMIN]), Some(&admin), Filter::All),
        (Permit::all(&[OWNER, ADMIN]), Some(&member), Filter::Nothing),
        (Permit::any(&[]), Some(&admin), Filter::Nothing),
        (Permit::all(&[]), None, Filter::All),
        (Permit::caller(|user| Some(user.is_none())), None, Filter::All),
        (OWNER, None, Filter::Nothing),
    ] {
        assert_eq!(permit.filter(user, META), Some(expected), "{permit:?}");
    }
    let code = Permit::code(|_, _| Box::pin(std::future::ready(Ok(Some(true)))));
    assert_eq!(code.filter(Some(&admin), META), None);
}

#[test]
fn what_nobody_is_there_to_be_asked_of_is_refused_behind_a_not_as_well() {
    const MEMBER: Permit = Permit::caller(|user| user.map(|_| true));
    const OPEN: Permit = Permit::caller(|_| Some(true));
    const NO_MEMBER: Permit = Permit::not(&MEMBER);
    const EITHER: Permit = Permit::any(&[MEMBER, OWNER]);
    let caller = user(json!({}));
    for (permit, of_nobody, of_caller) in [
        (MEMBER, Filter::Nothing, Filter::All),
        (NO_MEMBER, Filter::Nothing, Filter::Nothing),
        (Permit::not(&NO_MEMBER), Filter::Nothing, Filter::All),
        (Permit::not(&EITHER), Filter::Nothing, Filter::Nothing),
        (Permit::any(&[NO_MEMBER, OPEN]), Filter::All, Filter::All),
        (Permit::not(&ADMIN), Filter::All, Filter::All),
    ] {
        assert_eq!(permit.filter(None, META), Some(of_nobody), "{permit:?}");
        assert_eq!(permit.filter(Some(&caller), META), Some(of_caller), "{permit:?}");
    }
}

#[test]
fn a_filter_says_of_a_document_what_the_words_say() {
    let group = Id::new();
    let caller = user(json!({ "groups": [group.to_string(), "nonsense"], "level": 3 }));
    let own = doc! { "author": caller.id(), "editors": [] };
    let edited = doc! { "author": Id::new(), "editors": [Id::new(), group] };
    let other = doc! { "author": Id::new(), "editors": [Id::new()] };
    let either = Permit::any(&[OWNER, EDITOR]);
    assert!(allows(&OWNER, Some(&caller), &own) && !allows(&OWNER, Some(&caller), &edited));
    assert!(allows(&EDITOR, Some(&caller), &edited) && !allows(&EDITOR, Some(&caller), &own));
    assert!(allows(&either, Some(&caller), &own) && allows(&either, Some(&caller), &edited));
    assert!(!allows(&either, Some(&caller), &other) && !allows(&either, None, &own));
    assert!(allows(&Permit::not(&OWNER), Some(&caller), &other));
    // A claim that is there, and none of the field's: nobody's.
    assert!(!allows(&Permit::holds("author", "level"), Some(&caller), &own));
    assert!(!allows(&Permit::holds("author", "missing"), Some(&caller), &doc! { "author": null }));
}

#[test]
fn claims_have_the_form_of_the_field() {
    let (id, uuid) = (Id::new(), Uuid::from(bson::Uuid::new()));
    let caller = user(
        json!({ "team": uuid.to_string(), "ref": id.to_string(), "level": 3, "no": null, "many": ["a"] }),
    );
    let value = |claim, schema| value_of(&caller, claim, schema);
    assert_eq!(value("id", Id::SCHEMA), Some(Bson::from(caller.id())));
    assert_eq!(value("id", String::SCHEMA), Some(Bson::String(caller.id().to_string())));
    assert_eq!(value("team", Option::<Uuid>::SCHEMA), Some(Bson::from(uuid)));
    assert_eq!(value("ref", Id::SCHEMA), Some(Bson::from(id)));
    assert_eq!(value("level", i64::SCHEMA), Some(Bson::Int32(3)));
    assert_eq!(value("many", Vec::<String>::SCHEMA), Some(Bson::Array(vec!["a".into()])));
    for (claim, schema) in
        [("no", String::SCHEMA), ("gone", String::SCHEMA), ("level", Id::SCHEMA), ("team", Id::SCHEMA)]
    {
        assert_eq!(value(claim, schema), None, "{claim}");
    }
}

#[test]
fn an_entity_is_seen_in_one_form_for_each_answer() {
    let sights = Sights::default();
    let (admin, member) = (user(json!({ "role": "admin" })), user(json!({ "role": "member" })));
    assert!(std::ptr::eq(sights.of(META, Some(&admin)), META));
    let seen = sights.of(META, Some(&member));
    assert!(std::ptr::eq(seen, sights.of(META, None)), "there is one form for one answer");
    let field = |name| seen.field(name).copied();
    assert!(
        field("grade").is_some_and(|field| field.hidden && field.is_unreadable() && field.is_unwritable())
    );
    assert!(field("rank").is_some_and(|field| field.is_visible() && field.is_unwritable()));
    assert!(field("level").is_some_and(|field| field.is_visible() && !field.read_only));
}

#[test]
fn an_update_is_made_unseen_where_it_touches_no_path_of_the_scope() {
    let scoped = |path: &str| Policy::of_scope(Filter::eq(path, 1));
    let update = Update::default().set("a.b", 1).with("c", FieldUpdate::Unset);
    assert!(Policy::default().lets_unseen(&update));
    for (path, unseen) in [
        ("a", false),
        ("a.b", false),
        ("a.b.c", false),
        ("a.x", true),
        ("ab", true),
        ("c", false),
        ("_id", true),
    ] {
        assert_eq!(scoped(path).lets_unseen(&update), unseen, "{path}");
        let nested =
            Policy::of_scope(Filter::Not(Box::new(Filter::Or(vec![Filter::eq(path, 1), Filter::All]))));
        assert_eq!(nested.lets_unseen(&update), unseen, "{path}");
    }
}

#[test]
fn what_comes_from_a_caller_needs_one() {
    const NOTE: &EntityMeta = &EntityMeta::new("Note", "notes", "notes").fields(&[
        Field::new::<Id>("by").from_user("id"),
        Field::new::<Option<String>>("team").from_user("team"),
    ]);
    let members = raw(&doc! { "text": "a" });
    let anonymous = from_user(&Principal::Anonymous, NOTE, &members);
    assert!(matches!(anonymous, Err(Error::Unauthorized)), "{anonymous:?}");
    let caller = Arc::new(user(json!({})));
    let said = from_user(&Principal::User(caller.clone()), NOTE, &members).ok().flatten();
    assert_eq!(said, Some(raw(&doc! { "text": "a", "by": caller.id() })));
}
