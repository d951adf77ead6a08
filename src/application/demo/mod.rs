//! The demo shop: a café with a believable catalogue, made by commands like any
//! other shop. [`commands`] sets it up; [`Trade`] also lives its days.

mod basket;
mod menu;
mod shelf;
mod trade;

use uuid::Uuid;

pub use trade::{Trade, corner_cafe};

use super::command::{Command, CommandEnvelope, OpenShop};
use crate::domain::ids::{CommandId, ProductId, TaxRateId};
use crate::domain::money::{Currency, Money};
use crate::domain::product::{CreateProduct, ProductCommand, StockPolicy, Unit};
use crate::domain::quantity::Quantity;

/// Name, category, price in hundredths, tax rate, and what is in stock if it is
/// counted.
type DemoProduct = (&'static str, &'static str, i64, &'static str, Option<i64>);

#[rustfmt::skip]
const PRODUCTS: &[DemoProduct] = &[
    ("Espresso",                "Coffee", 240, "standard", None),
    ("Double espresso",         "Coffee", 290, "standard", None),
    ("Flat white",              "Coffee", 360, "standard", None),
    ("Cappuccino",              "Coffee", 350, "standard", None),
    ("Latte macchiato",         "Coffee", 380, "standard", None),
    ("Filter coffee",           "Coffee", 290, "standard", None),
    ("Cold brew",               "Coffee", 410, "standard", None),
    ("Chai latte",              "Coffee", 380, "standard", None),
    ("Breakfast tea",           "Tea",    260, "standard", None),
    ("Green tea",               "Tea",    280, "standard", None),
    ("Peppermint tea",          "Tea",    270, "standard", None),
    ("Rooibos",                 "Tea",    280, "standard", None),
    ("Hot chocolate",           "Tea",    370, "standard", None),
    ("Sourdough loaf",          "Bread",  490, "reduced",  Some(6)),
    ("Rye loaf",                "Bread",  450, "reduced",  Some(9)),
    ("Baguette",                "Bread",  220, "reduced",  Some(18)),
    ("Pretzel",                 "Bread",  140, "reduced",  Some(24)),
    ("Seeded roll",             "Bread",   90, "reduced",  Some(40)),
    ("Croissant",               "Cakes",  210, "reduced",  Some(3)),
    ("Pain au chocolat",        "Cakes",  250, "reduced",  Some(11)),
    ("Carrot cake, slice",      "Cakes",  390, "reduced",  Some(8)),
    ("Lemon tart",              "Cakes",  420, "reduced",  Some(5)),
    ("Brownie",                 "Cakes",  320, "reduced",  Some(14)),
    ("Oat cookie",              "Cakes",  190, "reduced",  Some(21)),
    ("Cheesecake, slice",       "Cakes",  430, "reduced",  Some(7)),
    ("Ham & cheddar sandwich",  "Food",   650, "reduced",  Some(7)),
    ("Halloumi wrap",           "Food",   690, "reduced",  Some(9)),
    ("Soup of the day",         "Food",   580, "reduced",  None),
    ("Granola bowl",            "Food",   540, "reduced",  None),
    ("Quiche, slice",           "Food",   520, "reduced",  Some(6)),
    ("Avocado toast",           "Food",   720, "reduced",  None),
    ("Orange juice",            "Drinks", 340, "standard", Some(12)),
    ("Apple juice",             "Drinks", 310, "standard", Some(15)),
    ("Sparkling water",         "Drinks", 230, "standard", Some(40)),
    ("Still water",             "Drinks", 210, "standard", Some(38)),
    ("Elderflower lemonade",    "Drinks", 360, "standard", Some(20)),
    ("Beans, 250 g",            "Shop",   950, "reduced",  Some(16)),
    ("Ground coffee, 250 g",    "Shop",   950, "reduced",  Some(13)),
    ("Filter papers",           "Shop",   480, "standard", Some(22)),
    ("Honey, 340 g",            "Shop",   780, "reduced",  Some(10)),
    ("Keep cup",                "Shop",  1400, "standard", Some(8)),
    ("Tote bag",                "Shop",  1200, "standard", Some(12)),
];

/// The commands that make the demo shop, in order. Their ids follow from `seed`,
/// so that the same wish twice makes one shop.
#[must_use]
pub fn commands(seed: &CommandId, open: &OpenShop) -> Vec<CommandEnvelope> {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, seed.as_str().as_bytes());
    let mut commands = vec![Command::OpenShop(open.clone())];
    for (index, demo) in PRODUCTS.iter().enumerate() {
        let number = format!("product/{index}");
        let id = ProductId::from(Uuid::new_v5(&namespace, number.as_bytes()));
        commands.extend(product_commands(&id, index, *demo, open.settings.currency));
    }
    let envelope = |(index, command)| CommandEnvelope {
        command_id: CommandId::from(Uuid::new_v5(
            &namespace,
            format!("command/{index}").as_bytes(),
        )),
        actor: open.cashier.clone(),
        command,
    };
    commands.into_iter().enumerate().map(envelope).collect()
}

fn product_commands(
    id: &ProductId,
    index: usize,
    (name, category, hundredths, tax_rate, stock): DemoProduct,
    currency: Currency,
) -> impl Iterator<Item = Command> {
    let to_product = |command| Command::Product {
        product_id: id.clone(),
        command,
    };
    let create = TaxRateId::new(tax_rate).ok().map(|tax_rate| {
        to_product(ProductCommand::Create(CreateProduct {
            name: name.to_owned(),
            description: String::new(),
            price: price(hundredths, currency),
            category: category.to_owned(),
            sku: format!("D{:03}", index + 1),
            barcodes: vec![demo_barcode(index)],
            tax_rate,
            unit: Unit::Piece,
            stock_policy: if stock.is_some() {
                StockPolicy::Allow
            } else {
                StockPolicy::NotTracked
            },
        }))
    });
    let receive = stock.map(|pieces| {
        to_product(ProductCommand::ReceiveStock {
            quantity: Quantity::saturating(pieces * 1000),
            supplier: String::new(),
            cost_per_unit: None,
        })
    });
    [create, receive].into_iter().flatten()
}

/// The prices above are in a currency of two decimals; in another one they keep
/// their size.
fn price(hundredths: i64, currency: Currency) -> Money {
    let minor = match currency.decimals() {
        0 => hundredths,
        decimals => hundredths * 10_i64.pow(u32::from(decimals)) / 100,
    };
    Money::new(minor, currency).unwrap_or(Money::zero(currency))
}

/// An EAN-13 from the range 200–299 that GS1 leaves to shops' own use.
fn demo_barcode(index: usize) -> String {
    let digits = format!("2000000{:05}", index + 1);
    let sum: usize = digits
        .bytes()
        .enumerate()
        .map(|(place, byte)| usize::from(byte - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
