//! Making a collection ready: the declared indexes, those that exist, and what stands between them.

mod exact;
mod existing;
mod ids;
mod ordered;
mod prepare;
mod refusal;
mod shape;
mod standing;

pub(super) use self::{
    ids::foreign_id_type,
    prepare::{prepare, report},
};
