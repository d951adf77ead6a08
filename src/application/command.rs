//! What users can do.

use serde::{Deserialize, Serialize};

use crate::domain::account::AccountCommand;
use crate::domain::ids::{
    AccountId, CommandId, LineId, OrderId, PaymentId, ProductId, RegisterId, ShiftId,
};
use crate::domain::money::Money;
use crate::domain::order::Tender;
use crate::domain::product::ProductCommand;
use crate::domain::quantity::Quantity;
use crate::domain::shop::ShopConfigured;
use crate::domain::time::Timestamp;

/// A command, and whose wish it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandEnvelope {
    /// Made once, when the user asks. The same again is answered with the first
    /// outcome and records nothing.
    pub command_id: CommandId,
    /// Who asks.
    pub actor: String,
    /// What is asked.
    pub command: Command,
}

/// What a user can ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// The first run: settings, register and first shift in one.
    OpenShop(OpenShop),
    /// Change the shop's settings.
    ConfigureShop(ShopConfigured),
    /// Anything with one product.
    Product {
        /// The product, new or known.
        product_id: ProductId,
        /// What to do.
        command: ProductCommand,
    },
    /// Put goods into a cart, which begins with the first of them.
    AddItem {
        /// The order, new or open.
        order_id: OrderId,
        /// A new line's id; a line that takes more of the same keeps its own.
        line_id: LineId,
        /// What.
        product_id: ProductId,
        /// How much.
        quantity: Quantity,
    },
    /// Take goods out of a cart.
    RemoveItem {
        /// The order.
        order_id: OrderId,
        /// The line.
        line_id: LineId,
        /// How much.
        quantity: Quantity,
    },
    /// Take a payment; when the order is then paid in full it is completed, with
    /// its receipt number, in the same commit.
    TakePayment {
        /// The order.
        order_id: OrderId,
        /// A new payment's id.
        payment_id: PaymentId,
        /// What the customer gives.
        tender: Tender,
    },
    /// Give a payment back before the order is completed.
    VoidPayment {
        /// The order.
        order_id: OrderId,
        /// The payment.
        payment_id: PaymentId,
        /// Why.
        reason: String,
    },
    /// Give an order up.
    CancelOrder {
        /// The order.
        order_id: OrderId,
        /// Why.
        reason: String,
    },
    /// Record a sale that was made elsewhere, whole.
    RecordImportedSale(ImportedSale),
    /// Anything with one account of store credit.
    Account {
        /// The account, new or known.
        account_id: AccountId,
        /// What to do.
        command: AccountCommand,
    },
}

/// A ticket of imported history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedSale {
    /// Derived from the ticket's content, so that it is recorded once.
    pub order_id: OrderId,
    /// When it was sold.
    pub order_date: Timestamp,
    /// What was sold.
    pub items: Vec<ImportedItem>,
}

/// An item of a ticket. Items of one name and price become one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedItem {
    /// As on the ticket.
    pub name: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of one unit, in minor units of the shop's currency.
    pub unit_price_minor: i64,
}

/// The first run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenShop {
    /// The shop's settings.
    pub settings: ShopConfigured,
    /// Code of this device's register, as `T1`.
    pub register_code: RegisterId,
    /// Its name, as `Till 1`.
    pub register_name: String,
    /// The first shift's id.
    pub shift_id: ShiftId,
    /// Who opens it.
    pub cashier: String,
    /// Cash in the drawer.
    pub opening_float: Money,
}

/// What became of an accepted command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandOutcome {
    /// Position of its last event: a view that has come so far shows it. Where
    /// there was nothing to change, the log's head.
    pub position: u64,
    /// How many events it recorded.
    pub events: u32,
}
