//! What a function of the program's own says of a caller alone: whether a field is shown or may be set.

use crate::call::UserPrincipal;

/// A function of who calls: `fn(&UserPrincipal) -> bool`, which callers without a token are refused by, behind a `not` as well, or
/// `fn(Option<&UserPrincipal>) -> bool`.
#[diagnostic::on_unimplemented(
    message = "this says nothing of a caller",
    label = "not a function `fn(&UserPrincipal) -> bool`",
    note = "write `fn may(user: &UserPrincipal) -> bool`, or `fn may(user: Option<&UserPrincipal>) -> bool`: a field's policy is asked \
            before there is a document"
)]
pub trait OfCaller<Shape> {
    /// What it says; `None` where there is nobody of whom it could be asked.
    fn says(&self, user: Option<&UserPrincipal>) -> Option<bool>;
}

impl<F: Fn(&UserPrincipal) -> bool> OfCaller<fn(&UserPrincipal)> for F {
    fn says(&self, user: Option<&UserPrincipal>) -> Option<bool> {
        user.map(self)
    }
}

impl<F: Fn(Option<&UserPrincipal>) -> bool> OfCaller<fn(Option<&UserPrincipal>)> for F {
    fn says(&self, user: Option<&UserPrincipal>) -> Option<bool> {
        Some(self(user))
    }
}

/// What a function says of a caller; `None` where there is nobody of whom it could be asked.
pub fn of_caller<F: OfCaller<Shape>, Shape>(says: F, user: Option<&UserPrincipal>) -> Option<bool> {
    says.says(user)
}
