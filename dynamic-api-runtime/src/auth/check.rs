//! What of a user entity and the settings of accounts can't be, found before anything is started.

use super::{config::AuthConfig, user_type::UserType};
use crate::{entity::EntityMeta, store::IndexKind, types::Schema};

/// Everything that is wrong with the settings and with the entity that they are for.
pub(crate) fn problems(of: &UserType, config: &AuthConfig, entities: &[&'static EntityMeta]) -> Vec<String> {
    let mut problems = config.problems();
    let name = of.entity.name;
    if !entities.iter().any(|entity| entity.name == name && entity.path == of.entity.path) {
        problems.push(format!(
            "auth: {name} is no resource of the application: add it with resource::<{name}>()"
        ));
    }
    if config.hooks.as_ref().is_some_and(|hooks| hooks.user_type() != of.id) {
        problems.push(format!("auth: the hooks are of users of another type than {name}"));
    }
    problems.extend(config.broadcasts.iter().flat_map(|(account, told)| told.problems(*account, of)));
    problems.extend(marks(of));
    problems.extend(registration(of));
    problems
}

/// What is wrong with the marked fields.
fn marks(of: &UserType) -> Vec<String> {
    let (entity, account) = (of.entity, of.account);
    let name = entity.name;
    let mut problems = vec![];
    match entity.field(account.login) {
        None => problems.push(format!("auth: {name} has no field {}", account.login)),
        Some(field) if !matches!(field.schema, Schema::String) => {
            problems.push(format!("auth: {name}::{} must be a String to be the login", account.login));
        }
        Some(_) if !has_unique_index(entity, account.login) => {
            problems.push(format!("auth: {name}::{} is the login and must be unique", account.login));
        }
        Some(_) => {}
    }
    let password = entity.field(account.password);
    if !password.is_some_and(|field| is_password(field.schema)) {
        problems.push(format!("auth: {name}::{} must be a Password", account.password));
    }
    let register = account.register.iter().map(|field| field.name);
    for field in account.claims.iter().copied().chain(register) {
        match entity.field(field) {
            None => problems.push(format!("auth: {name} has no field {field}")),
            Some(claim) if account.claims.contains(&field) && !claim.is_visible() => problems.push(format!(
                "auth: {name}::{field} is a claim, which its user reads, and must not be hidden"
            )),
            Some(claim) if account.claims.contains(&field) && claim.readable_by.is_some() => {
                problems.push(format!(
                    "auth: {name}::{field} is a claim, which its user reads, and can't be protected from reading"
                ));
            }
            Some(_) => {}
        }
    }
    problems
}

/// Fields that a user must have and nobody could ever send.
fn registration(of: &UserType) -> Vec<String> {
    let (entity, account) = (of.entity, of.account);
    let is_taken = |name: &str| {
        [account.login, account.password].contains(&name)
            || account.register.iter().any(|field| field.name == name)
    };
    let missing = entity.fields.iter().filter(|field| field.is_required() && !is_taken(field.name));
    let problem = |field: &crate::entity::Field| {
        let (entity, field) = (entity.name, field.name);
        format!(
            "auth: {entity}::{field} is required, and no registration takes it: mark it register, or give it a default"
        )
    };
    missing.map(problem).collect()
}

fn has_unique_index(entity: &EntityMeta, field: &str) -> bool {
    let is_of = |keys: &[(&str, _)]| matches!(keys, [(name, _)] if *name == field);
    entity.indexes.iter().any(|index| index.kind == IndexKind::Unique && is_of(index.keys))
}

/// Whether values of a schema are passwords.
pub(crate) fn is_password(schema: &Schema) -> bool {
    match schema {
        Schema::Password => true,
        Schema::Option(inner) => is_password(inner),
        _ => false,
    }
}
