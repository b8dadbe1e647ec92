//! The embedded store against a real MongoDB: the same data and the same question must give the same bytes.
//!
//! The cases are seeded, so a failure can be run again; each prints what was asked and what both answered.

mod compare;
mod deviations;
mod filters;
mod lookups;
mod pipelines;
mod places;
mod reads;
mod seed;
mod texts;
mod updates;
mod values;
