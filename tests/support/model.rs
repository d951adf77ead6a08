//! A shop as simple as can be: what a till must have done, in a few maps. It shares no
//! code with the rules that it checks.

use std::collections::BTreeMap;

use daybook::application::Command;
use daybook::domain::order::Tender;
use daybook::domain::product::{ProductCommand, StockPolicy};

/// What must become of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is recorded.
    Recorded,
    /// There is nothing to change.
    Nothing,
    /// A rule refuses it.
    Refused,
}

use Verdict::{Nothing, Recorded, Refused};

/// The shop.
#[derive(Debug, Clone, Default)]
pub struct Model {
    is_open: bool,
    products: BTreeMap<String, Product>,
    orders: BTreeMap<String, Order>,
    receipts: u64,
}

#[derive(Debug, Clone)]
struct Product {
    name: String,
    sku: String,
    price_minor: i64,
    discontinued: bool,
    /// If anybody keeps it.
    on_hand_milli: Option<i64>,
}

#[derive(Debug, Clone, Default)]
struct Order {
    lines: Vec<Line>,
    payments: Vec<Payment>,
    receipt: Option<u64>,
    cancelled: bool,
}

#[derive(Debug, Clone)]
struct Line {
    id: String,
    product: String,
    name: String,
    price_minor: i64,
    quantity_milli: i64,
}

#[derive(Debug, Clone)]
struct Payment {
    id: String,
    amount_minor: i64,
    cash: bool,
    voided: bool,
}

impl Line {
    fn total_minor(&self) -> i64 {
        (self.quantity_milli * self.price_minor + 500) / 1000
    }
}

impl Order {
    fn is_open(&self) -> bool {
        self.receipt.is_none() && !self.cancelled
    }

    fn total_minor(&self) -> i64 {
        self.lines.iter().map(Line::total_minor).sum()
    }

    fn standing(&self) -> impl Iterator<Item = &Payment> {
        self.payments.iter().filter(|payment| !payment.voided)
    }

    fn due_minor(&self) -> i64 {
        let paid: i64 = self.standing().map(|payment| payment.amount_minor).sum();
        self.total_minor() - paid
    }

    /// Goods stay as they are while money has been taken for them.
    fn may_change(&self) -> bool {
        self.is_open() && self.standing().next().is_none()
    }
}

impl Model {
    /// Does what a command asks for, and says what must be answered.
    pub fn apply(&mut self, command: &Command) -> Verdict {
        if !self.is_open && !matches!(command, Command::OpenShop(_)) {
            // What is there to be voided or cancelled, or the shop itself, is missing.
            return Refused;
        }
        match command {
            Command::OpenShop(_) if self.is_open => Refused,
            Command::OpenShop(_) => {
                self.is_open = true;
                Recorded
            }
            Command::Product {
                product_id,
                command,
            } => self.apply_to_product(product_id.as_str(), command),
            Command::AddItem {
                order_id,
                line_id,
                product_id,
                quantity,
            } => self.add(
                order_id.as_str(),
                line_id.as_str(),
                product_id.as_str(),
                quantity.milli(),
            ),
            Command::RemoveItem {
                order_id,
                line_id,
                quantity,
            } => self.remove(order_id.as_str(), line_id.as_str(), quantity.milli()),
            Command::TakePayment {
                order_id,
                payment_id,
                tender,
            } => self.pay(order_id.as_str(), payment_id.as_str(), tender),
            Command::VoidPayment {
                order_id,
                payment_id,
                ..
            } => self.void(order_id.as_str(), payment_id.as_str()),
            Command::CancelOrder { order_id, .. } => self.cancel(order_id.as_str()),
            other => panic!("the simulation never asks for {other:?}"),
        }
    }

    fn apply_to_product(&mut self, id: &str, command: &ProductCommand) -> Verdict {
        if let ProductCommand::Create(create) = command {
            let taken = |product: &Product| product.sku == create.sku;
            if self.products.contains_key(id) || self.products.values().any(taken) {
                return Refused;
            }
            let product = Product {
                name: create.name.clone(),
                sku: create.sku.clone(),
                price_minor: create.price.minor(),
                discontinued: false,
                on_hand_milli: (create.stock_policy == StockPolicy::Allow).then_some(0),
            };
            self.products.insert(id.to_owned(), product);
            return Recorded;
        }
        let Some(product) = self.products.get_mut(id) else {
            return Refused;
        };
        match command {
            ProductCommand::Edit(edit) => change(&mut product.name, edit.name.clone()),
            ProductCommand::ChangePrice { new_price } => {
                change(&mut product.price_minor, new_price.minor())
            }
            ProductCommand::Discontinue => change(&mut product.discontinued, true),
            ProductCommand::Reinstate => change(&mut product.discontinued, false),
            ProductCommand::ReceiveStock { quantity, .. } => {
                product.on_hand_milli = product.on_hand_milli.map(|all| all + quantity.milli());
                Recorded
            }
            ProductCommand::AdjustStock { change, .. } => {
                product.on_hand_milli = product.on_hand_milli.map(|all| all + change.milli());
                Recorded
            }
            ProductCommand::Create(_) => Refused,
        }
    }

