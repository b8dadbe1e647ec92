//! Derives of the user's own, above the attribute and below it.
#![deny(warnings)]

use dynamic_api::{Entity, Id, Stored, dynamic_api};

#[derive(serde::Serialize)]
#[dynamic_api(path = "users")]
#[derive(Clone, Debug, PartialEq, Default)]
#[serde(rename_all = "UPPERCASE")]
struct User {
    #[api(unique)]
    name: String,
    #[serde(rename = "years")]
    #[api(default)]
    age: u8,
}

/// Without any: nothing that only a test needs is asked of a field's type.
#[dynamic_api(path = "notes")]
struct Note {
    title: String,
    kind: Kind,
}

#[dynamic_api::api_type]
enum Kind {
    Plain,
}

#[test]
fn accepted() {
    let create = CreateUser { name: "Ada".to_owned(), age: 36 };
    assert_eq!(create.clone(), create);
    assert_eq!(format!("{:?}", UpdateUser::default()), "UpdateUser { name: Absent, age: Absent }");
    let json = serde_json::to_value(User { name: "Ada".to_owned(), age: 36 }).unwrap();
    assert_eq!(json, serde_json::json!({ "NAME": "Ada", "years": 36 }));
    assert_eq!(serde_json::to_value(create).unwrap(), json);

    let note = Note { title: "x".to_owned(), kind: Kind::Plain };
    let mut document = note.to_document().unwrap();
    document.append(dynamic_api::bson::raw::cstr!("_id"), Id::new().object_id());
    assert_eq!(Stored::<Note>::from_document(&document).unwrap().title, "x");
}
