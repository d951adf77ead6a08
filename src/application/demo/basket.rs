//! One customer: what goes into the basket, what comes out again, and how it is
//! paid.

use super::price;
use super::shelf::{Product, Shelf, below, between, happens};
use crate::application::command::{Command, CommandEnvelope};
use crate::application::{Environment, SeededEnvironment};
use crate::domain::ids::{CommandId, LineId, OrderId, PaymentId};
use crate::domain::order::{Cart, ItemAddedToCart, OrderEvent, Tender};
use crate::domain::quantity::Quantity;
use crate::domain::shop::ShopConfigured;
use crate::domain::time::Timestamp;

/// Who stands at the till, by the part of the day.
const STAFF: [&str; 4] = ["Mara", "Jon", "Jon", "Priya"];

/// Where a customer is served.
pub struct Counter<'a> {
    pub settings: &'a ShopConfigured,
    pub random: &'a mut SeededEnvironment,
    pub shelf: &'a mut Shelf,
    /// Of the day.
    pub part: usize,
    /// Goes on while the customer is served.
    pub now: Timestamp,
    pub commands: &'a mut Vec<(Timestamp, CommandEnvelope)>,
}

impl Counter<'_> {
    fn give(&mut self, command: Command) {
        let command_id = CommandId::from(self.random.new_id(self.now));
        let actor = STAFF[self.part % STAFF.len()].to_owned();
        let envelope = CommandEnvelope {
            command_id,
            actor,
            command,
        };
        self.commands.push((self.now, envelope));
    }

    fn seconds_later(&mut self, first: i64, last: i64) {
        self.now.0 += between(self.random, first * 1000, last * 1000);
    }
}

/// An order that is being made.
struct Basket {
    order_id: OrderId,
    cart: Cart,
    /// Places on the shelf of what was put in.
    taken: Vec<usize>,
}

/// Serves one customer.
pub fn serve(counter: &mut Counter<'_>) {
    let mut basket = Basket {
        order_id: OrderId::from(counter.random.new_id(counter.now)),
        cart: Cart::new(counter.settings.tax_policy),
        taken: Vec::new(),
    };
    for _ in 0..basket_size(counter.random) {
        if let Some(index) = counter.shelf.pick(counter.part, counter.random) {
            basket.add(counter, index);
            counter.seconds_later(2, 12);
        }
    }
    if happens(counter.random, 45) {
        basket.take_one_out(counter);
    }
    if basket.cart.lines.is_empty() {
        return;
    }
    counter.seconds_later(4, 30);
    if happens(counter.random, 25) {
        basket.give_up(counter);
    } else {
        basket.pay(counter);
        basket.leave_the_shelf(counter);
    }
}

/// Most want one thing or two.
fn basket_size(random: &mut SeededEnvironment) -> u64 {
    match below(random, 100) {
        0..44 => 1,
        44..74 => 2,
        74..87 => 3,
        87..94 => 4,
        _ => 5 + below(random, 4),
    }
}

fn quantity_of(product: &Product, random: &mut SeededEnvironment) -> Quantity {
    const GRAMS_A_STEP: i64 = 50;
    let milli = if product.weighed {
        GRAMS_A_STEP * between(random, 2, 12)
    } else if happens(random, 120) {
        1000 * between(random, 2, 4)
    } else {
        1000
    };
    Quantity::saturating(milli)
}

impl Basket {
    fn add(&mut self, counter: &mut Counter<'_>, index: usize) {
        let product = &counter.shelf.products[index];
        let quantity = quantity_of(product, counter.random);
        // A line that takes more of the same keeps its id.
        let known = self
            .cart
            .lines
            .iter()
            .find(|line| line.product_id == product.id);
        let line_id = match known {
            Some(line) => line.line_id.clone(),
            None => LineId::from(counter.random.new_id(counter.now)),
        };
        self.cart
            .evolve(&OrderEvent::ItemAddedToCart(ItemAddedToCart {
                line_id: line_id.clone(),
                product_id: product.id.clone(),
                product_name: product.name.clone(),
                quantity,
                unit_price_minor: product.price.minor(),
                currency: product.price.currency(),
                tax_rate: product.tax_rate.clone(),
            }));
        let product_id = product.id.clone();
        self.taken.push(index);
        counter.give(Command::AddItem {
            order_id: self.order_id.clone(),
            line_id,
            product_id,
            quantity,
        });
    }

