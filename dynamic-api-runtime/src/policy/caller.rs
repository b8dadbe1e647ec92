//! What a function of the program's own says of a caller alone: whether a field is shown or may be set.

use crate::call::UserPrincipal;

/// A function of who calls: `fn(&UserPrincipal) -> bool`, which says no to callers without a token, or
/// `fn(Option<&UserPrincipal>) -> bool`.
#[diagnostic::on_unimplemented(
    message = "this says nothing of a caller",
    label = "not a function `fn(&UserPrincipal) -> bool`",
    note = "write `fn may(user: &UserPrincipal) -> bool`, or `fn may(user: Option<&UserPrincipal>) -> bool`: a field's policy is asked \
            before there is a document"
)]
pub trait OfCaller<Shape> {
    /// What it says.
    fn says(&self, user: Option<&UserPrincipal>) -> bool;
}

impl<F: Fn(&UserPrincipal) -> bool> OfCaller<fn(&UserPrincipal)> for F {
    fn says(&self, user: Option<&UserPrincipal>) -> bool {
        user.is_some_and(self)
    }
}

impl<F: Fn(Option<&UserPrincipal>) -> bool> OfCaller<fn(Option<&UserPrincipal>)> for F {
    fn says(&self, user: Option<&UserPrincipal>) -> bool {
        self(user)
    }
}

/// What a function says of a caller.
pub fn of_caller<F: OfCaller<Shape>, Shape>(says: F, user: Option<&UserPrincipal>) -> bool {
    says.says(user)
}
