//! What the macros say when something is wrong, all in one place: what it is, and what to write instead.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// An error's text, with `{0}`, `{1}` and so on where the names of the case go.
#[derive(Clone, Copy)]
pub(crate) struct Message {
    what: &'static str,
    help: &'static str,
}

impl Message {
    /// The error at the tokens to edit.
    pub(crate) fn at(&self, place: impl ToTokens, parts: &[&str]) -> syn::Error {
        syn::Error::new_spanned(place.into_token_stream(), self.text(parts))
    }

    /// The error where there are no tokens to point at but a span.
    pub(crate) fn at_span(&self, span: proc_macro2::Span, parts: &[&str]) -> syn::Error {
        syn::Error::new(span, self.text(parts))
    }

    fn text(&self, parts: &[&str]) -> String {
        format!("{}\nhelp: {}", fill(self.what, parts), fill(self.help, parts))
    }
}

fn fill(template: &str, parts: &[&str]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, index, after)) = placeholder(rest) {
        text.push_str(before);
        text.push_str(parts.get(index).copied().unwrap_or_default());
        rest = after;
    }
    text + rest
}

/// The first `{n}` of a template, between what stands before and behind it.
fn placeholder(template: &str) -> Option<(&str, usize, &str)> {
    template.match_indices('{').find_map(|(at, _)| {
        let (number, after) = template[at + 1..].split_once('}')?;
        Some((&template[..at], number.parse().ok()?, after))
    })
}

/// The tokens of a place that is known as a list of tokens only.
pub(crate) fn tokens(place: &impl ToTokens) -> TokenStream {
    place.to_token_stream()
}

macro_rules! messages {
    ($group:ident: $($name:ident: $what:literal, $help:literal;)*) => {
        $(pub(crate) const $name: Message = Message { what: $what, help: $help };)*

        #[cfg(test)]
        const $group: &[(&str, Message)] = &[$((stringify!($name), $name)),*];
    };
}

// The item.
messages! {
    ITEMS:
    NOT_A_STRUCT: "an entity is a struct with named fields, and this is {0}",
        "write `struct Name { field: Type }`; for the type of a field use `#[api_type]`";
    GENERIC: "an entity can't be generic, and `{0}` is a {1} parameter",
        "write a struct of its own for each entity, with {2} in place of `{0}`";
    NO_FIELDS: "`{0}` has no fields, so there is nothing to store",
        "give it a field, such as `name: String`";
    NOT_AN_API_TYPE: "`#[api_type]` goes on a struct with named fields, a struct with one unnamed field, or an enum, and this is {0}",
        "write `struct Name { field: Type }`";
    GENERIC_API_TYPE: "an API type can't be generic, and `{0}` is a parameter",
        "write a type of its own for each use, without `{0}`";
}

// The grammar of options.
messages! {
    OPTIONS:
    EXPECTED_OPTION: "an option is expected here",
        "write its name, as in `{0}`";
    EXPECTED_COMMA: "a comma is expected before this",
        "separate options with commas";
    UNKNOWN_OPTION: "`{0}` is no option of {1}",
        "{2}";
    MISPLACED_OPTION: "`{0}` is an option of {1}, not of {2}",
        "write it in {3}";
    NOT_YET: "`{0}` is not available yet in this version",
        "leave it out";
    TWICE: "`{0}` is set twice",
        "remove one of the two";
    EXCLUSIVE: "`{0}` and `{1}` exclude each other",
        "remove one of the two";
    NO_VALUE: "`{0}` takes no value",
        "write `{0}` alone";
    NEEDS_VALUE: "`{0}` needs a value",
        "write `{1}`";
    WRONG_VALUE: "`{0}` takes {1}",
        "write `{2}`";
    NEEDS_LIST: "`{0}` needs a list in parentheses",
        "write `{1}`";
    NEEDS_MEMBER: "`{0}` needs `{1}` too",
        "write `{2}`";
    UNKNOWN_NAMES_MEMBER: "`{0}` is no type that the macro generates",
        "{1}";
}

// Lists.
messages! {
    LISTS:
    BAD_PAGE: "a page of {0} rows is not between 1 row and the {1} that are its max",
        "write `page(default = 20, max = 100)`";
}

