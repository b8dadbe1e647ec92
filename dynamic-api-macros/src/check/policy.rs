//! The rules of policies: what a route asks of its caller and of documents, and what a field asks of its caller.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::lookup::Fields;
use crate::{
    attr::{RawCustom, RawEntity, RawField, RawKinds, RawPermit, RawPolicy, RawRoute},
    errors::Errors,
    messages,
    model::{AbilityMode, CustomMethod, CustomTarget, Field, Permit, Policy, RouteKind, Tenant},
    names::Case,
};

/// Which document a rule asks.
#[derive(Clone, Copy)]
enum Asks<'a> {
    /// One of the entity.
    Documents(&'a Fields<'a>),
    /// None: it asks the caller alone.
    Caller,
}

/// The policy of a route: what it says itself, else what its entity says of its kind.
pub(super) fn of_route(route: &RawRoute, entity: &RawEntity, fields: &Fields<'_>, errors: &Errors) -> Policy {
    let (raw, kind) = (&route.policy, route.kind);
    let of_kinds = entity.ability_of(kind);
    // What the routes of the items ask of a document need not be asked of it twice.
    let inherited =
        of_kinds.filter(|(kinds, _)| kind != RouteKind::Batch || matches!(kinds, RawKinds::One(_)));
    let ability = raw.ability.get().or(inherited.map(|(_, rule)| rule));
    let mode = raw.mode.get().or(entity.policy.mode.get()).copied().unwrap_or_default();
    let has_scope = raw.scope.is_set() || entity.policy.scope.is_set();
    if let Some(unrestricted) = route.unrestricted.name() {
        let asks = raw.ability.get().is_some_and(RawPermit::asks_documents);
        let dead = [raw.scope.name(), raw.ability.name().filter(|_| asks)];
        for name in dead.into_iter().flatten() {
            errors.push(messages::EXCLUSIVE.at(name, &[&unrestricted.to_string(), &name.to_string()]));
        }
    }
    let is_code = ability.is_some_and(RawPermit::is_code);
    let place = raw.ability.name().unwrap_or(&route.name);
    match kind {
        RouteKind::Aggregate if is_code && !route.unrestricted.is_set() => {
            errors.push(messages::AGGREGATE_ABILITY.at(place, &[]));
        }
        // In the other mode it is told below, or at the entity.
        RouteKind::GetMany if is_code && !has_scope && mode == AbilityMode::Throw => {
            errors.push(messages::LIST_ABILITY.at(place, &[]));
        }
        _ => {
            errors.keep(own_filter_is_possible(raw, mode, ability, has_scope));
        }
    }
    Policy {
        access: route.access.get().or(entity.access.get()).copied(),
        scope: raw.scope.get().cloned(),
        ability: ability.and_then(|written| errors.keep(rule(written, Asks::Documents(fields)))),
        mode,
        auth_ability: raw.auth_ability.get().or(entity.policy.auth_ability.get()).cloned(),
    }
}

/// The policy of a custom route: what it says itself, else what its entity says of all reads or all writes. Where it is about no
/// documents, there are none that anything could be asked of.
pub(super) fn of_custom(
    custom: &RawCustom,
    method: CustomMethod,
    target: CustomTarget,
    entity: &RawEntity,
    fields: &Fields<'_>,
    errors: &Errors,
) -> Policy {
    let raw = &custom.policy;
    let has_target = target != CustomTarget::Nothing;
    let inherited = entity.ability_of_custom(method == CustomMethod::Get);
    let ability = raw.ability.get().or(inherited.filter(|rule| has_target || !rule.asks_documents()));
    let mode =
        raw.mode.get().or(entity.policy.mode.get()).copied().filter(|_| has_target).unwrap_or_default();
    let has_scope = raw.scope.is_set() || entity.policy.scope.is_set();
    if has_target {
        errors.keep(own_filter_is_possible(raw, mode, ability, has_scope));
    } else {
        let is_lost = inherited.is_some_and(RawPermit::asks_documents);
        if is_lost && !raw.ability.is_set() && !raw.auth_ability.is_set() {
            errors.push(messages::LOST_ABILITY.at(&custom.name, &[]));
        }
        let asks = raw.ability.get().is_some_and(RawPermit::asks_documents);
        let of_documents = [raw.ability.name().filter(|_| asks), raw.scope.name(), raw.mode.name()];
        for name in of_documents.into_iter().flatten() {
            errors.push(messages::NO_TARGET.at(name, &[&name.to_string()]));
        }
    }
    Policy {
        access: custom.access.get().or(entity.access.get()).copied(),
        scope: raw.scope.get().cloned(),
        ability: ability.and_then(|written| errors.keep(rule(written, Asks::Documents(fields)))),
        mode,
        auth_ability: raw.auth_ability.get().or(entity.policy.auth_ability.get()).cloned(),
    }
}

/// Where a mode and an ability of a route, one of which may be its entity's, need a filter and have none. What is the entity's
/// alone is told there.
fn own_filter_is_possible(
    raw: &RawPolicy,
    mode: AbilityMode,
    ability: Option<&RawPermit>,
    has_scope: bool,
) -> syn::Result<()> {
    let place = raw.mode.name().or(raw.ability.name());
    place.map_or(Ok(()), |place| filter_is_possible(place, mode, ability, has_scope))
}