    fn add(&mut self, order: &str, line: &str, product: &str, quantity_milli: i64) -> Verdict {
        let Some(sold) = self.products.get(product).filter(|sold| !sold.discontinued) else {
            return Refused;
        };
        let mut changed = self.orders.get(order).cloned().unwrap_or_default();
        if !changed.may_change() {
            return Refused;
        }
        let same = |line: &&mut Line| {
            line.product == product
                && line.name == sold.name
                && line.price_minor == sold.price_minor
        };
        if let Some(line) = changed.lines.iter_mut().find(same) {
            line.quantity_milli += quantity_milli;
        } else if changed.lines.iter().any(|known| known.id == line) {
            return Refused;
        } else {
            changed.lines.push(Line {
                id: line.to_owned(),
                product: product.to_owned(),
                name: sold.name.clone(),
                price_minor: sold.price_minor,
                quantity_milli,
            });
        }
        self.orders.insert(order.to_owned(), changed);
        Recorded
    }

    fn remove(&mut self, order: &str, line: &str, quantity_milli: i64) -> Verdict {
        let Some(order) = self
            .orders
            .get_mut(order)
            .filter(|order| order.may_change())
        else {
            return Refused;
        };
        let Some(line) = order.lines.iter_mut().find(|known| known.id == line) else {
            return Refused;
        };
        if line.quantity_milli < quantity_milli {
            return Refused;
        }
        line.quantity_milli -= quantity_milli;
        order.lines.retain(|line| line.quantity_milli > 0);
        Recorded
    }

    fn pay(&mut self, order: &str, payment: &str, tender: &Tender) -> Verdict {
        let Some(order) = self.orders.get_mut(order).filter(|order| order.is_open()) else {
            return Refused;
        };
        let used = order.payments.iter().any(|known| known.id == payment);
        if order.lines.is_empty() || used {
            return Refused;
        }
        let due_minor = order.due_minor();
        let (amount_minor, cash) = match tender {
            Tender::ExactCash => (due_minor, true),
            Tender::Cash { tendered_minor } => (due_minor.min(*tendered_minor), true),
            Tender::Card { amount_minor, .. } if *amount_minor > due_minor => return Refused,
            Tender::Card { amount_minor, .. } => (*amount_minor, false),
            Tender::Imported => return Refused,
        };
        if amount_minor < 1 {
            return Refused;
        }
        order.payments.push(Payment {
            id: payment.to_owned(),
            amount_minor,
            cash,
            voided: false,
        });
        if order.due_minor() > 0 {
            return Recorded;
        }
        self.receipts += 1;
        order.receipt = Some(self.receipts);
        for line in &order.lines {
            if let Some(product) = self.products.get_mut(&line.product) {
                product.on_hand_milli = product.on_hand_milli.map(|all| all - line.quantity_milli);
            }
        }
        Recorded
    }

    fn void(&mut self, order: &str, payment: &str) -> Verdict {
        let Some(order) = self.orders.get_mut(order).filter(|order| order.is_open()) else {
            return Refused;
        };
        let standing = |known: &&mut Payment| known.id == payment && !known.voided;
        let Some(payment) = order.payments.iter_mut().find(standing) else {
            return Refused;
        };
        payment.voided = true;
        Recorded
    }

    fn cancel(&mut self, order: &str) -> Verdict {
        match self
            .orders
            .get_mut(order)
            .filter(|order| order.may_change())
        {
            Some(order) => {
                order.cancelled = true;
                Recorded
            }
            None => Refused,
        }
    }

    /// What each of these finds in the views, cells separated by ` | `.
    pub fn expected_rows(&self) -> Vec<(&'static str, Vec<String>)> {
        vec![
            (
                "SELECT product_id, name, price_minor, sku, discontinued
                 FROM products_catalog ORDER BY product_id",
                self.product_rows(),
            ),
            (
                "SELECT product_id, quantity_on_hand_milli, quantity_reserved_milli
                 FROM current_inventory ORDER BY product_id",
                self.stock_rows(),
            ),
            (
                "SELECT order_id, status, item_count, total_amount_minor, receipt_number
                 FROM customer_orders_summary ORDER BY order_id",
                self.order_rows(),
            ),
            (
                "SELECT order_id, line_id, product_id, product_name, quantity_milli,
                        unit_price_minor, line_total_minor
                 FROM order_lines ORDER BY order_id, added_position",
                self.line_rows(),
            ),
            (
                "SELECT order_id, payment_id, amount_minor, void_reason IS NOT NULL
                 FROM order_payments ORDER BY order_id, paid_position",
                self.payment_rows(),
            ),
            (
                "SELECT order_id, total_minor, item_count FROM open_orders ORDER BY order_id",
                self.open_rows(),
            ),
            (
                "SELECT sales, sales_minor, cash_minor, card_minor FROM shift_reports",
                self.shift_rows(),
            ),
        ]
    }

