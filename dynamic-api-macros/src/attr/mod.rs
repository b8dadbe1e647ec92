//! From tokens to raw attributes, with their spans: what was written, not yet whether it makes sense together.

mod api_type;
mod audit;
mod cascade;
mod custom;
mod entity;
mod field;
mod hooks;
mod index;
mod options;
mod policy;
mod route;
mod serde;
mod validate;

pub(crate) use self::{
    api_type::RawApiType,
    cascade::RawCascade,
    custom::{EXAMPLE as CUSTOM_EXAMPLE, RawCustom},
    entity::{PAGE, RawEntity, RawNames, RawWebSocket},
    field::{FieldOptions, RawDerived, RawField, hides},
    hooks::{AFTER_SAVE, RawAfterSave, RawHooks},
    index::{RawIndex, RawIndexKind, TTL_INDEX},
    options::Slot,
    policy::{RawKinds, RawPermit, RawPolicy},
    route::{RawPath, RawRoute, RawRoutes},
    serde::{SerdeContainer, SerdeDefault, SerdeField, derives_serde, is_serde},
    validate::{LENGTH, RANGE, RawCheck, RawLength, RawRange, RawRule, RawRules},
};
