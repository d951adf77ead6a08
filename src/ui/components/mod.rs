//! What several screens share.

mod empty_state;
mod field;
mod icon;
mod modal;
mod more;
mod page_header;
mod search_field;
mod select_field;
mod session;
mod toasts;

pub use empty_state::EmptyState;
pub use field::{Field, FormError, TextArea};
pub use icon::Icon;
pub use modal::Modal;
pub use more::ShowMore;
pub use page_header::PageHeader;
pub use search_field::SearchField;
pub use select_field::SelectField;
pub use session::{forget, recall, remember};
pub use toasts::{ToastStack, Toasts, sentence, use_toasts};
