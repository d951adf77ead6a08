//! The read models, one folder each with its tables beside it.

mod account_summary;
mod account_transactions;
mod balance;
mod current_inventory;
mod customer_account_balances;
mod customer_orders_summary;
mod open_orders;
mod order_lines;
mod order_payments;
mod products_catalog;
mod running_cart;
mod shift_reports;
mod shop_settings;

use super::projection::Projection;

/// Every read model.
#[must_use]
pub fn all() -> Vec<Box<dyn Projection>> {
    vec![
        Box::new(shop_settings::ShopSettings),
        Box::new(shift_reports::ShiftReports),
        Box::new(products_catalog::ProductsCatalog),
        Box::new(current_inventory::CurrentInventory),
        Box::new(open_orders::OpenOrders),
        Box::new(order_lines::OrderLines),
        Box::new(order_payments::OrderPayments),
        Box::new(customer_orders_summary::CustomerOrdersSummary),
        Box::new(customer_account_balances::CustomerAccountBalances),
        Box::new(account_transactions::AccountTransactions),
        Box::new(account_summary::AccountSummary),
    ]
}
