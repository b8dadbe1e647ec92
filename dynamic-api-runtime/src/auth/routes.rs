//! The route table of accounts.

use crate::{
    call::{AccountKind, RawAnswer, RawCall, Route, RouteKind},
    pipeline,
};

const COUNT: usize = AccountKind::ALL.len();

/// The routes of accounts: the same for users of every type.
pub(crate) static ROUTES: [Route; COUNT] = table();

const fn table() -> [Route; COUNT] {
    let mut routes = [route(AccountKind::Register); COUNT];
    let mut index = 0;
    while index < COUNT {
        routes[index] = route(AccountKind::ALL[index]);
        index += 1;
    }
    routes
}

const fn route(kind: AccountKind) -> Route {
    Route::new(RouteKind::Account(kind), kind.event(), answer)
}

fn answer(call: RawCall) -> RawAnswer {
    Box::pin(pipeline::account(call))
}
