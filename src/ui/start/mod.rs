//! Before there is a shop to show: loading, what keeps Daybook from starting, the
//! first run.

mod cannot_start_page;
mod country;
pub mod crash;
mod first_run_page;
mod loading_page;
mod mark;
mod new_shop_form;
mod stopped_page;

pub use cannot_start_page::CannotStartPage;
pub use crash::CrashScreen;
pub use first_run_page::FirstRunPage;
pub use loading_page::LoadingPage;
pub use stopped_page::StoppedPage;
