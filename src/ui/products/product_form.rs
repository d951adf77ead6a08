//! What is typed about a product, and the commands that make it so.

use leptos::prelude::*;

use crate::application::Command;
use crate::client::new_id;
use crate::domain::ids::{ProductId, TaxRateId};
use crate::domain::product::{CreateProduct, EditProduct, ProductCommand, StockPolicy, Unit};
use crate::domain::text::{NAME_LIMIT, required};
use crate::ui::components::sentence;
use crate::ui::format::ShopFormat;
use crate::views::ProductDetail;

/// The fields of the form; a handle.
#[derive(Clone, Copy)]
pub struct ProductForm {
    /// As on the tile and the receipt.
    pub name: RwSignal<String>,
    /// As typed.
    pub price: RwSignal<String>,
    /// Where it is filed.
    pub category: RwSignal<String>,
    /// The rate's id.
    pub tax_rate: RwSignal<String>,
    /// See [`UNITS`].
    pub unit: RwSignal<String>,
    /// Whether its stock is kept.
    pub track_stock: RwSignal<bool>,
    /// The shop's own code.
    pub sku: RwSignal<String>,
    /// Codes with white space or commas between them.
    pub barcodes: RwSignal<String>,
    /// For the shop's people.
    pub description: RwSignal<String>,
    /// What is wrong with the name.
    pub name_error: RwSignal<Option<String>>,
    /// What is wrong with the price.
    pub price_error: RwSignal<Option<String>>,
}

/// Units by the words that the form uses for them.
pub const UNITS: [(&str, &str, Unit); 4] = [
    ("piece", "Piece", Unit::Piece),
    ("kilogram", "Kilogram", Unit::Kilogram),
    ("litre", "Litre", Unit::Litre),
    ("metre", "Metre", Unit::Metre),
];

impl ProductForm {
    /// An empty form.
    pub fn new(first_tax_rate: String) -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            name: empty(),
            price: empty(),
            category: empty(),
            tax_rate: RwSignal::new(first_tax_rate),
            unit: RwSignal::new(UNITS[0].0.to_owned()),
            track_stock: RwSignal::new(false),
            sku: empty(),
            barcodes: empty(),
            description: empty(),
            name_error: RwSignal::new(None),
            price_error: RwSignal::new(None),
        }
    }

    /// Fills it with a product as it is.
    pub fn fill(self, product: &ProductDetail, format: ShopFormat) {
        self.name.set(product.row.name.clone());
        self.price
            .set(format.money_to_type(product.row.price_minor));
        self.category.set(product.row.category.clone());
        self.tax_rate.set(product.row.tax_rate.to_string());
        self.sku.set(product.row.sku.clone());
        self.barcodes.set(product.barcodes.join(" "));
        self.description.set(product.description.clone());
        self.track_stock
            .set(product.stock_policy != StockPolicy::NotTracked);
    }

    /// The commands that make the product as typed; nothing if a field is wrong,
    /// which then says so.
    pub fn commands(
        self,
        known: Option<&ProductDetail>,
        format: ShopFormat,
    ) -> Option<Vec<Command>> {
        let name = required("The name", &self.name.get_untracked(), NAME_LIMIT)
            .map_err(|error| sentence(&error.to_string()));
        let price = format
            .parse_money(&self.price.get_untracked())
            .and_then(|price| {
                if price.is_negative() {
                    Err("A price cannot be negative.".to_owned())
                } else {
                    Ok(price)
                }
            });
        self.name_error.set(name.clone().err());
        self.price_error.set(price.clone().err());
        let (name, price) = (name.ok()?, price.ok()?);
        let tax_rate = TaxRateId::new(self.tax_rate.get_untracked()).ok()?;
        let barcodes = codes(&self.barcodes.get_untracked());
        let Some(known) = known else {
            return Some(vec![Command::Product {
                product_id: new_id::<ProductId>(),
                command: ProductCommand::Create(CreateProduct {
                    name,
                    description: self.description.get_untracked(),
                    price,
                    category: self.category.get_untracked(),
                    sku: self.sku.get_untracked(),
                    barcodes,
                    tax_rate,
                    unit: self.unit_typed(),
                    stock_policy: self.stock_policy(),
                }),
            }]);
        };
        let of_known = |command| Command::Product {
            product_id: known.row.product_id.clone(),
            command,
        };
        let mut commands = vec![of_known(ProductCommand::Edit(EditProduct {
            name,
            description: self.description.get_untracked(),
            category: self.category.get_untracked(),
            barcodes,
            tax_rate,
        }))];
        if price.minor() != known.row.price_minor {
            commands.push(of_known(ProductCommand::ChangePrice { new_price: price }));
        }
        Some(commands)
    }

    fn unit_typed(self) -> Unit {
        self.unit.with_untracked(|typed| {
            UNITS
                .iter()
                .find(|(key, ..)| key == typed)
                .map_or(Unit::Piece, |(.., unit)| *unit)
        })
    }

    fn stock_policy(self) -> StockPolicy {
        if self.track_stock.get_untracked() {
            StockPolicy::Allow
        } else {
            StockPolicy::NotTracked
        }
    }
}

fn codes(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect()
}
