//! Names made of other names: of events, generated types, handlers and members. Pure functions of text.

use heck::{ToKebabCase, ToSnakeCase, ToUpperCamelCase};

use crate::model::RouteKind;

/// What an entity is called in documents and event names.
pub(crate) fn display_name(entity: &str, api_tag: Option<&str>, sub_path: Option<&str>) -> String {
    let name = api_tag.unwrap_or(entity);
    match sub_path {
        Some(sub_path) => format!("{sub_path}-{name}").to_upper_camel_case(),
        None => name.to_upper_camel_case(),
    }
}

/// The event of a route that names none: of a version above the kind's lowest with a suffix.
pub(crate) fn event_name(kind: RouteKind, display_name: &str, version: Option<&str>) -> String {
    let event = format!("{}/{display_name}", kind.name()).to_kebab_case();
    match version {
        Some(version) => format!("{event}-v{version}"),
        None => event,
    }
}

/// The handler of a route: `get_many_admin_v2`.
pub(crate) fn handler_name(kind: RouteKind, sub_path: Option<&str>, version: Option<&str>) -> String {
    let mut name = kind.name().to_owned();
    if let Some(sub_path) = sub_path {
        name.push('_');
        name.push_str(&sub_path.to_snake_case());
    }
    if let Some(version) = version {
        name.push_str("_v");
        name.push_str(version);
    }
    name
}

/// The constant of an event: `GET_MANY_ADMIN_V2`.
pub(crate) fn event_const(handler: &str) -> String {
    // Word by word would tear `2FA` apart differently than in the handler's name.
    handler.to_ascii_uppercase()
}

/// The constant of a field: `GIVEN_NAME`.
pub(crate) fn field_const(field: &str) -> String {
    field.to_ascii_uppercase()
}

/// How `#[serde(rename_all)]` makes a member's or a variant's name of a Rust name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// All of them, as serde spells them.
    pub(crate) const ALL: [(&str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(spelling, _)| *spelling == text).map(|(_, case)| *case)
    }

    /// The name of a field whose Rust name is in snake case.
    pub(crate) fn of_field(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => pascal(field),
            Self::Camel => lower_first(&pascal(field)),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant whose Rust name is in Pascal case.
    pub(crate) fn of_variant(self, variant: &str) -> String {
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Camel => lower_first(variant),
            Self::Snake => snake(variant),
            Self::ScreamingSnake => snake(variant).to_ascii_uppercase(),
            Self::Kebab => snake(variant).replace('_', "-"),
            Self::ScreamingKebab => snake(variant).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

// serde's own rules, and not heck's: the names in the tables have to be those that serde reads and writes.

fn pascal(field: &str) -> String {
    field.split('_').map(upper_first).collect()
}

fn upper_first(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

fn lower_first(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}", first.to_ascii_lowercase(), letters.as_str()))
}

fn snake(variant: &str) -> String {
    let mut name = String::new();
    for (index, letter) in variant.char_indices() {
        if index > 0 && letter.is_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// The candidate that a name was probably meant to be.
pub(crate) fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let distance =
        |candidate: &str| strsim::damerau_levenshtein(&name.to_snake_case(), &candidate.to_snake_case());
    let starts = |candidate: &str| name.len() >= 3 && candidate.starts_with(name);
    candidates
        .iter()
        .map(|candidate| (if starts(candidate) { 1 } else { distance(candidate) }, *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What to write instead of a name that is none of the candidates.
pub(crate) fn one_of(name: &str, candidates: &[&str]) -> String {
    if let [only] = candidates {
        return format!("write `{only}`");
    }
    let all = list(candidates);
    match nearest(name, candidates) {
        Some(nearest) => format!("did you mean `{nearest}`? Write one of {all}"),
        None => format!("write one of {all}"),
    }
}

/// Names in a sentence.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../tests/event-names.json")).unwrap()
    }

    /// The display name of a vector.
    fn display(vector: &Value) -> String {
        let text = |name: &str| vector[name].as_str();
        display_name(text("entity").unwrap(), text("api_tag"), text("sub_path"))
    }

    #[test]
    fn display_names_and_events_are_those_of_the_reference() {
        let vectors = vectors();
        let names = vectors["names"].as_array().unwrap();
        assert!(names.len() >= 22);
        for vector in names {
            let display = display(vector);
            assert_eq!(display, vector["displayed_name"], "{vector}");
            assert_eq!(event_name(RouteKind::GetMany, &display, None), vector["get_many_event"], "{vector}");
        }
    }

    #[test]
    fn every_kind_has_the_event_of_the_reference() {
        let vectors = vectors();
        for vector in vectors["all_kinds"].as_array().unwrap() {
            let events = vector["events"].as_object().unwrap();
            // Of the kinds that are only there where they are listed, it has one.
            assert_eq!(events.len(), RouteKind::DEFAULT.len() + 1);
            for (kind, event) in events {
                let kind = RouteKind::parse(&kind.to_snake_case()).unwrap();
                assert_eq!(event_name(kind, &display(vector), None), *event, "{vector}");
            }
        }
    }

    #[test]
    fn the_other_kinds_have_events_of_the_same_form() {
        let events = RouteKind::LISTED.map(|kind| event_name(kind, "Note", None));
        let expected = [
            "aggregate-note",
            "upsert-one-note",
            "restore-one-note",
            "restore-many-note",
            "purge-one-note",
            "batch-note",
            "audit-note",
        ];
        assert_eq!(events, expected);
    }

    #[test]
    fn a_version_is_a_suffix() {
        assert_eq!(event_name(RouteKind::GetOne, "User", Some("2")), "get-one-user-v2");
        assert_eq!(handler_name(RouteKind::GetOne, Some("all/open"), Some("2")), "get_one_all_open_v2");
        assert_eq!(event_const("get_one_all_open_v2"), "GET_ONE_ALL_OPEN_V2");
    }

    #[test]
    fn cases_are_those_of_serde() {
        let fields = ["a_field", "A_FIELD", "AField", "aField", "a_field", "A_FIELD", "a-field", "A-FIELD"];
        let variants = [
            "avariant",
            "AVARIANT",
            "AVariant",
            "aVariant",
            "a_variant",
            "A_VARIANT",
            "a-variant",
            "A-VARIANT",
        ];
        for (index, (spelling, case)) in Case::ALL.into_iter().enumerate() {
            assert_eq!(Case::parse(spelling), Some(case));
            assert_eq!(case.of_field("a_field"), fields[index], "{spelling}");
            assert_eq!(case.of_variant("AVariant"), variants[index], "{spelling}");
        }
        assert_eq!(Case::Camel.of_field("_id"), "id");
        assert_eq!(Case::parse("camel_case"), None);
    }

    #[test]
    fn the_nearest_name_is_one_that_was_probably_meant() {
        let kinds = RouteKind::NAMES;
        assert_eq!(nearest("get_all", &kinds), Some("get_many"));
        assert_eq!(nearest("getMany", &kinds), Some("get_many"));
        assert_eq!(nearest("delete", &kinds), Some("delete_one"));
        assert_eq!(nearest("delet_one", &kinds), Some("delete_one"));
        assert_eq!(nearest("zebra", &kinds), None);
    }
}
