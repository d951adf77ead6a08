//! Daybook, an offline-first point of sale that never forgets.
//!
//! The layers, in reading order; an arrow never points upward:
//!
//! | layer | what it is | may use |
//! |---|---|---|
//! | [`domain`] | the shop's rules, pure | nothing |
//! | [`codec`] | events as stored: schemas, catalogue, tags | domain |
//! | [`disk`] | beneath SQLite: gathers writes to its logs | nothing |
//! | [`event_store`] | events.db: append, read, follow, hash chain | codec; domain's events |
//! | [`projector`] | views.db: projections and their checkpoints | domain, codec, event_store |
//! | [`views`] | questions to views.db, one file each | domain, event_store |
//! | [`application`] | commands: load, decide, append | domain, codec, event_store |
//! | `bench` | what `make bench` does in both worlds | all above but views |
//! | [`protocol`] | what page and worker say to each other | domain, views' answers, application's commands |
//! | `worker` | OPFS, scheduling, group commit (wasm only) | all of the above |
//! | `companion` | the command line (native only) | domain to application |
//! | `client` | the page's end of the protocol (wasm only) | protocol |
//! | `ui` | shell, pages, components (wasm only) | client |

//!
//! The feature `storage` is the core with SQLite, `page` the user interface. The
//! page is built without `storage`: it cannot hold a database even by mistake.

pub mod application;
#[cfg(feature = "storage")]
pub mod bench;
#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod client;
#[cfg(feature = "storage")]
pub mod codec;
#[cfg(all(not(target_arch = "wasm32"), feature = "companion"))]
pub mod companion;
#[cfg(feature = "storage")]
pub mod disk;
pub mod domain;
#[cfg(feature = "storage")]
pub mod event_store;
#[cfg(feature = "storage")]
pub mod projector;
pub mod protocol;
#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod ui;
pub mod views;
#[cfg(all(target_arch = "wasm32", feature = "storage"))]
pub mod worker;
