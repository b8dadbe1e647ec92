//! The rules of custom routes: what a handler of the program's own is reached by, apart from all that is reached already.

use heck::{ToKebabCase, ToSnakeCase};
use syn::{LitStr, ext::IdentExt};

use super::{policy, routes::Level, text, web_socket};
use crate::{
    attr::{CUSTOM_EXAMPLE, RawCustom},
    errors::Errors,
    messages,
    model::{Custom, CustomInput, CustomMethod, CustomTarget, Route},
    names,
};

/// All custom routes of an entity that hold together, beside its other routes.
pub(super) fn all(raw: &[RawCustom], routes: &[Route], level: &Level<'_>, errors: &Errors) -> Vec<Custom> {
    let mut taken: Vec<Taken> = routes.iter().map(|route| Taken::by_route(route, level)).collect();
    let mut customs: Vec<Custom> = vec![];
    for raw in raw {
        let Some(custom) = custom(raw, &customs, level, errors).filter(|_| !raw.incomplete) else { continue };
        let own = Taken::by_custom(&custom, level);
        match clash(raw, &own, &taken) {
            Some(error) => errors.push(error),
            None => {
                taken.push(own);
                customs.push(custom);
            }
        }
    }
    customs
}

fn custom(raw: &RawCustom, earlier: &[Custom], level: &Level<'_>, errors: &Errors) -> Option<Custom> {
    let before = errors.count();
    complete(raw, errors);
    let path = raw.path.get().and_then(|path| errors.keep(text::custom_path(path)));
    let version = raw.version.get().and_then(|version| errors.keep(text::version(version)));
    let (handler, method) = (raw.handler.get()?, *raw.method.get()?);
    let (has_id, sub_path) = path?;
    let target = errors.keep(target(raw, has_id))?;
    errors.keep(takes(raw, method));
    let function = handler.segments.last()?.ident.unraw().to_string();
    let suffix = suffix(&function, version.as_deref(), earlier, level);
    let name = suffix.map(|version| format!("_v{version}")).unwrap_or_default();
    let name = function.to_snake_case() + &name;
    let event = errors.keep(event(raw, &function, suffix, level))?;
    let policy = policy::of_custom(raw, method, target, level.raw, &level.fields, errors);
    (errors.count() == before).then(|| Custom {
        handler: handler.clone(),
        function,
        name,
        method,
        target,
        sub_path,
        version,
        event,
        input: input(raw),
        presenter: raw.presenter.get().cloned(),
        web_socket: web_socket(&raw.web_socket, errors),
        description: raw.description.get().map(LitStr::value),
        policy,
    })
}

fn complete(raw: &RawCustom, errors: &Errors) {
    let needed = [
        ("method", raw.method.is_written()),
        ("path", raw.path.is_written()),
        ("handler", raw.handler.is_written()),
    ];
    for (name, _) in needed.iter().filter(|(_, is_written)| !is_written) {
        errors.push(messages::NEEDS_MEMBER.at(&raw.name, &["custom", name, CUSTOM_EXAMPLE]));
    }
}

fn target(raw: &RawCustom, has_id: bool) -> syn::Result<CustomTarget> {
    match (raw.ids.name(), has_id) {
        (Some(ids), true) => Err(messages::EXCLUSIVE.at(ids, &[":id", "ids"])),
        (Some(_), false) => Ok(CustomTarget::Many),
        (None, true) => Ok(CustomTarget::One),
        (None, false) => Ok(CustomTarget::Nothing),
    }
}

/// Whether requests of the method can hold what the route takes.
fn takes(raw: &RawCustom, method: CustomMethod) -> syn::Result<()> {
    match (raw.body.name(), raw.query.name(), raw.ids.name()) {
        (Some(_), Some(query), _) => Err(messages::EXCLUSIVE.at(query, &["body", "query"])),
        (_, Some(query), Some(_)) => Err(messages::EXCLUSIVE.at(query, &["ids", "query"])),
        (Some(body), ..) if method == CustomMethod::Get => Err(messages::GET_WITH_BODY.at(body, &[])),
        _ => Ok(()),
    }
}

fn input(raw: &RawCustom) -> CustomInput {
    match (raw.body.get(), raw.query.get()) {
        (Some(body), _) => CustomInput::Body(body.clone()),
        (None, Some(query)) => CustomInput::Query(query.clone()),
        (None, None) => CustomInput::Nothing,
    }
}

/// The version as a part of names, where another route of the function has the names without it.
fn suffix<'a>(
    function: &str,
    version: Option<&'a str>,
    earlier: &[Custom],
    level: &'a Level<'_>,
) -> Option<&'a str> {
    let is_another = earlier.iter().any(|custom| custom.function == function);
    level.version_of(version).filter(|_| is_another)
}

fn event(raw: &RawCustom, function: &str, suffix: Option<&str>, level: &Level<'_>) -> syn::Result<String> {
    if let Some(event) = raw.event.get() {
        return text::event(event);
    }
    let display = names::display_name(level.name, level.api_tag, None);
    let suffix = suffix.map(|version| format!("-v{version}")).unwrap_or_default();
    let event = format!("{function}/{display}").to_kebab_case() + &suffix;
    text::is_free(&event, &messages::tokens(&raw.handler.get()))?;
    Ok(event)
}

/// What one route leaves no other.
struct Taken {
    title: String,
    name: String,
    endpoints: Vec<String>,
    event: String,
    /// Its namespace of Socket.IO, if it is reached there.
    namespace: Option<String>,
}

impl Taken {
    fn by_route(route: &Route, level: &Level<'_>) -> Self {
        let endpoints = route.kind.endpoints(route.sub_path.as_deref());
        Self {
            title: route.kind.name().to_owned(),
            name: names::event_const(&route.handler),
            endpoints: endpoints
                .iter()
                .map(|(method, path)| level.endpoint(method, route.version.as_deref(), path))
                .collect(),
            event: route.event.clone(),
            namespace: level.namespace(&route.web_socket),
        }
    }

    fn by_custom(custom: &Custom, level: &Level<'_>) -> Self {
        let id = if custom.target == CustomTarget::One { "/:id" } else { "" };
        let sub = custom.sub_path.as_ref().map(|path| format!("/{path}")).unwrap_or_default();
        let path = format!("{id}{sub}");
        Self {
            title: format!("custom(handler = {})", custom.function),
            name: names::event_const(&custom.name),
            endpoints: vec![level.endpoint(
                &custom.method.name().to_ascii_uppercase(),
                custom.version.as_deref(),
                &path,
            )],
            event: custom.event.clone(),
            namespace: level.namespace(&custom.web_socket),
        }
    }
}

fn clash(raw: &RawCustom, own: &Taken, taken: &[Taken]) -> Option<syn::Error> {
    taken.iter().find_map(|other| {
        let endpoint = own.endpoints.iter().find(|endpoint| other.endpoints.contains(endpoint));
        if let Some(endpoint) = endpoint {
            return Some(messages::TAKEN_PATH.at(raw.path.get(), &[endpoint, &other.title]));
        }
        if own.namespace.is_some() && own.namespace == other.namespace && own.event == other.event {
            let place =
                raw.event.get().map_or_else(|| messages::tokens(&raw.handler.get()), messages::tokens);
            return Some(messages::SAME_EVENT.at(place, &[&own.event, &other.title]));
        }
        let is_named_so = own.name == other.name;
        is_named_so.then(|| messages::SAME_CUSTOM_NAME.at(raw.handler.get(), &[&own.name, &other.title]))
    })
}
