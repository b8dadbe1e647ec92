//! From tokens to raw attributes, with their spans: what was written, not yet whether it makes sense together.

mod api_type;
mod entity;
mod field;
mod options;
mod route;
mod serde;

pub(crate) use self::{
    api_type::RawApiType,
    entity::{RawEntity, RawIndex, RawNames, RawWebSocket},
    field::{FieldOptions, RawField, hides},
    options::Slot,
    route::{RawRoute, RawRoutes},
    serde::{SerdeContainer, SerdeDefault, SerdeField, derives_serde, is_serde},
};
