//! What of a document a caller sees and sets.

use bson::{Document, doc};
use dynamic_api::{
    AggregateQuery, DynamicApiBuilder, Ref, UserPrincipal, dynamic_api,
    query::{Filter, Find},
};
use serde_json::{Value, json};

use super::{everywhere, people::made};
use crate::via::Route;

/// What it earns is for admins to know, and its rank for them to set.
#[dynamic_api(
    path = "staff",
    text_index(name, memo),
    unique(badge),
    routes(
        get_many(populate(boss)),
        get_one(populate(boss)),
        create_one,
        create_many,
        update_one,
        replace_one,
        duplicate_one,
        batch,
        aggregate(query = Whole),
    )
)]
pub struct Staff {
    pub name: String,
    pub badge: Option<String>,
    #[api(protected(read = has_role("admin"), write = has_role("admin")))]
    pub salary: Option<i32>,
    #[api(default = 1, protected(write = is_admin))]
    pub rank: i32,
    #[api(protected(read = has_role("admin")))]
    pub memo: Option<String>,
    #[api(protected(read = has_role("admin")))]
    pub boss: Option<Ref<Staff>>,
}

fn is_admin(user: &UserPrincipal) -> bool {
    user.claim::<String>("role").as_deref() == Some("admin")
}

#[derive(serde::Deserialize)]
struct Whole {}

impl AggregateQuery for Whole {
    fn pipeline(&self) -> Vec<Document> {
        vec![
            doc! { "$lookup": { "from": "staff", "pipeline": [], "as": "all" } },
            doc! { "$match": { "name": "Ada" } },
            doc! { "$project": { "_id": 0, "salary": 1, "memo": 1, "all.salary": 1, "rank": 1 } },
        ]
    }
}

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Staff>()
}

const fn staff(kind: &str) -> Route<'_> {
    Route { kind, path: "staff", event: "staff", sub_path: "" }
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).filter(|name| !name.ends_with("At")).collect()
}

#[tokio::test]
async fn what_a_caller_may_not_see_is_nowhere() {
    everywhere(resources, async |people, _| {
        let boss = made(&people.admin, staff("create_one"), json!({ "name": "Bob", "salary": 9 })).await;
        let whole =
            json!({ "name": "Ada", "badge": "7", "salary": 5, "rank": 3, "memo": "late", "boss": boss });
        let id = made(&people.admin, staff("create_one"), whole).await;
        let one = json!({ "id": id });
        assert_eq!(
            names(&people.admin.call(staff("get_one"), one.clone()).await.ok()),
            ["id", "name", "badge", "salary", "rank", "memo", "boss"]
        );
        let seen = ["id", "name", "badge", "rank"];
        assert_eq!(names(&people.other.call(staff("get_one"), one.clone()).await.ok()), seen);
        let listed =
            people.other.call(staff("get_many"), json!({ "name": "Ada", "fields": "name,rank" })).await.ok();
        assert_eq!(names(&listed[0]), ["id", "name", "rank"]);
        for row in people.other.call(staff("get_many"), json!({})).await.ok().as_array().unwrap() {
            assert!(
                row.get("salary").is_none() && row.get("memo").is_none() && row.get("boss").is_none(),
                "{row}"
            );
        }
        let changed = people.other.call(staff("update_one"), json!({ "id": id, "memo": "new" })).await.ok();
        assert_eq!(names(&changed), seen);

        let populated =
            people.admin.call(staff("get_one"), json!({ "id": id, "populate": "boss" })).await.ok();
        assert_eq!(populated["boss"]["salary"], 9);
        let populated = people.other.call(staff("get_one"), json!({ "id": id, "populate": "boss" })).await;
        assert!(populated.status == 400 || populated.body.get("boss").is_none(), "{populated:?}");

        for query in [
            json!({ "salary": 5 }),
            json!({ "salary": { "gte": 1 } }),
            json!({ "salary": { "exists": true } }),
            json!({ "or": [{ "salary": 5 }] }),
            json!({ "memo": { "startsWith": "l" } }),
            json!({ "boss": boss }),
            json!({ "sort": "salary" }),
            json!({ "sort": "-memo" }),
            json!({ "fields": "salary" }),
            json!({ "search": "late" }),
        ] {
            let refused = people.other.call(staff("get_many"), query.clone()).await;
            assert_eq!(refused.status, 400, "{query}: {refused:?}");
            people.admin.call(staff("get_many"), query).await.ok();
        }
        let page = people.admin.call(staff("get_many"), json!({ "sort": "salary", "limit": 1 })).await;
        let after = people
            .other
            .call(staff("get_many"), json!({ "sort": "salary", "after": page.meta["nextCursor"] }))
            .await;
        assert_eq!(after.status, 400);
        let after = people.other.call(staff("get_many"), json!({ "after": page.meta["nextCursor"] })).await;
        assert_eq!(after.status, 400);

        assert_eq!(
            people.other.call(staff("aggregate"), json!({})).await.ok(),
            json!([{ "all": [{}, {}], "rank": 3 }])
        );
        let whole = people.admin.call(staff("aggregate"), json!({})).await.ok();
        assert_eq!((&whole[0]["salary"], whole[0]["all"][0]["salary"].is_number()), (&json!(5), true));
    })
    .await;
}

