//! What the macros accept, and what they say where they don't. `TRYBUILD=overwrite` writes the expected messages anew.
#![allow(missing_docs, clippy::unwrap_used)]

// The accepted cases, each under the lints that it sets for itself, with assertions on what it came to. As modules of one
// program they share one build.
#[path = "ui/pass/accounts/users.rs"]
pub mod accounts_users;
#[path = "ui/pass/api_type/styles.rs"]
pub mod api_type_styles;
#[path = "ui/pass/entity/crate_path.rs"]
pub mod entity_crate_path;
#[path = "ui/pass/entity/derives.rs"]
pub mod entity_derives;
#[path = "ui/pass/entity/lists.rs"]
pub mod entity_lists;
#[path = "ui/pass/entity/names.rs"]
pub mod entity_names;
#[path = "ui/pass/entity/quickstart.rs"]
pub mod entity_quickstart;
#[path = "ui/pass/entity/visibility.rs"]
pub mod entity_visibility;
#[path = "ui/pass/fields/all_options.rs"]
pub mod fields_all_options;
#[path = "ui/pass/fields/conditions.rs"]
pub mod fields_conditions;
#[path = "ui/pass/fields/derived.rs"]
pub mod fields_derived;
#[path = "ui/pass/fields/every_type.rs"]
pub mod fields_every_type;
#[path = "ui/pass/fields/serde.rs"]
pub mod fields_serde;
#[path = "ui/pass/routes/all_options.rs"]
pub mod routes_all_options;
#[path = "ui/pass/routes/except.rs"]
pub mod routes_except;
#[path = "ui/pass/routes/hooks.rs"]
pub mod routes_hooks;
#[path = "ui/pass/routes/own_names.rs"]
pub mod routes_own_names;
#[path = "ui/pass/routes/own_types.rs"]
pub mod routes_own_types;
#[path = "ui/pass/routes/populate.rs"]
pub mod routes_populate;
#[path = "ui/pass/routes/versions.rs"]
pub mod routes_versions;
#[path = "ui/pass/rules/all.rs"]
pub mod rules_all;

#[test]
fn refused() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*/*.rs");
}

#[test]
fn every_accepted_case_is_a_module() {
    let this = include_str!("ui.rs");
    for topic in std::fs::read_dir("tests/ui/pass").unwrap() {
        for case in std::fs::read_dir(topic.unwrap().path()).unwrap() {
            let path = case.unwrap().path();
            let case = path.strip_prefix("tests").unwrap().display().to_string();
            assert!(this.contains(&format!("#[path = {case:?}]")), "{case} is not compiled");
        }
    }
}
