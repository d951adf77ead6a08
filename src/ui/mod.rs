//! The screens. One folder a feature, one component a file; pages are `*_page.rs`.
//! Stylesheets lie beside their components; `style/` has the tokens and what all
//! share. Components ask through [`client`](crate::client) and hold no rules.

mod app;
mod changing;
mod components;
mod customers;
mod format;
mod handlers;
mod journal;
mod orders;
mod payment;
mod products;
mod reports;
mod sell;
mod settings;
mod shell;
mod shift;
mod shop;
mod start;
mod stock;
mod typed;

pub use app::mount;