#[tokio::test]
async fn what_a_caller_may_not_set_is_a_403_that_names_it() {
    everywhere(resources, async |people, store| {
        let whole = json!({ "name": "Ada", "salary": 5, "rank": 3, "memo": "late" });
        let id = made(&people.admin, staff("create_one"), whole.clone()).await;
        let before = store.find("staff", &Find::new(Filter::All)).await.unwrap();
        let other = &people.other;
        for (kind, input, pointer) in [
            ("create_one", json!({ "name": "x", "rank": 9 }), "/rank"),
            ("create_one", json!({ "name": "x", "salary": null }), "/salary"),
            (
                "create_many",
                json!({ "list": [{ "name": "ok" }, { "name": "x", "rank": 9 }] }),
                "/list/1/rank",
            ),
            ("update_one", json!({ "id": id, "rank": 9 }), "/rank"),
            ("update_one", json!({ "id": id, "salary": null }), "/salary"),
            ("update_one", json!({ "id": id, "mergePatch": { "rank": 9 } }), "/rank"),
            ("update_one", json!({ "id": id, "mergePatch": { "salary": null } }), "/salary"),
            (
                "update_one",
                json!({ "id": id, "jsonPatch": [{ "op": "replace", "path": "/rank", "value": 9 }] }),
                "/0/path",
            ),
            (
                "update_one",
                json!({ "id": id, "jsonPatch": [{ "op": "remove", "path": "/rank" }] }),
                "/0/path",
            ),
            ("replace_one", json!({ "id": id, "name": "x", "rank": 9 }), "/rank"),
            ("duplicate_one", json!({ "id": id, "rank": 9 }), "/rank"),
            ("batch", json!({ "list": [{ "create": { "name": "x", "rank": 9 } }] }), "/list/0/create/rank"),
            ("batch", json!({ "list": [{ "update": { "id": id, "salary": 1 } }] }), "/list/0/update/salary"),
        ] {
            let refused = other.call(staff(kind), input.clone()).await;
            assert_eq!(
                (refused.status, &refused.body["errors"][0]["pointer"]),
                (403, &pointer.into()),
                "{input}: {refused:?}"
            );
            let text = refused.body.to_string();
            assert!(text.contains("can't be set by this caller"), "{text}");
        }
        // What a patch may not see it can't test, copy or move either.
        for operation in [
            json!({ "op": "test", "path": "/salary", "value": 5 }),
            json!({ "op": "copy", "from": "/memo", "path": "/name" }),
            json!({ "op": "move", "from": "/memo", "path": "/name" }),
            json!({ "op": "copy", "from": "/salary", "path": "/memo" }),
        ] {
            let patch =
                json!({ "id": id, "jsonPatch": [operation, { "op": "add", "path": "/name", "value": "x" }] });
            let refused = other.call(staff("update_one"), patch).await;
            assert!([400, 403].contains(&refused.status), "{operation}: {refused:?}");
            assert!(!refused.body.to_string().contains("late"));
        }
        assert_eq!(store.find("staff", &Find::new(Filter::All)).await.unwrap(), before);

        // What is out of the caller's hands is kept, and not copied.
        other.call(staff("replace_one"), json!({ "id": id, "name": "Eve" })).await.ok();
        let kept = people.admin.call(staff("get_one"), json!({ "id": id })).await.ok();
        assert_eq!(
            (&kept["salary"], &kept["rank"], &kept["name"], &kept["memo"]),
            (&json!(5), &json!(3), &json!("Eve"), &json!("late"))
        );
        let copy = other.call(staff("duplicate_one"), json!({ "id": id })).await.ok();
        let copy = people.admin.call(staff("get_one"), json!({ "id": copy["id"] })).await.ok();
        assert_eq!((&copy["salary"], &copy["rank"], &copy["name"]), (&Value::Null, &json!(1), &json!("Eve")));
        people.admin.call(staff("update_one"), json!({ "id": id, "rank": 4, "salary": 6 })).await.ok();
    })
    .await;
}
