//! Daybook, an offline-first point of sale that never forgets.
//!
//! The layers, in reading order; an arrow never points upward:
//!
//! | layer | what it is | may use |
//! |---|---|---|
//! | [`domain`] | the shop's rules, pure | nothing |
//! | [`protocol`] | what page and worker say to each other | domain, application's commands, views' answers |
//! | [`views`] | questions to views.db | domain |
//! | [`application`] | load, decide, append | domain, codec, event_store |

pub mod application;
#[cfg(target_arch = "wasm32")]
pub mod client;
pub mod domain;
pub mod protocol;
#[cfg(target_arch = "wasm32")]
pub mod ui;
pub mod views;