    /// The customer changes their mind about the last thing, or one of it.
    fn take_one_out(&mut self, counter: &mut Counter<'_>) {
        let lines = self.cart.lines.len();
        let Some(line) = self.cart.lines.last() else {
            return;
        };
        let (line_id, product_id) = (line.line_id.clone(), line.product_id.clone());
        let quantity = line.quantity.min(Quantity::ONE);
        if lines < 2 && quantity == line.quantity {
            return;
        }
        self.cart.evolve(&OrderEvent::ItemRemovedFromCart {
            line_id: line_id.clone(),
            product_id,
            quantity_removed: quantity,
        });
        counter.give(Command::RemoveItem {
            order_id: self.order_id.clone(),
            line_id,
            quantity,
        });
    }

    fn give_up(&self, counter: &mut Counter<'_>) {
        const REASONS: [&str; 3] = ["Customer left", "Wrong order", "Changed their mind"];
        let reason = REASONS[usize::try_from(below(counter.random, 3)).unwrap_or(0)];
        counter.give(Command::CancelOrder {
            order_id: self.order_id.clone(),
            reason: reason.to_owned(),
        });
    }

    fn pay(&self, counter: &mut Counter<'_>) {
        let due = self.cart.totals().map_or(0, |totals| totals.gross_minor);
        let half = due / 2;
        if half > 0 && happens(counter.random, 15) {
            let first = self.take(
                counter,
                Tender::Cash {
                    tendered_minor: half,
                },
            );
            counter.seconds_later(5, 40);
            counter.give(Command::VoidPayment {
                order_id: self.order_id.clone(),
                payment_id: first,
                reason: "Pays by card after all".to_owned(),
            });
            counter.seconds_later(3, 20);
            self.take_card(counter, due);
        } else if half > 0 && happens(counter.random, 30) {
            self.take_card(counter, half);
            counter.seconds_later(10, 40);
            self.take(counter, Tender::ExactCash);
        } else if happens(counter.random, 640) {
            self.take_card(counter, due);
        } else if happens(counter.random, 350) {
            self.take(counter, Tender::ExactCash);
        } else {
            let tendered_minor = handed_over(due, counter);
            self.take(counter, Tender::Cash { tendered_minor });
        }
    }

    fn take_card(&self, counter: &mut Counter<'_>, amount_minor: i64) {
        let reference = format!("A-{:05}", below(counter.random, 100_000));
        self.take(
            counter,
            Tender::Card {
                amount_minor,
                reference,
            },
        );
    }

    fn take(&self, counter: &mut Counter<'_>, tender: Tender) -> PaymentId {
        let payment_id = PaymentId::from(counter.random.new_id(counter.now));
        counter.give(Command::TakePayment {
            order_id: self.order_id.clone(),
            payment_id: payment_id.clone(),
            tender,
        });
        payment_id
    }

    fn leave_the_shelf(&self, counter: &mut Counter<'_>) {
        for line in &self.cart.lines {
            let products = &mut counter.shelf.products;
            let is_the_line = |index: &&usize| products[**index].id == line.product_id;
            let index = self.taken.iter().find(is_the_line).copied();
            if let Some(stock) = index.and_then(|index| products[index].stock.as_mut()) {
                stock.on_hand_milli -= line.quantity.milli();
                stock.sold_milli += line.quantity.milli();
            }
        }
    }
}

/// Enough notes of one kind.
fn handed_over(due: i64, counter: &mut Counter<'_>) -> i64 {
    const NOTES: [i64; 4] = [5, 10, 20, 50];
    let note = NOTES[usize::try_from(below(counter.random, 4)).unwrap_or(0)];
    let note_minor = price(100 * note, counter.settings.currency).minor().max(1);
    (due + note_minor - 1) / note_minor * note_minor
}