// Paths and names.
messages! {
    NAMES:
    NO_PATH: "an entity needs a path",
        "write `#[dynamic_api(path = \"{0}\")]`";
    EMPTY_TEXT: "`{0}` is empty",
        "write {1}";
    SLASH_AT_END: "`{0}` starts or ends with a slash",
        "write `{0} = \"{1}\"`";
    BAD_SEGMENT: "`{0}` is no segment of a path",
        "segments are separated by one slash, and hold letters, digits, `-`, `_`, `.` and `~`, but are not `.` or `..`";
    RESERVED_SUB_PATH: "the sub_path `{0}` is taken by the API itself",
        "choose another; its first segment must not be {1}";
    SUB_PATH_LIKE_ID: "the sub_path `{0}` looks like an id",
        "choose one that is not 24 hex digits, or it would hide the document of that id";
    BAD_VERSION: "`{0}` is no version",
        "write a whole number from 1 on, as in `version = \"2\"` for paths under `/v2`";
    BAD_COLLECTION: "`{0}` is no name of a collection: {1}",
        "write `collection = \"{2}\"`";
    BAD_API_TAG: "the api_tag `{0}` has no letter and no digit",
        "write what clients call the entity, as in `api_tag = \"Items\"`";
    BAD_NAMESPACE: "`{0}` is no namespace",
        "a namespace starts with a slash and holds no space, as in `namespace = \"/shop\"`";
    BAD_EVENT: "`{0}` is no event name",
        "an event name is not empty and holds no space and no control character, as in `event = \"new-user\"`";
    RESERVED_EVENT: "the event `{0}` is reserved: {1} uses it",
        "choose another, as in `event = \"my-{0}\"`";
    ONE_TYPE_NAME: "two types would be called `{0}`",
        "choose another name, as in `names({1} = Api{0})`";
}

// Routes.
messages! {
    ROUTES:
    UNKNOWN_ROUTE: "`{0}` is no kind of route",
        "{1}";
    NO_ROUTES: "`routes()` leaves the entity without a route",
        "list at least one, or leave `routes` out for the default routes";
    EXCEPT_AND_ROUTES: "`except` and a list of routes exclude each other",
        "`routes(except(delete_many))` is all default routes but some; `routes(get_many, ..)` is exactly those listed";
    EXCEPT_NOT_DEFAULT: "`{0}` is not among the default routes, so there is nothing to except",
        "remove it";
    EXCEPT_ALL: "`except` leaves no route",
        "leave at least one of {0} out of it";
    SAME_ENDPOINT: "`{0}` is already answered by the route `{1}`",
        "give one of the two another `sub_path` or `version`";
    SAME_EVENT: "the event `{0}` already belongs to the route `{1}`",
        "give one of the two another `event`";
    SAME_HANDLER: "the generated code would call this route `{0}`, which is the name of another one",
        "give one of the two a `sub_path` that differs in more than its punctuation";
    NO_QUERY: "an aggregate route needs the type of its query",
        "write `aggregate(query = StatsQuery)`, where `StatsQuery` implements `AggregateQuery`";
    OF_OTHER_KIND: "`{0}` is an option of {1}, and this is `{2}`",
        "remove it";
    NEEDS_SOFT_DELETE: "`{0}` is about documents that were deleted, and here they are gone",
        "add `soft_delete` to `#[dynamic_api(..)]`, or remove it";
    BAD_POPULATE_PATH: "a path to populate is a field's name, or several with dots between them",
        "write it as in `populate(author, comments.author)`";
    DEEP_PATH: "`{0}` goes through more than {1} references",
        "write a shorter path, and give what is behind it a route of its own";
    UNSEEN_REFERENCE: "clients can't see `{0}`, so nothing can be shown in its place",
        "leave it out of `populate`, or remove `{1}` from the field";
    NO_UNIQUE_INDEX: "`upsert_one` finds its document by a unique key, and there is none",
        "add `#[api(unique)]` to the field that tells two documents apart, or `unique(..)` with several fields to the entity";
    WHICH_UNIQUE_INDEX: "`upsert_one` finds its document by a unique key, and there are several",
        "write {0}";
    KEY_NOT_UNIQUE: "there is no unique index on exactly {0}",
        "write {1}";
    KEY_NOT_SETTABLE: "clients can't set `{0}`, so they can't say by it which document they mean",
        "write a key of fields that clients can set";
    KEY_IS_LIST: "`{0}` is a list, and its index is unique by each item: two lists that share one item are one key and are not equal",
        "write a key of fields that hold one value";
    TAKEN_PATH: "`{0}` is answered by `{1}` already",
        "give the custom route another `path` or `method`";
    RESERVED_PATH: "the path `{0}` is taken by the API itself",
        "choose another; its first segment must not be {1}";
    PATH_LIKE_ID: "the path `{0}` looks like an id",
        "choose one that is not 24 hex digits, or it would hide the document of that id";
    BAD_PARAMETER: "`{0}` is no parameter that the path of a custom route can have here",
        "write `:id` as its first segment for a route of one document; what else varies goes into `query` or `body`";
    GET_WITH_BODY: "requests with the method GET have no body",
        "write `query` in its place, or another method";
    LOST_ABILITY: "the ability of the entity asks documents, and this route is about none, so that it would be open to every user",
        "write at the route who may call it, as in `ability = has_role(\"admin\")`, `ability = is_authenticated()` or `auth_ability = f`";
    NO_TARGET: "`{0}` asks documents, and this route is about none",
        "write `:id` in its path, or `ids`; or ask the caller alone, by `auth_ability` or `ability = has_role(..)`";
    SAME_CUSTOM_NAME: "the generated code would call this route `{0}`, as it does `{1}`",
        "give the handler another name";
}

