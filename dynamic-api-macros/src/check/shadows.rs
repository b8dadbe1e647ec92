//! Functions of the program's own with names of generated ones, which stand nearer in the generated code and would be meant there: such
//! a path is made one of the module.

use quote::quote_spanned;
use syn::{Path, parse_quote};

use crate::model::{Check, Derived, Entity, Field, Hooks, Permit, Policy, Rule};

/// Makes every path of a function that would lead to the generated one of its name lead to the program's own.
pub(super) fn qualify(model: &mut Entity) {
    let of_routes = model.routes.iter().map(|route| route.handler.clone());
    let of_customs = model.customs.iter().map(|custom| custom.generated());
    let of_derived = ["derive_on_save", "derive_on_read"].map(str::to_owned);
    let generated: Vec<String> = of_routes.chain(of_customs).chain(of_derived).collect();
    paths(model, &mut |path| {
        if let Some(name) = path.get_ident().filter(|name| generated.contains(&name.to_string())) {
            let of_module = quote_spanned!(name.span()=> self::#name);
            *path = parse_quote!(#of_module);
        }
    });
}

type Visit<'v> = dyn FnMut(&mut Path) + 'v;

fn paths(model: &mut Entity, visit: &mut Visit<'_>) {
    model.scope.iter_mut().for_each(&mut *visit);
    model.rules.iter_mut().for_each(|rule| visit(&mut rule.path));
    policy(&mut model.read, visit);
    hooks(&mut model.hooks, visit);
    for route in &mut model.routes {
        policy(&mut route.policy, visit);
        hooks(&mut route.hooks, visit);
        route.item_hooks.iter_mut().for_each(|(_, item)| hooks(item, visit));
        route.items.iter_mut().for_each(|(_, item)| policy(item, visit));
    }
    for custom in &mut model.customs {
        policy(&mut custom.policy, visit);
        visit(&mut custom.handler);
    }
    model.fields.iter_mut().for_each(|member| field(member, visit));
}

fn policy(policy: &mut Policy, visit: &mut Visit<'_>) {
    policy.scope.iter_mut().chain(&mut policy.auth_ability).for_each(&mut *visit);
    policy.ability.iter_mut().for_each(|rule| permit(rule, visit));
}

fn hooks(hooks: &mut Hooks, visit: &mut Visit<'_>) {
    hooks.before_save.iter_mut().chain(&mut hooks.before_delete).for_each(&mut *visit);
    if let Some(after_save) = &mut hooks.after_save {
        visit(&mut after_save.hook);
    }
}

fn permit(rule: &mut Permit, visit: &mut Visit<'_>) {
    match rule {
        Permit::All(rules) | Permit::Any(rules) => rules.iter_mut().for_each(|rule| permit(rule, visit)),
        Permit::Not(rule) => permit(rule, visit),
        Permit::Code(path) | Permit::Caller(path) => visit(path),
        Permit::Holds { .. } | Permit::Claims { .. } | Permit::User => {}
    }
}

fn field(field: &mut Field, visit: &mut Visit<'_>) {
    field.readable_by.iter_mut().chain(&mut field.writable_by).for_each(|rule| permit(rule, visit));
    match &mut field.derived {
        None => {}
        Some(Derived::Save(function) | Derived::Read(function)) => visit(&mut function.path),
        Some(Derived::Both(save, read)) => [save, read].into_iter().for_each(|one| visit(&mut one.path)),
    }
    field.rules.iter_mut().for_each(|one| rule(one, visit));
    if let Some(filter) = field.exists.as_mut().and_then(|exists| exists.filter.as_mut()) {
        visit(&mut filter.path);
    }
}

fn rule(one: &mut Rule, visit: &mut Visit<'_>) {
    match &mut one.check {
        Check::Custom(custom) => visit(&mut custom.0.path),
        Check::Each(rules) => rules.iter_mut().for_each(|one| rule(one, visit)),
        _ => {}
    }
}
