//! What policies ask of the accounts of an application, found before anything is started: claims that no token has would let nobody
//! through, or everybody.

use std::collections::BTreeSet;

use super::{error::Conflict, table::Mounted};
use crate::{
    entity::{AccountMeta, EntityMeta, Field},
    policy::Permit,
    server_fields::PUBLIC_ID,
};

/// Who calls, where an application has accounts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Users {
    pub(super) entity: &'static EntityMeta,
    pub(super) account: &'static AccountMeta,
}

impl Users {
    fn has(&self, claim: &str) -> bool {
        claim == PUBLIC_ID || self.account.claims.contains(&claim)
    }

    /// Whether each of them can say of itself what it likes, and nobody has written that it may.
    fn can_set(&self, claim: &str) -> bool {
        // Which is nobody's to change by the account.
        let is_login = claim == self.account.login;
        let field = self.entity.field(claim).filter(|_| !is_login);
        field.is_some_and(|field| !field.read_only && field.writable_by.is_none())
    }
}

/// A claim that something asks for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    place: String,
    claim: &'static str,
    /// Whether it says what a caller may do, and not only what is written of one.
    decides: bool,
}

/// Policies that no caller could ever satisfy, and those that each could by an update of its account.
pub(super) fn conflicts(
    entities: &[&'static EntityMeta],
    mounted: &[Mounted],
    users: Option<Users>,
) -> Vec<Conflict> {
    let of_entities = entities.iter().flat_map(|entity| of_entity(entity).into_iter().chain(of_read(entity)));
    let of_routes = mounted.iter().flat_map(|route| {
        let items = route.route.items.iter().map(|(_, policy)| policy);
        let rules = items.chain([&route.route.policy]).filter_map(|policy| policy.ability);
        rules.flat_map(|rule| deciding(&route.name(), rule)).collect::<Vec<_>>()
    });
    let asked: BTreeSet<Asked> = of_entities.chain(of_routes).collect();
    asked.into_iter().filter_map(|asked| conflict(&asked, users)).collect()
}

fn deciding(place: &str, rule: Permit) -> Vec<Asked> {
    let asked = |claim| Asked { place: place.to_owned(), claim, decides: true };
    rule.claims_read().into_iter().map(asked).collect()
}

fn of_entity(entity: &EntityMeta) -> Vec<Asked> {
    let of_field = |field: &'static Field| {
        let place = format!("{}::{}", entity.name, field.name);
        let rules = field.readable_by.into_iter().chain(field.writable_by);
        let mut asked: Vec<Asked> = rules.flat_map(|rule| deciding(&place, rule)).collect();
        let decides = entity.tenant == Some(field.name);
        asked.extend(field.from_user.map(|claim| Asked { place, claim, decides }));
        asked
    };
    entity.fields.iter().flat_map(of_field).collect()
}

/// What is asked of who comes from another entity, where no route asks it.
fn of_read(entity: &EntityMeta) -> Vec<Asked> {
    let place = format!("{}::get_one", entity.name);
    entity.read.ability.map(|rule| deciding(&place, rule)).unwrap_or_default()
}

fn conflict(asked: &Asked, users: Option<Users>) -> Option<Conflict> {
    let Asked { place, claim, decides } = asked;
    Some(Conflict::Setting(match users {
        None => format!(
            "{place} asks for the claim {claim}, but the application has no accounts whose tokens could have it"
        ),
        Some(users) if !users.has(claim) => format!(
            "{place} asks for the claim {claim}, which no token has: mark that field of the users #[api(claim)]; there are {}",
            [&[PUBLIC_ID], users.account.claims].concat().join(", ")
        ),
        Some(users) if *decides && users.can_set(claim) => format!(
            "{place} asks for the claim {claim}, and all users can set it of themselves by an update of their account: mark that field \
             of {name} #[api(read_only)], or say who may set it, as in #[api(protected(write = has_role(\"admin\")))]",
            name = users.entity.name
        ),
        Some(_) => return None,
    }))
}
