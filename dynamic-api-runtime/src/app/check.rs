//! What can't be together in one application, found before anything is started: all of it at once, naming both sides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tokio::sync::Semaphore;

use super::{error::Conflict, policies, settings::WebSocketConfig, table::Mounted};
use crate::{
    call::{Access, RouteKind},
    entity::EntityMeta,
    populate,
    resource::Limits,
    rest::paths,
    store::{IndexKind, IndexSpec, Store},
    types::Schema,
};

/// Whether there is something that protects routes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Protection {
    None,
    Accounts(policies::Users),
}

/// Every contradiction among the routes and collections of an application.
pub(super) fn conflicts(
    entities: &[&'static EntityMeta],
    mounted: &[Mounted],
    accounts: Protection,
) -> Vec<Conflict> {
    let mut found = twice(entities);
    let users = match accounts {
        Protection::None => None,
        Protection::Accounts(users) => Some(users),
    };
    if users.is_none() {
        found.extend(protected(mounted));
    }
    found.extend(policies::conflicts(entities, mounted, users));
    found.extend(cascades(entities));
    found.extend(audits(entities));
    found.extend(keys(mounted));
    found.extend(populated(entities, mounted));
    found.extend(paths_of_two(mounted));
    found.extend(events_of_two(mounted));
    found.extend(collections_of_two(entities));
    found
}

fn twice(entities: &[&'static EntityMeta]) -> Vec<Conflict> {
    let again = |(index, entity): &(usize, &&'static EntityMeta)| {
        entities[..*index].iter().any(|earlier| earlier.is_same(entity))
    };
    entities.iter().enumerate().filter(again).map(|(_, entity)| Conflict::Twice(entity.name)).collect()
}

/// Routes that say they are protected, which nothing does as long as there are no accounts: better no start than an open door.
fn protected(mounted: &[Mounted]) -> Vec<Conflict> {
    let protected = mounted.iter().filter(|route| route.route.policy.access == Access::Protected);
    let conflict = |route: &Mounted| {
        Conflict::Setting(format!(
            "{} is protected, but the application has no accounts to be protected by",
            route.name()
        ))
    };
    protected.map(conflict).collect()
}

/// Routes that promise all or nothing over a store that can't keep that: better no start than a promise that a crash breaks.
pub(super) fn atomic(store: &Store, entities: &[&'static EntityMeta], mounted: &[Mounted]) -> Vec<Conflict> {
    if store.is_transactional() {
        return vec![];
    }
    let atomic = mounted.iter().filter(|route| route.route.kind == RouteKind::Batch);
    let conflict = |route: &Mounted| {
        Conflict::Setting(format!(
            "{} does all or nothing, which takes transactions, and {} has none: make the server a replica set (of one member, if it \
             is alone), or leave the route out",
            route.name(),
            store.describe()
        ))
    };
    let audited = |entity: &&&'static EntityMeta| entity.audit.is_some();
    let unaudited = |entity: &&'static EntityMeta| {
        Conflict::Setting(format!(
            "{} is audited, which takes transactions, and {} has none: make the server a replica set (of one member, if it is \
             alone), or remove `audit`",
            entity.name,
            store.describe()
        ))
    };
    atomic.map(conflict).chain(entities.iter().filter(audited).map(unaudited)).collect()
}

/// Entities whose documents are to go with those of another, and that the application does not have.
fn cascades(entities: &[&'static EntityMeta]) -> Vec<Conflict> {
    let mut found = vec![];
    for entity in entities {
        for cascade in entity.cascades {
            let child = (cascade.child)();
            if !entities.iter().any(|registered| registered.is_same(child)) {
                found.push(Conflict::Setting(format!(
                    "{} cascades to {}.{}, and {} is no resource of the application: add it with resource::<{}>()",
                    entity.name, child.name, cascade.field, child.name, child.name
                )));
            }
        }
    }
    found
}

/// Audits whose collection is that of an entity, whose routes would show it and change it.
fn audits(entities: &[&'static EntityMeta]) -> Vec<Conflict> {
    let mut found = vec![];
    for audited in entities.iter().filter(|entity| entity.audit.is_some()) {
        let collection = audited.audit_collection();
        let taken = entities.iter().filter(|entity| entity.collection == collection);
        found.extend(taken.map(|entity| {
            let (audited, entity) = (audited.name, entity.name);
            Conflict::Setting(format!(
                "{audited} is audited in {collection}, which is the collection of {entity} too"
            ))
        }));
    }
    found
}

/// Keys that tell no document from another: an index of a list is unique by each item, and two lists that share one are not equal.
fn keys(mounted: &[Mounted]) -> Vec<Conflict> {
    let list_of = |route: &Mounted| {
        let schema = |name: &&&str| route.resource.meta.field(name).map(|field| field.schema);
        let list = route.route.key.iter().find(|name| schema(name).is_some_and(is_list))?;
        Some(Conflict::Setting(format!(
            "{}: its key {list} is a list, which tells no document from another",
            route.name()
        )))
    };
    mounted.iter().filter_map(list_of).collect()
}

fn is_list(schema: &Schema) -> bool {
    match schema {
        Schema::Option(inner) => is_list(inner),
        schema => matches!(schema, Schema::List(_)),
    }
}

/// Paths that a route may populate and that lead to nothing that can be.
fn populated(entities: &[&'static EntityMeta], mounted: &[Mounted]) -> Vec<Conflict> {
    let problems = |route: &Mounted| {
        let name = route.name();
        let problems = populate::problems(route.resource.meta, route.route, entities);
        problems.into_iter().map(move |problem| Conflict::Setting(format!("{name}: {problem}")))
    };
    mounted.iter().flat_map(problems).collect()
}

fn paths_of_two(mounted: &[Mounted]) -> Vec<Conflict> {
    let mut taken: BTreeMap<String, &Mounted> = BTreeMap::new();
    let mut found = vec![];
    for route in mounted {
        let (method, paths) = paths::of(route.resource.meta, route.route);
        for path in paths {
            let request = format!("{method} {}", path.pattern);
            if let Some(first) = taken.get(&request) {
                found.push(Conflict::Path { request, first: first.name(), second: route.name() });
            } else {
                taken.insert(request, route);
            }
        }
    }
    found
}

fn events_of_two(mounted: &[Mounted]) -> Vec<Conflict> {
    let mut taken: HashMap<(&str, &str), &Mounted> = HashMap::new();
    let mut found = vec![];
    for route in mounted {
        let Some(namespace) = &route.namespace else { continue };
        if let Some(first) = taken.insert((namespace, route.route.event), route) {
            found.push(Conflict::Event {
                event: route.route.event,
                namespace: namespace.clone(),
                first: first.name(),
                second: route.name(),
            });
        }
    }
    found
}

fn collections_of_two(entities: &[&'static EntityMeta]) -> Vec<Conflict> {
    let mut found = vec![];
    for (index, second) in entities.iter().enumerate() {
        let earlier = entities[..index].iter();
        for first in earlier.filter(|first| first.collection == second.collection) {
            if first.is_same(second) {
                continue;
            }
            let conflict = |difference| Conflict::Collection {
                collection: second.collection,
                first: first.name,
                second: second.name,
                difference,
            };
            found.extend(differences(first, second).into_iter().map(conflict));
        }
    }
    found
}

/// What two entities of one collection say differently. An index that only one of them declares is no contradiction.
fn differences(first: &EntityMeta, second: &EntityMeta) -> Vec<String> {
    let mut found = vec![];
    if first.soft_delete != second.soft_delete {
        found.push("soft_delete".to_owned());
    }
    if first.tenant != second.tenant {
        found.push("tenant".to_owned());
    }
    let declared = first.collection_spec().indexes;
    let differs = |index: &IndexSpec| declared.iter().any(|other| contradict(other, index));
    let indexes = second.collection_spec().indexes;
    found
        .extend(indexes.iter().filter(|index| differs(index)).map(|index| format!("index {}", index.name())));
    found
}

/// Whether a collection can't have both: of one key two indexes, of words more than one.
fn contradict(first: &IndexSpec, second: &IndexSpec) -> bool {
    let paths = |index: &IndexSpec| index.keys.iter().map(|(path, _)| path.clone()).collect::<BTreeSet<_>>();
    match (first.kind, second.kind) {
        (IndexKind::Text, IndexKind::Text) => paths(first) != paths(second),
        (IndexKind::Text, _) | (_, IndexKind::Text) => false,
        _ => first.keys == second.keys && first != second,
    }
}

/// Limits that no call could keep.
pub(super) fn limits(limits: &Limits) -> Vec<Conflict> {
    let rules = [
        (limits.ids > 0, "limits: ids must be at least 1"),
        (limits.items > 0, "limits: items must be at least 1"),
        (limits.page_default > 0, "limits: page_default must be at least 1"),
        (limits.page_default <= limits.page_max, "limits: page_default must not be above page_max"),
        (limits.page_max <= i64::MAX as u64, "limits: page_max is too large"),
        (
            (1..=100_000).contains(&limits.cascade),
            "limits: cascade must be from 1 to 100000, which one transaction can do",
        ),
        (limits.url_bytes > 0, "limits: url_bytes must be at least 1"),
        (limits.reply_bytes > 0, "limits: reply_bytes must be at least 1"),
        (
            is_count(limits.body_bytes),
            "limits: body_bytes must be at least 1 and not beyond what can be counted",
        ),
        (!limits.read_time.is_zero(), "limits: read_time must not be zero"),
        (!limits.call_time.is_zero(), "limits: call_time must not be zero"),
        (
            is_count(limits.connections),
            "limits: connections must be at least 1 and not beyond what can be counted",
        ),
    ];
    broken(rules)
}

/// Settings of sockets that can't be.
pub(super) fn web_socket(config: &WebSocketConfig) -> Vec<Conflict> {
    let path = config.path.as_str();
    let rules = [
        (
            path.starts_with('/') && path.len() > 1 && !path.ends_with('/') && !path.contains(['{', '*']),
            "web_socket: path must start with a slash and not end with one",
        ),
        (config.buffer > 0, "web_socket: buffer must be at least 1"),
        (
            is_count(config.socket_bytes) && is_count(config.all_bytes),
            "web_socket: memory must be at least 1 byte and not beyond what can be counted",
        ),
        (
            config.socket_bytes <= config.all_bytes,
            "web_socket: a socket's memory must not be above that of all",
        ),
        (!config.ping_interval.is_zero(), "web_socket: the ping interval must not be zero"),
        (!config.ping_timeout.is_zero(), "web_socket: the ping timeout must not be zero"),
    ];
    broken(rules)
}

/// Whether a semaphore can count to it.
fn is_count(number: usize) -> bool {
    (1..=Semaphore::MAX_PERMITS).contains(&number)
}

fn broken<const N: usize>(rules: [(bool, &str); N]) -> Vec<Conflict> {
    let broken = rules.into_iter().filter(|(kept, _)| !kept);
    broken.map(|(_, rule)| Conflict::Setting(rule.to_owned())).collect()
}
