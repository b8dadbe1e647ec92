//! Code of the program's own around writes, the same over both transports and on both stores.

mod accounts;
mod afterwards;
mod books;
mod deletes;
mod posts;
mod reach;
mod saves;
mod stores;
