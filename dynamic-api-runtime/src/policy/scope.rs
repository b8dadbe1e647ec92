//! Which documents there are for a caller, as a function of the program's own says it.

use crate::{
    call::UserPrincipal,
    entity::Entity,
    query::{Filter, Where},
};

/// A function that says which documents of `E` there are for a caller: `fn(&UserPrincipal) -> Where<E>`, for which nobody's are
/// there for callers without a token, or `fn(Option<&UserPrincipal>) -> Where<E>`.
///
/// It is asked once a call, and must have no effects. `Shape` tells the two apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "this is no scope of `{E}`",
    label = "not a function `fn(&UserPrincipal) -> Where<{E}>`",
    note = "write `fn scope(user: &UserPrincipal) -> Where<{E}>`, or `fn scope(user: Option<&UserPrincipal>) -> Where<{E}>` where \
            callers without a token are to see some"
)]
pub trait Scope<E, Shape> {
    /// The documents there are.
    fn of(&self, user: Option<&UserPrincipal>) -> Where<E>;
}

impl<E, F> Scope<E, fn(&UserPrincipal)> for F
where
    E: Entity,
    F: Fn(&UserPrincipal) -> Where<E>,
{
    fn of(&self, user: Option<&UserPrincipal>) -> Where<E> {
        user.map_or_else(Where::none, self)
    }
}

impl<E, F> Scope<E, fn(Option<&UserPrincipal>)> for F
where
    F: Fn(Option<&UserPrincipal>) -> Where<E>,
{
    fn of(&self, user: Option<&UserPrincipal>) -> Where<E> {
        self(user)
    }
}

/// The filter of a scope.
pub fn scope<E, F, Shape>(scope: F, user: Option<&UserPrincipal>) -> Filter
where
    E: Entity,
    F: Scope<E, Shape>,
{
    scope.of(user).into_filter()
}
