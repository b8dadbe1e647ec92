//! What happens around a write, over both transports and on both stores.

mod audits;
mod cascades;
mod cascades_at_once;