// Fields and indexes.
messages! {
    FIELDS:
    ID_FIELD: "the field `{0}` is the document's id, which the server keeps",
        "remove the field: documents are addressed by an ObjectId in `_id` (`id` in JSON), in existing collections too; for a key of \
         another type use a name of its own with `#[api(unique)]`";
    RESERVED_NAME: "the name `{0}` is reserved: {1}",
        "remove the field or store it by another name, as in `#[serde(rename = \"{2}\")]`";
    RESERVED_FIELD: "the view of the entity has a field `{0}` of its own",
        "rename the field";
    BAD_STORED_NAME: "`{0}` can't be the name of a member: {1}",
        "write another name in `rename`";
    SAME_STORED_NAME: "the fields `{0}` and `{1}` would both be stored as `{2}`",
        "give one of the two another name, as in `#[serde(rename = \"..\")]`";
    SAME_FIELD_CONST: "the fields `{0}` and `{1}` would both be the constant `{2}`",
        "give one of the two another name: they differ in nothing but case";
    READ_ONLY_WITHOUT_VALUE: "nothing can give the read_only field `{0}` a value",
        "add a `default`, or make it an `Option`";
    DEFAULT_OF_OPTION: "an optional field can't have a default: a client that clears it with `null` would find it set again",
        "remove the default, or make the type `{0}`";
    HIDDEN_AND_WRITE_ONLY: "`hidden` already keeps clients from seeing `{0}`",
        "write `hidden` where the field is no part of filters either, else `write_only`";
    READ_ONLY_AND_WRITE_ONLY: "clients could neither see nor set `{0}`",
        "write `read_only, hidden` for a field that only the server uses";
    NO_FILTER_ANYWAY: "clients can't filter by `{0}` anyway, since it is {1}",
        "remove `no_filter`";
    DERIVED_AND_READ_ONLY: "`derived` already keeps clients from setting `{0}`",
        "remove `read_only`";
    DERIVED_AND_WRITE_ONLY: "`derived` keeps clients from setting `{0}`, and `write_only` from seeing it",
        "write `hidden` instead for a value that only the server uses";
    DERIVED_UNSEEN: "`{0}` is computed to be shown, and `hidden` keeps it from being shown",
        "remove one of the two";
    DERIVED_DEFAULT: "a derived field can't have a default: `{0}` always has the value of its function",
        "remove the default";
    DERIVED_WITH_CODEC: "a field with functions of its own for serde can't be derived",
        "give it a type that implements serde's traits by itself";
    NESTED_OPTIONS: "a member of a nested type has no options but `validate` and `exists`",
        "write what else concerns the API at the entity's field; a default is `#[serde(default)]`";
    WIDE_INTEGER: "`{0}` has more bits than BSON can store",
        "write `i64`, or `Decimal128` for more digits";
    BORROWED_FIELD: "a field owns its value, and `{0}` borrows it",
        "write an owned type, such as `String` or `Vec<T>`";
    NO_FIELD_TYPE: "{0} can't be a field of an entity",
        "write a struct of its own with `#[api_type]`, or `Vec<T>` for a list";
    UNKNOWN_FIELD: "`{0}` is no field of `{1}`",
        "{2}";
    EMPTY_INDEX: "`{0}()` names no field",
        "write the fields of the index, as in `{1}`";
    BAD_INDEX_KEY: "a key of an index is a field's name, with `-` before it for descending order",
        "write it as in `index(category, -price)`";
    BAD_PLAIN_KEY: "a key of a {0} is a field's name",
        "write it as in `{1}`";
    ID_KEY: "`id` can only be the last of several keys of an index",
        "write it behind the others, as in `{0}(category, id)`; to find documents by it alone no index is needed";
    COMPUTED_KEY: "`{0}` is computed when it is shown and not stored, so no index can hold it",
        "write `derived(save = ..)` to store it";
    NO_CASE: "`unique_ci` is about the case of letters, and this is `{0}`",
        "write `unique`";
    NO_TEXT: "`{0}` holds no text, so a search finds no words in it",
        "write fields of type `String`, `Option<String>` or `Vec<String>`";
    SEARCH_REVEALS: "a search would reveal `{0}`, which is {1}",
        "leave it out of `text_index`";
    SEVERAL_TTL_KEYS: "a ttl_index is on one field",
        "write a `ttl_index` of its own for each";
    NO_DATE: "`{0}` is no date after which a document could expire",
        "write a field of type `DateTime` or `Option<DateTime>`, or `created_at` or `updated_at`";
    SAME_INDEX: "there is already an index on {0}",
        "remove one of the two";
    SAME_INDEX_KEY: "`{0}` is a key of this index already",
        "remove one of the two";
}

