//! The café's products as its trade goes on: what they cost, how they sell, how
//! many are left.

use super::menu::{self, DAY_PARTS, Kind};
use super::{demo_barcode, price};
use crate::application::SeededEnvironment;
use crate::domain::ids::{ProductId, TaxRateId};
use crate::domain::money::{Currency, Money};
use crate::domain::product::{CreateProduct, EditProduct, StockPolicy, Unit};
use crate::domain::shop::ShopConfigured;
use crate::domain::tax::TaxRate;
use crate::domain::time::Timestamp;

/// A product.
pub struct Product {
    pub id: ProductId,
    pub kind: &'static Kind,
    pub name: String,
    pub price: Money,
    pub tax_rate: TaxRate,
    pub weighed: bool,
    pub on_sale: bool,
    pub description: String,
    pub barcodes: Vec<String>,
    sku: String,
    /// `None` where nobody counts.
    pub stock: Option<Stock>,
}

/// In thousandths of a piece or kilogram.
#[derive(Clone, Copy, Default)]
pub struct Stock {
    pub on_hand_milli: i64,
    /// Since the last delivery.
    pub sold_milli: i64,
}

impl Product {
    fn new(index: usize, id: ProductId, shop: &ShopConfigured) -> Option<Self> {
        let item = menu::item(index);
        let rates = &shop.tax_rates;
        let usual = rates
            .iter()
            .find(|rate| rate.id.as_str() == item.tax_rate)
            .or_else(|| rates.first())?;
        Some(Self {
            id,
            kind: item.kind,
            name: item.name,
            price: price(item.hundredths, shop.currency),
            tax_rate: usual.rate(),
            weighed: item.weighed,
            on_sale: true,
            description: String::new(),
            barcodes: vec![demo_barcode(index)],
            sku: format!("D{:03}", index + 1),
            stock: item.counted.then(Stock::default),
        })
    }

    /// As the product editor would send it for the first time.
    pub fn creation(&self) -> CreateProduct {
        CreateProduct {
            name: self.name.clone(),
            description: self.description.clone(),
            price: self.price,
            category: self.kind.name.to_owned(),
            sku: self.sku.clone(),
            barcodes: self.barcodes.clone(),
            tax_rate: self.tax_rate_id(),
            unit: if self.weighed {
                Unit::Kilogram
            } else {
                Unit::Piece
            },
            stock_policy: if self.stock.is_some() {
                StockPolicy::Allow
            } else {
                StockPolicy::NotTracked
            },
        }
    }

    /// As the product editor would send it now.
    pub fn edited(&self) -> EditProduct {
        EditProduct {
            name: self.name.clone(),
            description: self.description.clone(),
            category: self.kind.name.to_owned(),
            barcodes: self.barcodes.clone(),
            tax_rate: self.tax_rate_id(),
        }
    }

    fn tax_rate_id(&self) -> TaxRateId {
        self.tax_rate.id.clone()
    }

    /// About a third of the price.
    pub fn cost(&self, currency: Currency) -> Option<Money> {
        Money::new(self.price.minor() / 3, currency).ok()
    }
}

/// All products, and how likely each is to be picked when.
pub struct Shelf {
    pub products: Vec<Product>,
    /// For each part of the day, the sums of the shares up to each product.
    sums: [Vec<u64>; DAY_PARTS],
}

impl Shelf {
    /// The first `count` products of the menu.
    pub fn new(
        count: usize,
        shop: &ShopConfigured,
        random: &mut SeededEnvironment,
        now: Timestamp,
    ) -> Self {
        use crate::application::Environment;
        let products: Vec<Product> = (0..count)
            .filter_map(|index| Product::new(index, ProductId::from(random.new_id(now)), shop))
            .collect();
        let sums = std::array::from_fn(|part| {
            let mut sum = 0;
            (0..products.len())
                .map(|index| {
                    sum += share(index, part);
                    sum
                })
                .collect()
        });
        Self { products, sums }
    }

    /// A product that somebody buys in this part of the day; `None` if what came
    /// to mind is not on sale.
    pub fn pick(&self, part: usize, random: &mut SeededEnvironment) -> Option<usize> {
        let sums = &self.sums[part.min(DAY_PARTS - 1)];
        let place = below(random, *sums.last()?);
        let index = sums.partition_point(|sum| *sum <= place);
        self.products.get(index)?.on_sale.then_some(index)
    }
}

/// The first of a category sells twice as often as the second, three times as
/// often as the third.
fn share(index: usize, part: usize) -> u64 {
    const SCALE: u64 = 1000;
    let item = menu::item(index);
    SCALE * u64::from(item.kind.shares[part]) / u64::from(item.rank.saturating_add(1)) + 1
}

/// A random number from 0 to `end - 1`; 0 if `end` is.
pub fn below(random: &mut SeededEnvironment, end: u64) -> u64 {
    // The bias of the remainder is below one in a billion here.
    random.next_u64().checked_rem(end).unwrap_or(0)
}

/// A random number from `first` to `last`.
pub fn between(random: &mut SeededEnvironment, first: i64, last: i64) -> i64 {
    let span = u64::try_from(last - first + 1).unwrap_or(1);
    first + i64::try_from(below(random, span)).unwrap_or(0)
}

/// Whether something that happens so often in a thousand cases happens.
pub fn happens(random: &mut SeededEnvironment, per_thousand: u64) -> bool {
    below(random, 1000) < per_thousand
}
