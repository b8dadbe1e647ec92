//! What policies ask of the accounts of an application, found before anything is started: claims that no token has would let nobody
//! through, or everybody.

use std::collections::BTreeSet;

use super::{error::Conflict, table::Mounted};
use crate::{
    entity::{EntityMeta, Field},
    policy::Permit,
    server_fields::PUBLIC_ID,
};

/// Policies that no caller could ever satisfy: `claims` are those of the application's tokens, `None` where it has no accounts.
pub(super) fn conflicts(
    entities: &[&'static EntityMeta],
    mounted: &[Mounted],
    claims: Option<&[&str]>,
) -> Vec<Conflict> {
    let of_entities = entities.iter().flat_map(|entity| of_entity(entity).into_iter().chain(of_read(entity)));
    let of_routes = mounted.iter().flat_map(|route| {
        let items = route.route.items.iter().map(|(_, policy)| policy);
        let rules = items.chain([&route.route.policy]).filter_map(|policy| policy.ability);
        rules.flat_map(|rule| rule.claims_read()).map(|claim| (route.name(), claim)).collect::<Vec<_>>()
    });
    let unknown = |claim: &str| claims.is_none_or(|claims| claim != PUBLIC_ID && !claims.contains(&claim));
    let needed: BTreeSet<(String, &str)> = of_entities.chain(of_routes).collect();
    needed
        .into_iter()
        .filter(|(_, claim)| unknown(claim))
        .map(|(place, claim)| conflict(&place, claim, claims))
        .collect()
}

fn of_entity(entity: &EntityMeta) -> Vec<(String, &'static str)> {
    let place = |field: &Field| format!("{}::{}", entity.name, field.name);
    let of_field = |field: &'static Field| {
        let rules: Vec<Permit> = field.readable_by.into_iter().chain(field.writable_by).collect();
        let claims =
            field.from_user.into_iter().chain(rules.iter().flat_map(Permit::claims_read).collect::<Vec<_>>());
        claims.map(|claim| (place(field), claim)).collect::<Vec<_>>()
    };
    entity.fields.iter().flat_map(of_field).collect()
}

/// What is asked of who comes from another entity, where no route asks it.
fn of_read(entity: &EntityMeta) -> Vec<(String, &'static str)> {
    let claims = entity.read.ability.map(|rule| rule.claims_read()).unwrap_or_default();
    claims.into_iter().map(|claim| (format!("{}::get_one", entity.name), claim)).collect()
}

fn conflict(place: &str, claim: &str, claims: Option<&[&str]>) -> Conflict {
    Conflict::Setting(match claims {
        None => format!(
            "{place} asks for the claim {claim}, but the application has no accounts whose tokens could have it"
        ),
        Some(claims) => format!(
            "{place} asks for the claim {claim}, which no token has: mark that field of the users #[api(claim)]; there are {}",
            [&[PUBLIC_ID], claims].concat().join(", ")
        ),
    })
}