    /// The receipts' numbers, in the order in which they were issued.
    pub fn receipt_numbers(&self) -> Vec<String> {
        (1..=self.receipts).map(receipt_number).collect()
    }

    fn product_rows(&self) -> Vec<String> {
        let row = |(id, product): (&String, &Product)| {
            let discontinued = i64::from(product.discontinued);
            let (name, sku, price) = (&product.name, &product.sku, product.price_minor);
            format!("{id} | {name} | {price} | {sku} | {discontinued}")
        };
        self.products.iter().map(row).collect()
    }

    fn stock_rows(&self) -> Vec<String> {
        let open = || self.orders.values().filter(|order| order.is_open());
        let reserved = |id: &str| -> i64 {
            let lines = open().flat_map(|order| &order.lines);
            let of_it = lines.filter(|line| line.product == id);
            of_it.map(|line| line.quantity_milli).sum()
        };
        let row = |(id, product): (&String, &Product)| {
            let on_hand = product.on_hand_milli?;
            Some(format!("{id} | {on_hand} | {}", reserved(id)))
        };
        self.products.iter().filter_map(row).collect()
    }

    fn order_rows(&self) -> Vec<String> {
        let row = |(id, order): (&String, &Order)| {
            let status = match (order.receipt, order.cancelled) {
                (Some(_), _) => "COMPLETED",
                (None, true) => "CANCELLED",
                (None, false) => "PENDING",
            };
            let (lines, total) = (order.lines.len(), order.total_minor());
            let receipt = order.receipt.map_or("NULL".to_owned(), receipt_number);
            format!("{id} | {status} | {lines} | {total} | {receipt}")
        };
        self.orders.iter().map(row).collect()
    }

    fn line_rows(&self) -> Vec<String> {
        let row = |(id, line): (&String, &Line)| {
            let Line {
                id: line_id,
                product,
                name,
                price_minor,
                quantity_milli,
            } = line;
            let total = line.total_minor();
            format!(
                "{id} | {line_id} | {product} | {name} | {quantity_milli} | {price_minor} | {total}"
            )
        };
        let with_order = |(id, order)| Order::lines_of(id, order);
        self.orders.iter().flat_map(with_order).map(row).collect()
    }

    fn payment_rows(&self) -> Vec<String> {
        let mut rows = Vec::new();
        for (id, order) in &self.orders {
            for payment in &order.payments {
                let (payment_id, amount) = (&payment.id, payment.amount_minor);
                let voided = i64::from(payment.voided);
                rows.push(format!("{id} | {payment_id} | {amount} | {voided}"));
            }
        }
        rows
    }

    fn open_rows(&self) -> Vec<String> {
        let open = self.orders.iter().filter(|(_, order)| order.is_open());
        open.map(|(id, order)| format!("{id} | {} | {}", order.total_minor(), order.lines.len()))
            .collect()
    }

    fn shift_rows(&self) -> Vec<String> {
        let sold = || self.orders.values().filter(|order| order.receipt.is_some());
        let taken = |in_cash: bool| -> i64 {
            let payments = self.orders.values().flat_map(Order::standing);
            let of_it = payments.filter(|payment| payment.cash == in_cash);
            of_it.map(|payment| payment.amount_minor).sum()
        };
        let sales: i64 = sold().map(Order::total_minor).sum();
        let row = || {
            format!(
                "{} | {sales} | {} | {}",
                sold().count(),
                taken(true),
                taken(false)
            )
        };
        self.is_open.then(row).into_iter().collect()
    }
}

impl Order {
    fn lines_of<'a>(
        id: &'a String,
        order: &'a Self,
    ) -> impl Iterator<Item = (&'a String, &'a Line)> {
        order.lines.iter().map(move |line| (id, line))
    }
}

fn change<T: PartialEq>(field: &mut T, to: T) -> Verdict {
    if *field == to {
        return Nothing;
    }
    *field = to;
    Recorded
}

fn receipt_number(number: u64) -> String {
    format!("T1-{number:06}")
}
