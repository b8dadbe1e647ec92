//! What a client was told is done is there after the process is killed or the power is cut, and nothing is there by halves.
#![allow(clippy::unwrap_used)]

mod disk;
mod kill;
mod power;
#[path = "../embedded/random.rs"]
mod random;
mod workload;
