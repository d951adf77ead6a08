//! Reports: so far, today at a glance.

mod reports_page;

pub use reports_page::ReportsPage;