// What must be true of values.
messages! {
    RULES:
    RULE_MISFIT: "`{0}` is a rule of {1}, and this is `{2}`",
        "{3}";
    NOTHING_FITS: "nothing fits this `{0}`: it begins at {1} and ends at {2}",
        "write the smaller of the two as its min; an end that is exclusive is itself out of it";
    BAD_PATTERN: "`{0}` is no regular expression: {1}",
        "write it as the crate `regex` reads it; there are no look-arounds and no back references, so that a match takes linear time";
    NESTED_RULES: "`{0}` is what is done anyway: the rules of a nested type hold wherever it is used",
        "remove it, and write the rules at the members of the type";
    ITEMS_UNKNOWN: "what `{0}` holds can't be told from its name",
        "write the type as `Vec<T>`, `HashMap<String, T>` or `BTreeMap<String, T>`";
    RULES_WITH_CODEC: "`{0}` has functions of its own for serde, so its stored form can't be judged",
        "give it a type that implements serde's traits by itself, or write the rule at the entity, as in `validate = function`";
    RULES_OF_DERIVED: "nobody sends `{0}`, which is computed",
        "remove the rules, or write them at the fields that it is computed of";
}

// What happens around a write.
messages! {
    EFFECTS:
    NEEDS_AUDIT: "`audit` shows what was written of a document, and nothing writes it",
        "add `audit` to `#[dynamic_api(..)]`, or remove the route";
    OPEN_AUDIT: "`audit` shows what documents were, to callers whom something lets through, and nothing does",
        "write `audit(ability = has_role(\"admin\"))`, or `audit(auth_ability = is_auditor)`";
    NO_SUCH_WRITE: "`{0}` is of routes that {1} documents, and `{2}` is none of them",
        "remove it, or write it at one of {3}";
    HOOK_OF_BATCH: "`{0}` of a `batch` is that of each item: of the entity, and of the route of what the item does",
        "write it in `#[dynamic_api(..)]`, or at `create_one`, `update_one`, `replace_one` or `delete_one`";
    HOOK_OF_CUSTOM: "a custom route has no `{0}`: what it writes, its handler writes",
        "call the function in the handler";
    BAD_CASCADE: "this names no field of an entity that refers to this one",
        "write it as in `cascade(Comment.post)`, with `= restrict` or `= set_null` behind it where such a document is not to be deleted";
}

// Who may do what.
messages! {
    POLICIES:
    BAD_RULE: "this is no ability",
        "write the path of a function, as in `ability = is_author`, or a ready one, as in `ability = is_owner(author)`";
    UNKNOWN_RULE: "`{0}` is no ready ability",
        "{1}; a function of your own is written without brackets: `ability = {0}`";
    FILTER_NEEDS_SCOPE: "`ability_mode(filter)` needs a filter, and code can't be one: totals and pages would be wrong",
        "add `scope = f` with `fn f(user: &UserPrincipal) -> Where<..>`, or use a ready ability such as `is_owner(author)`";
    MODE_WITHOUT_ABILITY: "`ability_mode(filter)` has nothing to filter by",
        "add an `ability` or a `scope`";
    UNGUARDED_BATCH: "a batch does what `{0}` would do as well, of which no policy says anything, though `{1}` has its own",
        "write the policy for the entity, as in `ability(writes = is_owner(author))`, or list `{0}` with its own";
    LIST_ABILITY: "a list is about whatever documents there are, and code can't say which: its total would count those that it hides",
        "add `scope = f` with `fn f(user: &UserPrincipal) -> Where<..>`, or give the route a ready ability such as `is_owner(author)`";
    AGGREGATE_ABILITY: "an aggregate has no documents that code could be asked about before it runs",
        "give the route a ready ability, such as `is_owner(author)` or `is_authenticated()`; what more there is to say, `scope = f` and `auth_ability = f` do";
    RULE_OF_DOCUMENTS: "`{0}` asks a document, and a field's policy is asked of the caller alone",
        "use `has_role(\"..\")`, `is_authenticated()`, or a function `fn(&UserPrincipal) -> bool`";
    UNSTORED_RULE: "`{0}` is no value that `{1}` could compare with a claim",
        "name a field that is stored";
    PROTECTED_ANYWAY: "`{0}` is out of reach for every client already",
        "leave that part of `protected` out, or the other option";
    PROTECTED_REQUIRED: "callers who may not set `{0}` could create nothing: it has no value of its own",
        "make it an `Option`, or give it a `default`";
    BAD_TENANT: "`{0}` can't tell tenants apart: each document must have one, which comes from its caller",
        "name a plain field, such as `organisation: Id`";
}