/// As [`filter_is_possible`], of the mode that an entity's routes have and of each of their abilities.
pub(super) fn filters_are_possible(entity: &RawEntity) -> syn::Result<()> {
    let (policy, has_scope) = (&entity.policy, entity.policy.scope.is_set());
    let (Some(place), Some(mode)) = (policy.mode.name(), policy.mode.get().copied()) else { return Ok(()) };
    let of_kinds = entity.abilities.iter().map(|of_kinds| &of_kinds.rule);
    let mut abilities = policy.ability.get().into_iter().chain(of_kinds).peekable();
    if abilities.peek().is_none() {
        return filter_is_possible(place, mode, None, has_scope);
    }
    abilities.try_for_each(|rule| filter_is_possible(place, mode, Some(rule), has_scope))
}

/// Totals and pages can only be right where a filter says which rows there are.
fn filter_is_possible(
    place: &Ident,
    mode: AbilityMode,
    ability: Option<&RawPermit>,
    has_scope: bool,
) -> syn::Result<()> {
    match (mode, ability) {
        (AbilityMode::Filter, Some(rule)) if rule.is_code() && !has_scope => {
            Err(messages::FILTER_NEEDS_SCOPE.at(place, &[]))
        }
        (AbilityMode::Filter, None) if !has_scope => Err(messages::MODE_WITHOUT_ABILITY.at(place, &[])),
        _ => Ok(()),
    }
}

fn rule(raw: &RawPermit, asks: Asks<'_>) -> syn::Result<Permit> {
    let all =
        |rules: &[RawPermit]| rules.iter().map(|part| rule(part, asks)).collect::<syn::Result<Vec<_>>>();
    Ok(match (raw, asks) {
        (RawPermit::Holds(name, field, claim), Asks::Documents(fields)) => {
            holds(name, field, claim.as_deref(), fields)?
        }
        (RawPermit::Holds(name, ..), Asks::Caller) => {
            return Err(messages::RULE_OF_DOCUMENTS.at(name, &[&name.to_string()]));
        }
        (RawPermit::Role(roles, claim), _) => Permit::Claims {
            claim: claim.clone().unwrap_or_else(|| "role".to_owned()),
            values: roles.iter().map(syn::LitStr::value).collect(),
        },
        (RawPermit::User, _) => Permit::User,
        (RawPermit::All(parts), _) => Permit::All(all(parts)?),
        (RawPermit::Any(parts), _) => Permit::Any(all(parts)?),
        (RawPermit::Not(part), _) => Permit::Not(Box::new(rule(part, asks)?)),
        (RawPermit::Code(path), Asks::Documents(_)) => Permit::Code(path.clone()),
        (RawPermit::Code(path), Asks::Caller) => Permit::Caller(path.clone()),
    })
}

fn holds(name: &Ident, field: &Ident, claim: Option<&str>, fields: &Fields<'_>) -> syn::Result<Permit> {
    let claim = claim.unwrap_or("id").to_owned();
    if field == "id" || field == "_id" {
        return Ok(Permit::Holds { field: "_id".to_owned(), claim });
    }
    let named = fields.find(field)?;
    if let Some(found) = named.fields.iter().find(|field| field.is_computed() || field.is_password()) {
        return Err(messages::UNSTORED_RULE.at(field, &[&found.ident.to_string(), &name.to_string()]));
    }
    Ok(Permit::Holds { field: named.name, claim })
}

/// What a field asks of who reads it, and of who sets it.
pub(super) fn of_field(raw: &RawField, errors: &Errors) -> (Option<Permit>, Option<Permit>) {
    let Some(protected) = raw.options.protected.get() else { return (None, None) };
    let options = &raw.options;
    if let Some(name) = options.protected.name() {
        let never_read = options.hidden.is_written() || options.write_only.is_written();
        let never_set =
            options.read_only.is_written() || options.derived.is_written() || options.from_user.is_written();
        // The login can be kept from others: its user has it from the account.
        let is_anyway = (protected.read.is_written() && never_read)
            || (protected.write.is_written() && never_set)
            || options.password.is_written();
        if is_anyway {
            errors.push(messages::PROTECTED_ANYWAY.at(name, &[&raw.ident.to_string()]));
        }
        let has_value = super::types::option_of(&raw.ty).is_some()
            || options.default.is_written()
            || raw.serde.default.is_some();
        if protected.write.is_written() && !has_value && !never_set {
            errors.push(messages::PROTECTED_REQUIRED.at(name, &[&raw.ident.to_string()]));
        }
    }
    let checked =
        |written: Option<&RawPermit>| written.and_then(|written| errors.keep(rule(written, Asks::Caller)));
    (checked(protected.read.get()), checked(protected.write.get()))
}

/// What comes from the caller is nobody's to send.
pub(super) fn from_user_fits(raw: &RawField) -> syn::Result<()> {
    let options = &raw.options;
    let others = [
        options.derived.name(),
        options.default.name(),
        options.password.name(),
        options.login.name(),
        options.register.name(),
    ];
    match (options.from_user.name(), others.into_iter().flatten().next()) {
        (Some(name), Some(other)) => {
            Err(messages::EXCLUSIVE.at(name, &[&other.unraw().to_string(), "from_user"]))
        }
        _ => Ok(()),
    }
}

/// The field by which tenants are told apart, and its claim; it is from the user then.
pub(super) fn tenant(raw: &RawEntity, fields: &Fields<'_>) -> syn::Result<Option<Tenant>> {
    let Some(tenant) = raw.tenant.get() else { return Ok(None) };
    let named = fields.find(&tenant.field)?;
    let is_own = |field: &&Field| field.optional || field.derived.is_some() || field.credential.is_some();
    if named.fields.iter().any(is_own) {
        return Err(messages::BAD_TENANT.at(&tenant.field, &[&tenant.field.to_string()]));
    }
    let claim =
        tenant.claim.clone().unwrap_or_else(|| Case::Camel.of_field(&tenant.field.unraw().to_string()));
    Ok(Some(Tenant { field: named.name, claim }))
}
