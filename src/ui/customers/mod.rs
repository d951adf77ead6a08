//! Customers: an honest empty page until they are kept.

mod customers_page;

pub use customers_page::CustomersPage;
