//! Custom routes as written: `custom(method = post, path = ":id/publish", handler = publish)`.

use proc_macro2::Ident;
use syn::{LitStr, Path, Type, ext::IdentExt, parse::ParseStream};

use super::{
    entity::RawWebSocket,
    hooks::HOOKS,
    options::{self, CUSTOM, Slot},
    policy::RawPolicy,
};
use crate::{
    errors::Errors,
    messages,
    model::{Access, CustomMethod},
};

/// A custom route as written.
pub(crate) struct RawCustom {
    pub(crate) name: Ident,
    pub(crate) method: Slot<CustomMethod>,
    pub(crate) path: Slot<LitStr>,
    pub(crate) handler: Slot<Path>,
    pub(crate) body: Slot<Type>,
    pub(crate) query: Slot<Type>,
    pub(crate) ids: Slot<()>,
    pub(crate) presenter: Slot<Type>,
    pub(crate) access: Slot<Access>,
    pub(crate) web_socket: Slot<RawWebSocket>,
    pub(crate) event: Slot<LitStr>,
    pub(crate) version: Slot<LitStr>,
    pub(crate) description: Slot<LitStr>,
    pub(crate) policy: RawPolicy,
    /// Whether something was written that is no option of it, so that it is not what was meant.
    pub(crate) incomplete: bool,
}

/// How a custom route is written.
pub(crate) const EXAMPLE: &str = "custom(method = post, path = \":id/publish\", handler = publish)";

impl RawCustom {
    pub(super) fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let list = options::list(name, input, EXAMPLE)?;
        let mut raw = Self {
            name: name.clone(),
            method: Slot::default(),
            path: Slot::default(),
            handler: Slot::default(),
            body: Slot::default(),
            query: Slot::default(),
            ids: Slot::default(),
            presenter: Slot::default(),
            access: Slot::default(),
            web_socket: Slot::default(),
            event: Slot::default(),
            version: Slot::default(),
            description: Slot::default(),
            policy: RawPolicy::default(),
            incomplete: false,
        };
        let before = errors.count();
        options::read(list, "method = post", errors, |name, input| raw.option(name, input, errors));
        raw.incomplete = errors.count() > before;
        Ok(raw)
    }

    fn option(&mut self, name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        match name.to_string().as_str() {
            "method" => self.method.set(name, method(name, input)),
            "path" => self.path.set(name, options::string(name, input, ":id/publish")),
            "handler" => self.handler.set(name, options::path(name, input, "publish")),
            "body" => self.body.set(name, options::ty(name, input, "PublishBody")),
            "query" => self.query.set(name, options::ty(name, input, "PreviewQuery")),
            "ids" => self.ids.set(name, options::flag(name, input)),
            "presenter" => self.presenter.set(name, options::ty(name, input, "Card")),
            "public" => self.access.set(name, options::flag(name, input).map(|()| Access::Public)),
            "protected" => self.access.set(name, options::flag(name, input).map(|()| Access::Protected)),
            "web_socket" | "no_web_socket" => {
                self.web_socket.set(name, RawWebSocket::parse(name, input, errors))
            }
            "event" => self.event.set(name, options::string(name, input, "publish-post")),
            "version" => self.version.set(name, options::string(name, input, "2")),
            "description" => self.description.set(name, options::string(name, input, "..")),
            hook if HOOKS.contains(&hook) => Err(messages::HOOK_OF_CUSTOM.at(name, &[hook])),
            _ => {
                let of_policy = self.policy.option(name, input, errors);
                of_policy.unwrap_or_else(|| Err(CUSTOM.unknown(name)))
            }
        }
    }
}

fn method(name: &Ident, input: ParseStream<'_>) -> syn::Result<CustomMethod> {
    const EXPECTED: &str = "`get`, `post`, `put`, `patch` or `delete`";
    let written: Ident = options::value(name, input, EXPECTED, "method = post")?;
    let method = CustomMethod::parse(&written.unraw().to_string());
    method.ok_or_else(|| messages::WRONG_VALUE.at(&written, &["method", EXPECTED, "method = post"]))
}
