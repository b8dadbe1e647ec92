//! Random patches on random documents: an error, or a document that can be read; the same in both ways.

use super::*;
use crate::coerce::whole_numbers;

/// A generator of numbers (xorshift64), the same ones in every run.
struct Random(u64);

const PATHS: &[&str] = &[
    "/name",
    "/nick",
    "/age",
    "/count",
    "/score",
    "/category",
    "/state",
    "/bornAt",
    "/owner",
    "/price",
    "/tags",
    "/tags/0",
    "/tags/1",
    "/tags/-",
    "/labels",
    "/labels/a",
    "/labels/b",
    "/address",
    "/address/city",
    "/address/zip",
    "/address/geo",
    "/address/geo/lat",
    "/address/geo/at",
    "/second",
    "/second/zip",
    "/second/geo/lat",
    "/free",
    "/free/a",
    "/free/a/b",
    "/free/0",
    "/secret",
    "/vault",
    "/vault/city",
    "/pin",
    "/seller",
    "/id",
    "/createdAt",
    "",
    "/nope",
    "/address/nope",
    "/name/x",
];

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn value(&mut self) -> Value {
        let address = json!({ "city": "Bonn", "geo": { "lat": self.below(9) } });
        self.pick(&[
            json!(null),
            json!("x"),
            json!("Ada"),
            json!("misc"),
            json!("done"),
            json!(1),
            json!(36),
            json!(1.5),
            json!(true),
            json!([]),
            json!(["x"]),
            json!({}),
            json!({ "a": 1 }),
            json!({ "a": { "b": null } }),
            json!("2026-11-23T17:00:00.000Z"),
            json!(OWNER),
            json!("19.90"),
            json!("Atlantis"),
            address,
        ])
    }

    /// A value that often fits.
    fn value_of(&mut self, path: &str) -> Value {
        match path {
            _ if self.below(4) == 0 => self.value(),
            "/name" | "/nick" | "/secret" | "/pin" | "/tags/-" | "/tags/0" | "/address/city"
            | "/address/zip" | "/second/zip" => self.pick(&[json!("Ada"), json!("x"), json!("Ulm")]),
            "/age" | "/count" | "/labels/a" | "/labels/b" => self.pick(&[json!(36), json!(1), json!(2.0)]),
            "/score" | "/address/geo/lat" | "/second/geo/lat" => {
                self.pick(&[json!(1.5), json!(48.4), json!(3)])
            }
            "/address" | "/second" | "/vault" => json!({ "city": "Bonn", "geo": { "lat": self.below(9) } }),
            "/tags" => self.pick(&[json!([]), json!(["a", "b"])]),
            _ => self.value(),
        }
    }

    fn operations(&mut self) -> Value {
        let length = 1 + self.below(4);
        let operation = |_| {
            let (op, path, from) = (
                self.pick(&["add", "add", "replace", "replace", "remove", "test", "test", "copy", "move"]),
                self.pick(PATHS),
                self.pick(PATHS),
            );
            json!({ "op": op, "path": path, "from": from, "value": self.value_of(path) })
        };
        (0..length).map(operation).collect()
    }

    fn merge(&mut self) -> Value {
        let mut patch = serde_json::Map::new();
        for _ in 0..1 + self.below(3) {
            let path = self.pick(&PATHS[..PATHS.len() - 4]);
            let value = self.value_of(path);
            let names: Vec<&str> = path.split('/').skip(1).collect();
            let nested = names.iter().rev().fold(value, |value, name| json!({ *name: value }));
            patch.extend(nested.as_object().cloned().unwrap_or_default());
        }
        patch.into()
    }

    fn document(&mut self) -> Document {
        let mut document = thing();
        for (name, value) in [
            ("nick", Bson::from("Ada")),
            ("age", Bson::Double(36.0)),
            ("labels", doc! { "a": 1_i64 }.into()),
            ("second", doc! { "city": "Rome", "zip": "1", "geo": { "lat": 2.0 } }.into()),
            ("free", doc! { "a": { "b": 1 } }.into()),
            ("category", Bson::from("x")),
        ] {
            if self.below(2) == 0 {
                document.insert(name, value);
            }
        }
        for name in ["age", "tags", "bornAt", "secret", "vault", "pin", "owner"] {
            if self.below(4) == 0 {
                document.remove(name);
            }
        }
        document
    }
}

/// A document as it is read, also where another program stored integers as doubles.
fn readable(document: &Document) -> RawDocumentBuf {
    let document = raw(document);
    whole_numbers(&document, FIELDS).unwrap_or(document)
}

#[tokio::test]
async fn random_patches_end_in_an_error_or_a_document() {
    let (bench, mut random) = (Bench::new(), Random(0x9E37_79B9));
    let (mut done, mut direct) = (0, 0);
    for _ in 0..3000 {
        let document = random.document();
        let (kind, patch) = match random.below(2) {
            0 => (Kind::Merge, random.merge()),
            _ => (Kind::Operations, random.operations()),
        };
        if let Ok(Plan::Direct { .. }) = kind.plan(&patch) {
            direct += 1;
        }
        match bench.patch(&document, kind, &patch).await {
            Ok(after) => {
                done += 1;
                let read = bson::deserialize_from_slice::<Thing>(readable(&after).as_bytes());
                assert!(read.is_ok(), "{document} {patch}: {read:?}");
                for name in ["_id", "seller", "createdAt", "__v"] {
                    assert_eq!(after.get(name), document.get(name), "{patch}");
                }
            }
            Err(error) => assert!([400, 409].contains(&error.status()), "{document} {patch}: {error:?}"),
        }
    }
    assert!(done > 200 && direct > 200, "{done} {direct}");
}
