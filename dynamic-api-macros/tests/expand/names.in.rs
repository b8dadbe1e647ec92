#[dynamic_api(
    path = "people",
    crate = my::api,
    description = "People, and how to reach them.",
    no_web_socket,
    unique(given_name, family_name),
    routes(except(duplicate_one, duplicate_many, create_many, update_many, delete_many, replace_one)),
    names(create = NewPerson, update = PersonChanges, view = PersonDetails, events = PersonTopics, fields = PersonColumns)
)]
#[derive(Clone, serde::Serialize)]
#[serde(rename_all = "snake_case")]
struct Person {
    given_name: String,
    #[serde(rename = "surname")]
    family_name: String,
    r#type: u8,
    #[cfg(feature = "fax")]
    #[api(unique)]
    fax: Option<String>,
    #[cfg(feature = "fax")]
    #[api(read_only, default = 3)]
    fax_tries: u8,
    #[serde(default = "unknown_country")]
    country: String,
    #[serde(with = "as_text")]
    height: Height,
}
