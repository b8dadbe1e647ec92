//! What must be true of values besides their types: rules as data of a field, asked of stored forms, so that every way of writing
//! meets them at one place. The rules themselves are those of `garde`; here is which ones a field has, where, and in what words.

mod bound;
mod exists;
mod holds;
mod invalid;
mod judge;
mod place;
mod rule;
#[cfg(test)]
mod tests;
mod walk;
mod whole;
mod words;

pub use self::{
    bound::{Bound, Number},
    exists::Exists,
    invalid::Invalid,
    judge::{judge, judge_whole},
    rule::{Check, Pattern, Rule},
};
pub(crate) use self::{
    exists::{exist, exist_in_document, exist_in_updates},
    judge::{Judge, JudgeWhole},
    place::{Place, prefix},
    rule::all_fit,
    walk::{is_ruled, member, members, sent},
    whole::whole,
    words::Messages,
};
