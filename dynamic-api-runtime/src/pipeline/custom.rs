//! Calls of custom routes, on the road of all others: what a handler of the program's own gets was read, found and permitted before.

use serde::de::{DeserializeOwned, value::UnitDeserializer};

use super::{Codec, admit, answer, decode::json};
use crate::{
    call::{CustomInput, RawCall, RawReply, RouteKind},
    entity::Entity,
    error::Error,
    input::{self, Violations},
    operation::{CustomCall, CustomHandler, CustomOutcome, CustomTargets},
    shape::{Presenter, body, query},
};

/// Takes a call of a custom route to its reply.
pub(crate) async fn run<E, T, I, P, H, R, Shape>(mut call: RawCall, handler: H) -> Result<RawReply, Error>
where
    E: Entity,
    T: CustomTargets,
    I: DeserializeOwned + Send + 'static,
    P: Presenter<E>,
    H: CustomHandler<T, I, R, Shape>,
    R: CustomOutcome<E>,
{
    admit(&mut call).await?;
    let work = async {
        call.check_target()?;
        let input = decode::<I>(&call)?;
        let found = T::load(&call).await?;
        handler.call(CustomCall::new(call.clone(), found, input)?).await?.shown().map(|shown| shown.0)
    };
    answer(&call, &Codec::output::<E, P>(), work).await
}

/// Reads what a call sends besides its target.
fn decode<I: DeserializeOwned>(call: &RawCall) -> Result<I, Error> {
    let input = match call.route.kind {
        RouteKind::Custom(custom) => custom.input,
        _ => CustomInput::Nothing,
    };
    match input {
        CustomInput::Nothing => {
            I::deserialize(UnitDeserializer::<serde_json::Error>::new()).map_err(Error::internal)
        }
        CustomInput::Query => query::read_beside(&call.query, &["id"]),
        CustomInput::Body => {
            let members = input::members(json(&call.body)?, call.body.envelope)?;
            let mut violations = Violations::default();
            body::read(&members, "", &mut violations).ok_or_else(|| violations.into())
        }
    }
}
