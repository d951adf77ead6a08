//! Taking payment, and the receipt.

mod card_tender;
mod cash_tender;
mod numpad;
mod pay_step;
mod payment_dialog;
mod payments_list;
mod quick_cash;
mod receipt_paper;
mod receipt_step;

pub use payment_dialog::PaymentDialog;
pub use receipt_paper::{PrintReceipt, ReceiptLines, method_words};
