//! A call of an account route, as a program's ability gets to see it: who calls, and what is asked for, without what is secret.

use std::fmt;

use serde_json::{Map, Value};

use super::{check::is_password, user_type::UserType};
use crate::{
    call::{AccountKind, Principal, RawCall},
    input,
};

/// Members by which clients prove something.
const PROOFS: [&str; 5] = ["newPassword", "resetPasswordToken", "refreshToken", "mfaToken", "code"];

/// A call of an account route, before anything is read or written for it.
///
/// ```
/// use dynamic_api_runtime::{auth::AccountCall, call::AccountKind};
///
/// /// Only administrators register others as such.
/// fn may(call: &AccountCall<'_>) -> bool {
///     let is_admin = |claims: &serde_json::Map<_, _>| claims.get("role").is_some_and(|role| role == "admin");
///     match call.account() {
///         AccountKind::Register if call.body().get("team").is_some_and(|team| team == "admins") => {
///             call.caller().user().is_some_and(|user| is_admin(user.claims()))
///         }
///         _ => true,
///     }
/// }
/// ```
pub struct AccountCall<'a> {
    account: AccountKind,
    caller: &'a Principal,
    body: Map<String, Value>,
}

impl<'a> AccountCall<'a> {
    pub(super) fn of(call: &'a RawCall, account: AccountKind, users: &UserType) -> Self {
        let is_secret = |name: &str| {
            let is_password = users.entity.field(name).is_some_and(|field| is_password(field.schema));
            // The members of these two are the user's fields, whatever they are called.
            let are_fields = matches!(account, AccountKind::Register | AccountKind::UpdateAccount);
            is_password || (!are_fields && PROOFS.contains(&name))
        };
        let json = call.body.json.as_deref().unwrap_or_default();
        // What can't be read is refused by the route, which reads it by the same rules.
        let members = input::members(json, call.body.envelope).unwrap_or_default();
        let shown = members.0.iter().filter(|(name, _)| !is_secret(name)).filter_map(|(name, value)| {
            serde_json::from_str(value.get()).ok().map(|value| (name.clone().into_owned(), value))
        });
        Self { account, caller: &call.principal, body: shown.collect() }
    }

    /// What is called.
    pub fn account(&self) -> AccountKind {
        self.account
    }

    /// Who calls.
    pub fn caller(&self) -> &'a Principal {
        self.caller
    }

    /// The members of the body as the client sent them, not yet checked: without passwords, tokens and codes. Empty where there
    /// is no body, or none that can be read, which the route refuses.
    pub fn body(&self) -> &Map<String, Value> {
        &self.body
    }
}

impl fmt::Debug for AccountCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountCall")
            .field("account", &self.account)
            .field("caller", self.caller)
            .finish_non_exhaustive()
    }
}
