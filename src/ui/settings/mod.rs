//! Settings: the shop, its journal, sales history from elsewhere, storage.

mod about;
mod import_preview;
mod import_result;
mod importing;
mod journal_download;
mod rejections;
mod sales_import;
mod settings_page;
mod shop_details;
mod storage_health;

pub use importing::Importing;
pub use journal_download::JournalDownload;
pub use settings_page::SettingsPage;