// Accounts.
messages! {
    ACCOUNTS:
    MARK_REFUSED: "`{0}` can't be `{1}`: {2}",
        "remove `{1}`";
    NEEDS_MARK: "`{0}` makes `{1}` an entity of users, and none of its fields is the {2}",
        "write `#[api({2})]` at {3}";
    TWO_MARKS: "the {0} is `{1}` already",
        "remove `{0}` here: a user has one";
    NO_REGISTRATION: "nothing can give `{0}` a value when a user registers",
        "add `register`, or a `default`, or make it an `Option`";
    PASSWORD_KEY: "`{0}` is the password, by which no document is found",
        "leave it out of `{1}`";
}

// Serde's attributes.
messages! {
    SERDE:
    SERDE_SKIP: "`#[serde({0})]` would lose the value of `{1}` when it is stored",
        "write `#[api(hidden)]` to keep it from clients, or move the field out of the entity";
    SERDE_FLATTEN: "`#[serde(flatten)]` is not possible here: its members could not be told from undeclared ones",
        "write the members as fields of their own, or keep the struct nested";
    SERDE_TWO_NAMES: "a name can't differ between reading and writing",
        "write `rename = \"{0}\"`";
    SERDE_DEFAULT_STRUCT: "`#[serde(default)]` on the struct does not say which fields clients may leave out",
        "write `#[api(default)]` on those fields";
    SERDE_UNSUPPORTED: "the API can't respect `#[serde({0})]`",
        "remove it; it respects only {1} here";
    SERDE_CASE: "`{0}` is no case of serde's",
        "{1}";
    SERDE_ONE_WAY: "`#[serde({0})]` needs its counterpart `{1}`",
        "write both, or `with = \"module\"`";
    TWO_DEFAULTS: "`{0}` has a default in `#[api]` and in `#[serde]`",
        "remove one of the two";
    DEFAULT_WITH_CODEC: "a field with functions of its own for serde can't have a default",
        "make it an `Option`, or give it a type that implements serde's traits by itself";
    CFG_ATTR: "an attribute inside `cfg_attr` is not seen by the API",
        "write two fields with opposite `#[cfg(..)]`";
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{fs, path::PathBuf};

    use super::*;

    /// Every message that a `.stderr` file of the facade's compile-fail tests shows.
    fn shown() -> String {
        let mut shown = String::new();
        let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/ui/fail"))];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "stderr") {
                    shown.push_str(&fs::read_to_string(path).unwrap());
                }
            }
        }
        shown
    }

    /// Whether a text has a line that the template can be filled to.
    fn shows(text: &str, template: &str) -> bool {
        let mut parts = vec![];
        let mut rest = template;
        while let Some((before, _, after)) = placeholder(rest) {
            parts.push(before);
            rest = after;
        }
        parts.push(rest);
        text.lines().any(|line| {
            let mut line = line;
            parts.iter().all(|part| match line.split_once(part) {
                Some((_, after)) => {
                    line = after;
                    true
                }
                None => false,
            })
        })
    }

    #[test]
    fn every_message_has_a_case_that_shows_it() {
        let shown = shown();
        let all = [ITEMS, OPTIONS, LISTS, NAMES, ROUTES, FIELDS, RULES, EFFECTS, POLICIES, ACCOUNTS, SERDE]
            .concat();
        let missing: Vec<&str> =
            all.iter().filter(|(_, message)| !shows(&shown, message.what)).map(|(name, _)| *name).collect();
        assert!(missing.is_empty(), "no case under tests/ui/fail shows {missing:?}");
    }

    #[test]
    fn parts_are_filled_in_once() {
        assert_eq!(fill("{0} and {1}, {0}", &["{1}", "b"]), "{1} and b, {1}");
        assert_eq!(fill("no {place}", &["a"]), "no {place}");
    }
}
